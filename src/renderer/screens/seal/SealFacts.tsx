import type { SealOnKey } from '../../../contract/views/seal-views.ts';
import { StateTag, type Tone } from '../../components/StateTag.tsx';
import { beijingDay } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';

const STATE_TONE: Readonly<Record<SealOnKey['state'], Tone>> = {
  valid: 'ok',
  expired: 'problem',
  notYetValid: 'warning',
};

/** Picture, owner, maker, validity, and whether it goes with the certificate in use. */
export function SealFacts({ seal }: { readonly seal: SealOnKey }) {
  const { t } = useText();
  const { fitsCurrent: fits, picture } = seal;
  return (
    <div className="seal-facts">
      {seal.image === null ? (
        <p className="seal-picture muted">{t('window.seal.noPicture', { type: picture.type })}</p>
      ) : (
        <img className="seal-picture" src={seal.image} alt={t('window.seal.picture', { name: seal.name })} />
      )}
      <div className="stack-tight">
        <p className="seal-name">
          {seal.name} <StateTag tone={STATE_TONE[seal.state]}>{t(`seal.state.${seal.state}`)}</StateTag>
        </p>
        <dl className="facts">
          <dt>{t('window.seal.owner')}</dt>
          <dd>{seal.owner ?? t('window.seal.unknown')}</dd>
          <dt>{t('window.seal.maker')}</dt>
          <dd>{seal.maker ?? t('window.seal.unknown')}</dd>
          <dt>{t('window.seal.validity')}</dt>
          <dd className="number">
            {t('window.fact.from', { from: beijingDay(seal.validFrom) })} {beijingDay(seal.validTo)}
          </dd>
          <dt>{t('window.seal.certificate')}</dt>
          <dd className={fits === true ? 'text-ok' : fits === false ? 'text-problem' : 'text-warning'}>
            {t(`seal.fits.${String(fits) as 'true' | 'false' | 'null'}`)}
          </dd>
        </dl>
      </div>
    </div>
  );
}
