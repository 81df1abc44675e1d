import type { SealTestView } from '../../../contract/views/seal-views.ts';
import type { TextKey } from '../../../contract/text.ts';
import { Icon } from '../../components/Icon.tsx';
import { useText } from '../../i18n/use-text.ts';
import { StepLines } from './StepLines.tsx';
import { VerificationLines } from './VerificationLines.tsx';

/** The verdict, then each step; what the signed page was judged by is folded. */
export function TestResult({ result }: { readonly result: SealTestView }) {
  const { t } = useText();
  const { ok, kind, steps, hotline, verification } = result;
  return (
    <section className="card seal-result" aria-label={t('window.seal.result')}>
      <div className={`seal-verdict tone-${ok ? 'ok' : 'problem'}`} role="status">
        <p className="seal-verdict-title">
          <Icon name={ok ? 'check' : 'cross'} size={20} />
          {t(ok ? `window.seal.passed.${kind}` : 'window.seal.failed')}
        </p>
        <p>{ok ? t('window.seal.passed.next') : t('window.seal.failed.next', { hotline })}</p>
      </div>
      <StepLines
        lines={steps.map(({ step, ...line }) => ({ ...line, name: t(`seal.testStep.${step}` as TextKey) }))}
      />
      {verification !== null && <VerificationLines verification={verification} />}
    </section>
  );
}
