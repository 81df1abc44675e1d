import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';

interface CopyTextProps {
  readonly value: string;
  /** What is copied, for the button's name: 复制证书序列号. */
  readonly what: string;
}

/** A value to be typed or pasted elsewhere, with a button that copies it. */
export function CopyText({ value, what }: CopyTextProps) {
  const { t } = useText();
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void copyToClipboard(value).then(setCopied);
  };
  return (
    <span className="copy-text">
      <span className="number">{value}</span>{' '}
      <button type="button" className="link" aria-label={t('window.copy.name', { what })} onClick={copy}>
        {t('window.copy')}
      </button>
      <span role="status" className="muted">
        {isCopied ? t('window.copied') : ''}
      </span>
    </span>
  );
}

/** @returns whether the text is on the clipboard now */
export async function copyToClipboard(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return copyBySelection(value);
  }
}

/** Where the page may not use the clipboard by itself, a selection in the middle of a click may still be copied. */
function copyBySelection(value: string): boolean {
  const field = document.createElement('textarea');
  field.value = value;
  document.body.append(field);
  field.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing has taken its place for this case
  const isCopied = document.execCommand('copy');
  field.remove();
  return isCopied;
}
