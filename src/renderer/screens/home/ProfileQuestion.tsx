import { useId, useState } from 'react';
import { Button } from 'antd';
import { NEUTRAL_PROFILE } from '../../../contract/shipped-profiles.ts';
import type { TokenCard } from '../../../contract/views/token-views.ts';
import { Card } from '../../components/Card.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';
import { useWindow } from '../../state/use-window.ts';

/** Which CA and project a certificate belongs to, where its own words do not decide; asked once. */
export function ProfileQuestion({ token }: { readonly token: TokenCard }) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const profiles = useWindow((state) => state.profiles);
  const [chosen, setChosen] = useState<string | null>(null);
  const group = useId();
  const asked = token.certificates.filter(({ profileCandidates }) => profileCandidates.length > 0);
  const [certificate] = asked;
  if (certificate === undefined) return null;
  const choices = certificate.profileCandidates.map((id) => ({
    id,
    name: profiles.find((profile) => profile.id === id)?.name ?? id,
  }));
  const same = (other: typeof certificate) =>
    other.profileCandidates.join() === certificate.profileCandidates.join();
  const save = async () => {
    if (chosen === null) return;
    for (const { sha256 } of asked.filter(same)) {
      const { ok } = await call('profile.choose', { certificate: sha256, profile: chosen });
      if (!ok) return;
    }
  };
  return (
    <Card title={t('window.profile.question')}>
      <div className="stack-tight">
        <p className="muted">
          {t('window.profile.why', { name: certificate.commonName ?? certificate.subject })}
        </p>
        <div role="radiogroup" aria-label={t('window.profile.question')} className="choices">
          {[...choices, { id: NEUTRAL_PROFILE.id, name: t('window.profile.other') }].map(({ id, name }) => (
            <label key={id} className="choice">
              <input type="radio" name={group} checked={chosen === id} onChange={() => setChosen(id)} />
              {name}
            </label>
          ))}
        </div>
        <div className="row">
          <Button disabled={chosen === null} loading={isBusy} onClick={() => void save()}>
            {t('window.profile.save')}
          </Button>
          <span className="muted">{t('window.profile.later')}</span>
        </div>
        {error !== null && <ErrorNote error={error} />}
      </div>
    </Card>
  );
}
