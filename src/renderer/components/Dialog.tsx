import { useEffect, useId, useRef, type ReactNode } from 'react';
import { CloseButton } from './CloseButton.tsx';
import './dialog.css';

interface DialogProps {
  readonly title: string;
  /** Escape, or whatever the buttons inside decide. */
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** A question over the page. The browser keeps the focus inside and gives it back afterwards. */
export function Dialog({ title, onClose, wide = false, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    // The browser takes the first button there is; what is asked for comes before it.
    dialog?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      className={wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="dialog-head">
        <h2 id={id}>{title}</h2>
        <CloseButton onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
}
