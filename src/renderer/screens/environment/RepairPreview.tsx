import { Button } from 'antd';
import type { PlannedRepairView } from '../../../contract/views/environment-views.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';
import { ChangeList } from './FindingCard.tsx';

interface RepairPreviewProps {
  readonly repairs: readonly PlannedRepairView[];
  readonly onClose: () => void;
}

/** Every change, before any is made. */
export function RepairPreview({ repairs, onClose }: RepairPreviewProps) {
  const { t } = useText();
  const { call, error, isBusy } = useCall();
  const elevated = repairs.filter((one) => one.elevated).length;
  const apply = async () => {
    const made = await call('repair.apply', { repairs: repairs.map(({ repair }) => repair) });
    if (made.ok) onClose();
  };
  return (
    <Dialog title={t('window.environment.preview')} onClose={onClose}>
      <div className="stack-tight">
        <p className="muted">{t('window.environment.previewLead')}</p>
        {repairs.map(({ repair, title, changes }) => (
          <section key={repair}>
            <h3 className="finding-title">{title}</h3>
            <ChangeList changes={changes} />
          </section>
        ))}
        {elevated > 0 && <p>{t('window.environment.previewAdmin', { count: elevated })}</p>}
        {error !== null && <ErrorNote error={error} />}
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose} disabled={isBusy}>
          {t('window.cancel')}
        </Button>
        <Button type="primary" loading={isBusy} onClick={() => void apply()}>
          {t('window.environment.apply')}
        </Button>
      </div>
    </Dialog>
  );
}
