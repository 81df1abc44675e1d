// The one field a PIN is typed into. The value lives in the input element only: never in React's state, never in a
// store; it is wiped when the window loses the focus and when the field goes.

import { useEffect, useId, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { Icon } from '../Icon.tsx';
import './pin-dialog.css';

interface PinFieldProps {
  readonly label: string;
  readonly field: RefObject<HTMLInputElement | null>;
  /** Told the length in UTF-8 bytes after every change. */
  readonly onLength: (bytes: number) => void;
  readonly autoFocus?: boolean;
  readonly describedBy?: string;
}

export function PinField({ label, field, onLength, autoFocus = false, describedBy }: PinFieldProps) {
  const { t } = useText();
  const [isShown, setShown] = useState(false);
  const [warnings, setWarnings] = useState({ capsLock: false, fullWidth: false, wiped: false });
  const [id, warningId] = [useId(), useId()];
  const told = useRef(onLength);
  useEffect(() => {
    told.current = onLength;
  });

  useEffect(() => {
    const input = field.current;
    const wipe = () => {
      const hadValue = input !== null && input.value !== '';
      if (input !== null) input.value = '';
      return hadValue;
    };
    const onBlur = () => {
      setShown(false);
      if (!wipe()) return;
      told.current(0);
      setWarnings((state) => ({ ...state, fullWidth: false, wiped: true }));
    };
    window.addEventListener('blur', onBlur);
    return () => {
      window.removeEventListener('blur', onBlur);
      wipe();
    };
  }, [field]);

  const onInput = (value: string) => {
    onLength(new TextEncoder().encode(value).length);
    setWarnings((state) => ({ ...state, fullWidth: /[^ -~]/.test(value), wiped: false }));
  };
  const onKey = (event: KeyboardEvent) => {
    const capsLock = event.getModifierState('CapsLock');
    setWarnings((state) => (state.capsLock === capsLock ? state : { ...state, capsLock }));
  };
  const holdKey = (event: KeyboardEvent, shown: boolean) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    setShown(shown);
  };

  return (
    <div className="pin-field">
      <label htmlFor={id}>{label}</label>
      <div className="pin-field-box">
        <input
          id={id}
          ref={field}
          type={isShown ? 'text' : 'password'}
          // Browsers keep passwords they recognise; they leave one-time codes alone.
          autoComplete="one-time-code"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={256}
          data-autofocus={autoFocus || undefined}
          aria-describedby={[describedBy, warningId].filter((part) => part !== undefined).join(' ')}
          onInput={(event) => onInput(event.currentTarget.value)}
          onKeyDown={onKey}
          onKeyUp={onKey}
        />
        <button
          type="button"
          className="pin-field-show"
          aria-label={t('window.pin.holdToShow')}
          title={t('window.pin.holdToShow')}
          aria-pressed={isShown}
          onPointerDown={() => setShown(true)}
          onPointerUp={() => setShown(false)}
          onPointerLeave={() => setShown(false)}
          onPointerCancel={() => setShown(false)}
          onKeyDown={(event) => holdKey(event, true)}
          onKeyUp={(event) => holdKey(event, false)}
          onBlur={() => setShown(false)}
        >
          <Icon name="eye" />
        </button>
      </div>
      <div id={warningId} className="pin-field-warning" role="status">
        {warnings.capsLock && <p>{t('window.pin.capsLock')}</p>}
        {warnings.fullWidth && <p>{t('window.pin.fullWidth')}</p>}
        {warnings.wiped && <p>{t('window.pin.wiped')}</p>}
      </div>
    </div>
  );
}
