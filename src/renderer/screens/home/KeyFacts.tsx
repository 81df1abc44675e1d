import type { CertificateCard, TokenCard } from '../../../contract/views/token-views.ts';
import { CopyText } from '../../components/CopyText.tsx';
import { beijingDay } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { modelOf } from '../../state/key-model.ts';
import { useProfile } from '../../state/use-window.ts';
import { PinRow } from './PinStatus.tsx';
import { SealRow } from './SealStatus.tsx';

interface KeyFactsProps {
  readonly token: TokenCard;
  readonly certificate: CertificateCard;
  /** Its password and seal have cards of their own. */
  readonly isOnly: boolean;
}

/** What a person is asked for about a certificate, and about the key it is on. */
export function KeyFacts({ token, certificate, isOnly }: KeyFactsProps) {
  const { t } = useText();
  const { trustNumber } = useProfile(certificate.profile);
  return (
    <dl className="facts">
      <dt>{t('window.fact.issuer')}</dt>
      <dd>{certificate.issuerName}</dd>
      <dt>{t('window.fact.validity')}</dt>
      <dd className="number">
        {t('window.fact.from', { from: beijingDay(certificate.notBefore) })}{' '}
        <strong>{beijingDay(certificate.notAfter)}</strong>
      </dd>
      <dt>{t('window.fact.serial')}</dt>
      <dd>
        <CopyText value={certificate.portalSerial} what={t('window.fact.serial')} />
      </dd>
      {certificate.trustNumber !== null && (
        <>
          <dt>{trustNumber?.label ?? t('window.fact.trustNumber')}</dt>
          <dd>
            <CopyText
              value={certificate.trustNumber}
              what={trustNumber?.label ?? t('window.fact.trustNumber')}
            />
          </dd>
        </>
      )}
      <dt>{t('window.fact.key')}</dt>
      <dd>
        {modelOf(token)} <span className="muted">· {useHoldings(token)}</span>
        {isSm2ReadOnly(token) && <p className="text-warning">{t('window.fact.sm2ReadOnly')}</p>}
        {token.serialClash && <p className="muted">{t('window.fact.serialClash')}</p>}
      </dd>
      {!isOnly && <PinRow token={token} />}
      {!isOnly && <SealRow token={token} />}
    </dl>
  );
}

/** This driver only shows the keys in use. */
function isSm2ReadOnly({ sm2, certificates }: TokenCard): boolean {
  return (
    sm2 === 'readOnly' &&
    certificates.some(({ algorithm, state }) => state === 'current' && algorithm === 'SM2')
  );
}

const USES = ['signing', 'both', 'encryption'] as const;

/** 签名证书 + 加密证书（SM2） */
function useHoldings({ certificates }: TokenCard): string {
  const { t } = useText();
  const current = certificates.filter(({ state }) => state === 'current');
  const uses = USES.filter((use) => current.some((certificate) => certificate.use === use)).map((use) =>
    t(`window.use.${use}`),
  );
  const algorithms = [...new Set(current.map(({ algorithm }) => algorithm))].join('、');
  return t('window.fact.holdings', { uses: uses.join(' + '), algorithms });
}
