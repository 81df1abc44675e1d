import { Button } from 'antd';
import { useState } from 'react';
import { Dialog } from '../components/Dialog.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useText } from '../i18n/use-text.ts';
import { useCall } from '../state/use-call.ts';
import { useWindow } from '../state/use-window.ts';

/** 退出, where no tray has it: closing the window leaves the program running, so that it can remind. */
export function Quit() {
  const { t } = useText();
  const { call, isBusy, error, clearError } = useCall();
  const isOffered = useWindow(({ application }) => application?.capabilities.quit ?? false);
  const [isAsking, setAsking] = useState(false);
  if (!isOffered) return null;
  const close = () => {
    clearError();
    setAsking(false);
  };
  const quit = async () => {
    const { ok } = await call('application.quit', {});
    if (ok) close();
  };
  return (
    <>
      <button type="button" className="link" onClick={() => setAsking(true)}>
        {t('window.quit')}
      </button>
      {isAsking && (
        <Dialog title={t('window.quit.title')} onClose={close}>
          <div className="stack">
            <p className="muted">{t('window.quit.means')}</p>
            {error !== null && <ErrorNote error={error} />}
            <div className="dialog-actions">
              <Button onClick={close}>{t('window.cancel')}</Button>
              <Button type="primary" loading={isBusy} onClick={() => void quit()}>
                {t('window.quit')}
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}
