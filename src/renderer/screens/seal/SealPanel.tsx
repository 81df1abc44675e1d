import type { SealList } from '../../../contract/views/seal-views.ts';
import type { TokenCard } from '../../../contract/views/token-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { saveKeepsake } from '../../api/save-keepsake.ts';
import { Card } from '../../components/Card.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';
import type { Reading } from '../../state/use-read.ts';
import { SealFacts } from './SealFacts.tsx';

interface SealPanelProps {
  readonly token: TokenCard;
  readonly profile: Profile;
  readonly reading: Reading<SealList>;
  /** Which one the test takes; null: the assistant takes one that fits. */
  readonly chosen: string | null;
  readonly onChoose: (seal: string) => void;
}

/** 电子印章 on the key. What cannot be read is named, never called 无印章. */
export function SealPanel({ token, profile, reading, chosen, onChoose }: SealPanelProps) {
  const { t } = useText();
  const { answer, refresh } = reading;
  return (
    <Card title={t('window.seal.onKey')}>
      {answer === null && <p className="muted">{t('window.seal.reading')}</p>}
      {answer?.ok === false && (
        <ErrorNote error={answer.error} profile={profile}>
          <button type="button" className="link" onClick={refresh}>
            {t('window.retry')}
          </button>
        </ErrorNote>
      )}
      {answer?.ok === true && (
        <div className="stack">
          <Seals token={token} profile={profile} list={answer.value} chosen={chosen} onChoose={onChoose} />
          <Others list={answer.value} />
        </div>
      )}
    </Card>
  );
}

type SealsProps = Omit<SealPanelProps, 'reading'> & { readonly list: SealList };

function Seals({ token, profile, list: { seals }, chosen, onChoose }: SealsProps) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const save = async (seal: string, what: 'seal' | 'picture') => {
    const exported = await call('seal.export', { token: token.id, seal, what });
    if (exported.ok) saveKeepsake(exported.value);
  };
  return (
    <>
      {seals.length > 1 && <p className="muted">{t('window.seal.choose')}</p>}
      {seals.map((seal) => (
        <div key={seal.object} className="stack-tight">
          {seals.length > 1 && (
            <label className="choice">
              <input
                type="radio"
                name="seal"
                checked={chosen === seal.id}
                onChange={() => onChoose(seal.id)}
              />
              {t('window.seal.use', { name: seal.name })}
            </label>
          )}
          <SealFacts seal={seal} />
          <div className="row">
            <button
              type="button"
              className="link"
              disabled={isBusy}
              onClick={() => void save(seal.id, 'picture')}
            >
              {t('window.seal.export.picture')}
            </button>
            <button
              type="button"
              className="link"
              disabled={isBusy}
              onClick={() => void save(seal.id, 'seal')}
            >
              {t('window.seal.export.seal')}
            </button>
          </div>
        </div>
      ))}
      {error !== null && <ErrorNote error={error} profile={profile} />}
    </>
  );
}

function Others({ list: { seals, unrecognised, unread } }: { readonly list: SealList }) {
  const { t } = useText();
  if (seals.length + unrecognised.length + unread.length === 0) {
    return <p className="muted">{t('window.seal.none')}</p>;
  }
  return (
    <>
      {unrecognised.length > 0 && (
        <p className="text-warning">{t('window.seal.unrecognised', { objects: unrecognised })}</p>
      )}
      {unread.length > 0 && <p className="muted">{t('window.seal.unread', { objects: unread })}</p>}
    </>
  );
}
