import { Button } from 'antd';
import type { ReactNode } from 'react';
import type { CertificateCard, CertificateDetails, TokenCard } from '../../../contract/views/token-views.ts';
import { saveKeepsake } from '../../api/save-keepsake.ts';
import { Card } from '../../components/Card.tsx';
import { CopyText } from '../../components/CopyText.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { ExpiryTag } from '../../components/ExpiryTag.tsx';
import { beijingDay } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';
import { useRead } from '../../state/use-read.ts';
import { useProfile } from '../../state/use-window.ts';

interface CertificatePanelProps {
  readonly token: TokenCard;
  readonly certificate: CertificateCard;
}

/** Everything of one certificate; what only a technician reads is folded. */
export function CertificatePanel({ token, certificate }: CertificatePanelProps) {
  const { t } = useText();
  const { call, error, isBusy } = useCall();
  const profile = useProfile(certificate.profile);
  const wanted = { token: token.id, certificate: certificate.sha256 };
  const { answer } = useRead('certificate.show', wanted);
  const details = answer?.ok === true ? answer.value : null;
  const problem = error ?? (answer?.ok === false ? answer.error : null);

  const save = async (format: 'pem' | 'der') => {
    const answer = await call('certificate.export', { ...wanted, format });
    if (answer.ok) saveKeepsake(answer.value);
  };

  return (
    <Card
      title={certificate.commonName ?? certificate.subject}
      aside={<ExpiryTag certificate={certificate} />}
    >
      <div className="stack">
        {problem !== null && <ErrorNote error={problem} profile={profile} />}
        <Facts certificate={certificate} details={details} />
        {details !== null && <Technical details={details} />}
        <div className="row">
          <Button disabled={isBusy} onClick={() => void save('der')}>
            {t('window.certificate.export')}
          </Button>
          <button type="button" className="link" disabled={isBusy} onClick={() => void save('pem')}>
            {t('window.certificate.exportPem')}
          </button>
          <span className="muted">{t('window.certificate.export.note')}</span>
        </div>
      </div>
    </Card>
  );
}

interface FactsProps {
  readonly certificate: CertificateCard;
  readonly details: CertificateDetails | null;
}

function Facts({ certificate, details }: FactsProps) {
  const { t } = useText();
  const { trustNumber } = useProfile(certificate.profile);
  const label = trustNumber?.label ?? t('window.fact.trustNumber');
  return (
    <dl className="facts">
      {details !== null && details.holder !== 'unknown' && (
        <Fact name={t('window.certificate.holder')}>{t(`window.holder.${details.holder}`)}</Fact>
      )}
      <Fact name={t('window.certificate.use')}>
        {t(`window.use.${certificate.use}`)} · {certificate.algorithm}
        {certificate.hasPrivateKey === false && <strong> · {t('window.certificate.withoutKey')}</strong>}
      </Fact>
      <Fact name={t('window.fact.issuer')}>{certificate.issuerName}</Fact>
      <Fact name={t('window.fact.validity')}>
        <span className="number">
          {t('window.fact.from', { from: beijingDay(certificate.notBefore) })}{' '}
          <strong>{beijingDay(certificate.notAfter)}</strong>
        </span>
      </Fact>
      <Fact name={t('window.fact.serial')}>
        <CopyText value={certificate.portalSerial} what={t('window.fact.serial')} />
      </Fact>
      {certificate.trustNumber !== null && (
        <Fact name={label}>
          <CopyText value={certificate.trustNumber} what={label} />
        </Fact>
      )}
      {details?.subject.map(({ type, value }, index) => (
        <Fact key={`${type} ${index}`} name={t('window.certificate.attribute', { attribute: type })}>
          {value}
        </Fact>
      ))}
      {details !== null && (
        <Fact name={t('window.certificate.chain')}>
          {[...details.chain].reverse().join(' › ')}
          {!details.chainComplete && <span className="muted"> · {t('window.certificate.chainOpen')}</span>}
        </Fact>
      )}
    </dl>
  );
}

function Technical({ details }: { readonly details: CertificateDetails }) {
  const { t } = useText();
  const { keyUsages, extKeyUsages, policies, crlUrls, ocspUrls } = details;
  const lists = [
    ['window.certificate.extUsage', extKeyUsages],
    ['window.certificate.policies', policies],
    ['window.certificate.crl', crlUrls],
    ['window.certificate.ocsp', ocspUrls],
  ] as const;
  return (
    <details className="technical">
      <summary>{t('window.certificate.technical')}</summary>
      <dl className="facts">
        <Fact name={t('window.certificate.serialHex')}>{details.card.serial}</Fact>
        <Fact name={t('window.certificate.subject')}>{details.card.subject}</Fact>
        <Fact name={t('window.certificate.issuer')}>{details.card.issuer}</Fact>
        <Fact name={t('window.certificate.signature')}>{details.signatureAlgorithm}</Fact>
        {keyUsages.length > 0 && (
          <Fact name={t('window.certificate.keyUsage')}>
            {t('window.certificate.keyUsage.value', { keyUsage: keyUsages })}
          </Fact>
        )}
        {lists.map(
          ([name, values]) =>
            values.length > 0 && (
              <Fact key={name} name={t(name)}>
                {values.join('、')}
              </Fact>
            ),
        )}
        <Fact name={t('window.certificate.sm3')}>
          <CopyText value={details.sm3} what={t('window.certificate.sm3')} />
        </Fact>
        <Fact name={t('window.certificate.sha256')}>
          <CopyText value={details.sha256} what={t('window.certificate.sha256')} />
        </Fact>
      </dl>
    </details>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
