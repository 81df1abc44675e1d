import { useText } from '../../i18n/use-text.ts';
import './pin-dialog.css';

interface LastTryConsentProps {
  readonly isGiven: boolean;
  readonly onChange: (isGiven: boolean) => void;
}

export function LastTryConsent({ isGiven, onChange }: LastTryConsentProps) {
  const { t } = useText();
  return (
    <label className="pin-last">
      <input type="checkbox" checked={isGiven} onChange={(event) => onChange(event.target.checked)} />
      {t('window.pin.acceptLastTry')}
    </label>
  );
}
