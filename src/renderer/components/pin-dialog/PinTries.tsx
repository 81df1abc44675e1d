import type { PinView } from '../../../contract/views/token-views.ts';
import { useText } from '../../i18n/use-text.ts';
import { StateTag } from '../StateTag.tsx';
import { isLastTry } from './pin-request.ts';

const FEW = 3;

/** Tries left, in words, as far as the driver says. */
export function PinTries({ pin }: { readonly pin: PinView }) {
  const { t } = useText();
  const { state, attemptsLeft } = pin;
  if (state === 'locked') return <StateTag tone="problem">{t('window.pin.locked')}</StateTag>;
  if (state === 'uninitialised') return <StateTag tone="warning">{t('window.pin.uninitialised')}</StateTag>;
  if (isLastTry(pin)) return <StateTag tone="problem">{t('window.pin.last')}</StateTag>;
  if (attemptsLeft === null) {
    return state === 'low' ? (
      <StateTag tone="warning">{t('window.pin.low')}</StateTag>
    ) : (
      <StateTag tone="quiet">{t('window.pin.triesUnknown')}</StateTag>
    );
  }
  const isFew = state === 'low' || attemptsLeft <= FEW;
  return (
    <StateTag tone={isFew ? 'warning' : 'quiet'}>{t('window.pin.tries', { count: attemptsLeft })}</StateTag>
  );
}
