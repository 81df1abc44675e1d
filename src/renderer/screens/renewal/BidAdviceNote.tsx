import { beijingDay } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { openingTime, type BidState, type BidVerdict } from './bid-model.ts';
import { Callout } from './Callout.tsx';

interface Props {
  readonly verdict: BidVerdict;
  readonly bid: BidState;
  readonly notAfter: string;
}

/** The advice on a bid, read out as soon as it is known. */
export function BidAdviceNote({ verdict, bid, notAfter }: Props) {
  const { t } = useText();
  return (
    <div aria-live="polite">
      {verdict !== 'incomplete' && verdict !== 'clear' && (
        <Callout tone="warning" title={t(`window.renewal.bid.title.${verdict}`)}>
          {t(verdict === 'findOut' ? 'window.renewal.bid.findOut' : `notice.advice.${verdict}`)}
          {verdict === 'renewAfterOpening' &&
            t('window.renewal.bid.remind', {
              until: beijingDay(notAfter),
              opening: beijingDay(new Date(openingTime(bid.opening) ?? 0).toISOString()),
            })}
        </Callout>
      )}
    </div>
  );
}
