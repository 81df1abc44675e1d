import { Card } from '../../components/Card.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { beijingMinute } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';
import { useRead } from '../../state/use-read.ts';

/** Bid openings the person named; they decide when a renewal is advised. Shown only where there are some. */
export function Openings() {
  const { t } = useText();
  const { answer, take } = useRead('opening.list', {});
  const { call, isBusy, error } = useCall();
  const openings = answer?.ok === true ? answer.value : [];
  if (openings.length === 0) return null;
  const remove = async (opening: string) => {
    const told = await call('opening.remove', { opening });
    if (told.ok) take(told);
  };
  return (
    <Card title={t('window.openings')}>
      <div className="stack-tight">
        <p className="muted">{t('window.openings.about')}</p>
        {error !== null && <ErrorNote error={error} />}
        <ul className="driver-list">
          {openings.map(({ id, at, remindAfter }) => (
            <li key={id} className="driver">
              <p>
                <strong className="number">{beijingMinute(at)}</strong>
                {remindAfter && <span className="muted"> · {t('window.openings.remindAfter')}</span>}
              </p>
              <button type="button" className="link" disabled={isBusy} onClick={() => void remove(id)}>
                {t('window.openings.remove')}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}
