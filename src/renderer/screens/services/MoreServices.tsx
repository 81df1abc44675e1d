import { Button } from 'antd';
import { useState } from 'react';
import type { Profile } from '../../../core/profile/profile.ts';
import { Card } from '../../components/Card.tsx';
import { ExpiryTag } from '../../components/ExpiryTag.tsx';
import { useText } from '../../i18n/use-text.ts';
import { formatRoute } from '../../router/route.ts';
import { useWindow } from '../../state/use-window.ts';
import { ChangeStatus } from './ChangeStatus.tsx';
import { renewalWay, statusChanges, type Holder } from './services-model.ts';

interface Props {
  /** null: no certificate is plugged in. */
  readonly holder: Holder | null;
  readonly profile: Profile;
}

/** 更多 › 冻结, 撤销: at the CA's gateway where it has one, else over its hotline and counter. */
export function MoreServices({ holder, profile }: Props) {
  const { t } = useText();
  const application = useWindow((state) => state.application);
  const isOnline = holder !== null && renewalWay(profile, application) === 'online';
  return (
    <Card>
      <details className="more">
        <summary className="link">{t('window.services.more')}</summary>
        {isOnline ? <AtGateway holder={holder} profile={profile} /> : <ByTelephone profile={profile} />}
      </details>
    </Card>
  );
}

function AtGateway({ holder, profile }: Props & { readonly holder: Holder }) {
  const { t } = useText();
  const { certificate } = holder;
  const changes = statusChanges(certificate);
  const [opened, open] = useState<(typeof changes)[number] | null>(null);
  return (
    <div className="stack-tight">
      <p className="row">
        {certificate.commonName ?? certificate.subject} <ExpiryTag certificate={certificate} />
      </p>
      {changes.length === 0 && <p>{t('window.services.revoked')}</p>}
      {changes.map((kind) => (
        <div key={kind} className="service">
          <p className="muted">{t(`window.services.${kind}.means`)}</p>
          <Button onClick={() => open(kind)}>{t(`window.services.${kind}`)}</Button>
        </div>
      ))}
      <p className="muted">{t('window.services.status.lost')}</p>
      <Contact profile={profile} />
      {opened !== null && (
        <ChangeStatus holder={holder} profile={profile} kind={opened} onClose={() => open(null)} />
      )}
    </div>
  );
}

function ByTelephone({ profile }: Pick<Props, 'profile'>) {
  const { t } = useText();
  return (
    <div className="stack-tight">
      <h2 className="card-title">{t('window.services.freeze')}</h2>
      <p>{t('window.services.freeze.hint')}</p>
      <h2 className="card-title">{t('window.services.revoke')}</h2>
      <p>{t('window.services.revoke.hint')}</p>
      <Contact profile={profile} />
    </div>
  );
}

function Contact({ profile }: Pick<Props, 'profile'>) {
  const { t } = useText();
  const { hotline, others } = profile.contact;
  return (
    <>
      <p>
        <strong>
          {hotline === null
            ? t('window.services.askCa', { ca: profile.authority.name })
            : t('window.hotline', { phone: hotline })}
        </strong>{' '}
        <a href={formatRoute('help', { part: 'office', profile: profile.id })}>
          {t('window.services.office')}
        </a>
      </p>
      {others.map(({ label, value }) => (
        <p key={`${label} ${value}`} className="muted">
          {label} {value}
        </p>
      ))}
    </>
  );
}
