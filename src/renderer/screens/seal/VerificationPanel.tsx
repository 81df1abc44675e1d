import type { TextKey } from '../../../contract/text.ts';
import type { Verification } from '../../../contract/views/seal-views.ts';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { beijingDay, beijingMinute } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { StepLines } from './StepLines.tsx';
import { remarksOf, VERDICT_TONE } from './verification-model.ts';
import { VerificationLines } from './VerificationLines.tsx';

const ICONS: Readonly<Record<Verification['verdict'], IconName>> = {
  valid: 'check',
  incomplete: 'warning',
  invalid: 'cross',
};

interface VerificationPanelProps {
  readonly fileName: string;
  readonly verification: Verification;
}

/** What a file turned out to be: the verdict, who signed when with which seal, what came after, what to mind. */
export function VerificationPanel({ fileName, verification }: VerificationPanelProps) {
  const words = useText();
  const { t } = words;
  const { verdict, kind, signatures } = verification;
  const remarks = remarksOf(verification, words);
  return (
    <div className="stack">
      <div className={`seal-verdict tone-${VERDICT_TONE[verdict]}`} role="status">
        <p className="seal-verdict-title">
          <Icon name={ICONS[verdict]} size={20} />
          {t(`window.verify.${verdict}`)}
        </p>
        <p>{t(`seal.verdict.${verdict}`)}</p>
      </div>
      <p className="muted">
        {fileName} · {t(`seal.kind.${kind}` as TextKey)}
      </p>
      {signatures.map((signature, index) => (
        <section key={index} aria-label={t('window.seal.signature', { number: index + 1 })}>
          {signatures.length > 1 && (
            <h3 className="seal-signature-title">{t('window.seal.signature', { number: index + 1 })}</h3>
          )}
          <SignatureFacts signature={signature} />
        </section>
      ))}
      {remarks.length > 0 && <StepLines lines={remarks} />}
      <VerificationLines verification={verification} />
    </div>
  );
}

function SignatureFacts({ signature }: { readonly signature: Verification['signatures'][number] }) {
  const { t } = useText();
  const { signer, signedAt, seal, addedAfter } = signature;
  return (
    <dl className="facts">
      <dt>{t('window.verify.signer')}</dt>
      <dd>{signer ?? t('seal.unknownSigner')}</dd>
      <dt>{t('window.verify.signedAt')}</dt>
      <dd className="number">{signedAt === null ? t('window.seal.unknown') : beijingMinute(signedAt)}</dd>
      {seal !== null && (
        <>
          <dt>{t('window.verify.seal')}</dt>
          <dd>
            {t('window.verify.sealFacts', {
              name: seal.name,
              maker: seal.maker,
              from: beijingDay(seal.validFrom),
              to: beijingDay(seal.validTo),
            })}
          </dd>
        </>
      )}
      <dt>{t('window.verify.after')}</dt>
      <dd className={addedAfter.length === 0 ? '' : 'text-warning'}>
        {addedAfter.length === 0
          ? t('window.verify.after.none')
          : t('window.verify.after.some', { added: addedAfter })}
      </dd>
    </dl>
  );
}
