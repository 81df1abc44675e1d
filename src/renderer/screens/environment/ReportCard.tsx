import { Button } from 'antd';
import { useState } from 'react';
import { saveKeepsake } from '../../api/save-keepsake.ts';
import { Card } from '../../components/Card.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';

/** 诊断报告 in two forms; the one with full serial numbers only when the person agrees. */
export function ReportCard() {
  const { t } = useText();
  const { call, error, isBusy } = useCall();
  const [isAsking, setAsking] = useState(false);
  const make = async (form: 'ca' | 'public') => {
    const made = await call('report.make', { form });
    setAsking(false);
    if (made.ok) saveKeepsake(made.value);
  };
  return (
    <Card title={t('window.environment.report')}>
      <p className="muted">{t('window.environment.reportLead')}</p>
      {error !== null && <ErrorNote error={error} />}
      <div className="row">
        <Button loading={isBusy} onClick={() => setAsking(true)}>
          {t('window.environment.reportCa')}
        </Button>
        <Button loading={isBusy} onClick={() => void make('public')}>
          {t('window.environment.reportPublic')}
        </Button>
      </div>
      {isAsking && (
        <Dialog title={t('window.environment.reportCa')} onClose={() => setAsking(false)}>
          <p>{t('window.environment.reportConsent')}</p>
          <div className="dialog-actions">
            <Button onClick={() => setAsking(false)}>{t('window.cancel')}</Button>
            <Button type="primary" loading={isBusy} onClick={() => void make('ca')}>
              {t('window.environment.reportAgree')}
            </Button>
          </div>
        </Dialog>
      )}
    </Card>
  );
}
