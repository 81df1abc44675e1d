import { Button, Input } from 'antd';
import { useId, useState } from 'react';
import type { ContainerLoss, TokenCard } from '../../../contract/views/token-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useAskPin } from '../../components/pin-dialog/ask-pin.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';

interface DeleteHistoryProps {
  readonly token: TokenCard;
  readonly loss: ContainerLoss;
  readonly profile: Profile;
  readonly onClose: () => void;
}

/** Deleting cannot be undone: the container's name is typed, what is lost is agreed to, and the PIN is asked for. */
export function DeleteHistory({ token, loss, profile, onClose }: DeleteHistoryProps) {
  const { t } = useText();
  const askPin = useAskPin();
  const { call, isBusy, error } = useCall();
  const [typed, setTyped] = useState('');
  const [isLossAccepted, setLossAccepted] = useState(false);
  const id = useId();
  const needsConsent = loss.isLast || loss.opensFiles;
  const isReady = typed === loss.container && (!needsConsent || isLossAccepted);

  const remove = async () => {
    const title = t('window.history.pin');
    const answer = await askPin({
      title,
      subject: token.label,
      token: token.id,
      pin: token.pin,
      previous: null,
      profile,
    });
    if (answer === null) return;
    const { ok } = await call('history.delete', {
      token: token.id,
      container: loss.container,
      typed,
      acceptLoss: isLossAccepted,
      ...answer,
    });
    if (ok) onClose();
  };

  return (
    <Dialog title={t('window.history.confirm')} onClose={onClose} wide>
      <div className="stack">
        <p>{t('window.history.undo')}</p>
        {loss.opensFiles && <p className="text-warning">{t('window.history.opensFiles')}</p>}
        {loss.isLast && <p className="text-problem">{t('window.history.isLast')}</p>}
        <label htmlFor={id}>{t('window.history.type', { container: loss.container })}</label>
        <Input
          id={id}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        {needsConsent && (
          <label className="tick row">
            <input
              type="checkbox"
              checked={isLossAccepted}
              onChange={(event) => setLossAccepted(event.target.checked)}
            />
            {t('window.history.accept')}
          </label>
        )}
        {error !== null && <ErrorNote error={error} profile={profile} />}
        <div className="dialog-actions">
          <Button onClick={onClose}>{t('window.cancel')}</Button>
          <Button danger type="primary" disabled={!isReady} loading={isBusy} onClick={() => void remove()}>
            {t('window.history.delete')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
