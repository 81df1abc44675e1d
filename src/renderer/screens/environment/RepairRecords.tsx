import { useEffect, useState } from 'react';
import type { RepairRecordView } from '../../../contract/views/environment-views.ts';
import { Card } from '../../components/Card.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { beijingMinute } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';
import { useClient } from '../../state/use-window.ts';

/** What was repaired here, each with its way back. Nothing is shown where nothing was. */
export function RepairRecords() {
  const { t } = useText();
  const client = useClient();
  const { call, error, isBusy } = useCall();
  const [records, setRecords] = useState<readonly RepairRecordView[]>([]);
  useEffect(() => {
    let isLate = false;
    void client.call('repair.list', {}).then((answer) => {
      if (!isLate && answer.ok) setRecords(answer.value);
    });
    return () => {
      isLate = true;
    };
  }, [client]);
  if (records.length === 0) return null;

  const undo = async (record: string) => {
    const undone = await call('repair.undo', { record });
    if (undone.ok) setRecords(records.map((one) => (one.id === record ? undone.value : one)));
  };
  return (
    <Card title={t('window.environment.records')}>
      {error !== null && <ErrorNote error={error} />}
      <ul className="fine-list">
        {records.map(({ id, at, state, titles }) => (
          <li key={id} className="finding">
            <span className="finding-body">
              {t('window.environment.record', { at: beijingMinute(at), titles: titles.join('、') })}{' '}
              <span className="muted">{t(`window.environment.state.${state}`)}</span>
            </span>
            {(state === 'applied' || state === 'applying') && (
              <button type="button" className="link" disabled={isBusy} onClick={() => void undo(id)}>
                {t('window.environment.undo')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
