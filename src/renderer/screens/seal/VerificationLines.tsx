import type { Verification } from '../../../contract/views/seal-views.ts';
import { useText } from '../../i18n/use-text.ts';
import { StepLines } from './StepLines.tsx';
import { linesOf } from './verification-model.ts';

/** Everything that was looked at, folded: of the file, then of each signature. */
export function VerificationLines({ verification }: { readonly verification: Verification }) {
  const words = useText();
  const { t } = words;
  const { signatures } = verification;
  return (
    <details className="technical">
      <summary>{t('window.seal.technical')}</summary>
      <div className="stack-tight">
        <StepLines lines={linesOf(verification, words, null)} />
        {signatures.map((_signature, index) => (
          <div key={index} className="stack-tight">
            {signatures.length > 1 && (
              <h3 className="seal-signature-title">{t('window.seal.signature', { number: index + 1 })}</h3>
            )}
            <StepLines lines={linesOf(verification, words, index)} />
          </div>
        ))}
      </div>
    </details>
  );
}
