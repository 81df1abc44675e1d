import { Button } from 'antd';
import { useEffect, useState } from 'react';
import type { OpenAccompanimentView } from '../../../contract/views/accompany-views.ts';
import { Card } from '../../components/Card.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { navigate } from '../../router/route.ts';
import { useCall } from '../../state/use-call.ts';
import { useClient } from '../../state/use-window.ts';

/** Accompanied renewals the CA has not finished: to go on with, or to forget. */
export function OpenAccompaniments() {
  const { t } = useText();
  const client = useClient();
  const { call, isBusy, error } = useCall();
  const [open, setOpen] = useState<readonly OpenAccompanimentView[]>([]);
  useEffect(() => {
    let isShown = true;
    void client.call('accompany.list', {}).then((answer) => {
      if (isShown && answer.ok) setOpen(answer.value);
    });
    return () => {
      isShown = false;
    };
  }, [client]);
  const abandon = async (id: string) => {
    const left = await call('accompany.abandon', { id });
    if (left.ok) setOpen(left.value);
  };
  if (open.length === 0) return null;
  return (
    <Card title={t('window.accompany.open.title')}>
      {error !== null && <ErrorNote error={error} />}
      <ul className="orders">
        {open.map(({ id, certificate, tokenLabel, startedAt }) => (
          <li key={id}>
            <p>
              {t('window.accompany.open.line', {
                subject: certificate?.subject ?? id,
                token: tokenLabel,
                startedAt,
              })}
            </p>
            <div className="row">
              <Button onClick={() => navigate('accompany', { id })}>{t('window.accompany.goOn')}</Button>
              <button type="button" className="link" disabled={isBusy} onClick={() => void abandon(id)}>
                {t('window.accompany.abandon')}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
