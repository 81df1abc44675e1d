import { Button } from 'antd';
import { useEffect, useId, useRef, useState, type SubmitEvent } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { useWindow } from '../../state/use-window.ts';
import { Dialog } from '../Dialog.tsx';
import { ErrorNote } from '../ErrorNote.tsx';
import { LastTryConsent } from './LastTryConsent.tsx';
import { isLastTry, type PinRequest, type TypedPin } from './pin-request.ts';
import { PinField } from './PinField.tsx';
import { PinTries } from './PinTries.tsx';
import { UnlockRoute } from './UnlockRoute.tsx';
import './pin-dialog.css';

interface PinDialogProps {
  readonly request: PinRequest;
  /** null: the person does not want to, or the key was pulled. Called once. */
  readonly onAnswer: (typed: TypedPin | null) => void;
}

/** Asks for the PIN of one key. Shows the tries left before anything is typed. */
export function PinDialog({ request, onAnswer }: PinDialogProps) {
  const { t } = useText();
  const { title, subject, token, pin, previous, profile } = request;
  const field = useRef<HTMLInputElement>(null);
  const [isEmpty, setEmpty] = useState(true);
  const [isLastTryAccepted, setLastTryAccepted] = useState(false);
  const [isForgotten, setForgotten] = useState(false);
  const triesId = useId();
  const practicePin = useWindow(({ application }) =>
    application?.practice.isOn === true ? application.practice.pin : null,
  );

  useCloseOnRemoval(token, () => onAnswer(null));

  const isLocked = pin.state === 'locked';
  const isLast = isLastTry(pin);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const typed = field.current?.value ?? '';
    if (typed === '' || (isLast && !isLastTryAccepted)) return;
    onAnswer({ pin: typed, acceptLastTry: isLast && isLastTryAccepted });
  };

  return (
    <Dialog title={title} onClose={() => onAnswer(null)}>
      {subject !== undefined && <p className="muted">{subject}</p>}
      <form className="pin-form" onSubmit={submit}>
        {previous !== null && <ErrorNote error={previous} profile={profile} />}
        {!isLocked && (
          <PinField
            label={t('window.pin.label')}
            field={field}
            onLength={(bytes) => setEmpty(bytes === 0)}
            autoFocus
            describedBy={triesId}
          />
        )}
        <div className="pin-tries">
          <span id={triesId}>
            <PinTries pin={pin} />
          </span>
          {!isLocked && (
            <button
              type="button"
              className="link"
              aria-expanded={isForgotten}
              onClick={() => setForgotten(!isForgotten)}
            >
              {t('window.pin.forgot')}
            </button>
          )}
        </div>
        {practicePin !== null && <p>{t('window.pin.practice', { pin: practicePin })}</p>}
        {(isForgotten || isLocked) && (
          <div className="pin-unlock">
            <UnlockRoute profile={profile} />
          </div>
        )}
        {isLast && <LastTryConsent isGiven={isLastTryAccepted} onChange={setLastTryAccepted} />}
        {!isLocked && <p className="muted pin-note">{t('window.pin.note')}</p>}
        <div className="dialog-actions">
          <Button onClick={() => onAnswer(null)}>{t(isLocked ? 'window.close' : 'window.cancel')}</Button>
          {!isLocked && (
            <Button type="primary" htmlType="submit" disabled={isEmpty || (isLast && !isLastTryAccepted)}>
              {t('window.confirm')}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

function useCloseOnRemoval(token: string, close: () => void) {
  const isHere = useWindow(({ tokens }) => tokens?.tokens.some(({ id }) => id === token) ?? true);
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    if (!isHere) latest.current();
  }, [isHere]);
}
