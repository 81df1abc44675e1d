import { useText } from '../i18n/use-text.ts';
import './close-button.css';

export function CloseButton({ onClick }: { readonly onClick: () => void }) {
  const { t } = useText();
  return (
    <button type="button" className="close-button" aria-label={t('window.close')} onClick={onClick}>
      ×
    </button>
  );
}
