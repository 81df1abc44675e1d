import type { VerificationStepView } from '../../../contract/views/seal-views.ts';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { useText } from '../../i18n/use-text.ts';

export interface StepLine {
  readonly name: string;
  readonly status: VerificationStepView['status'];
  readonly number: number | null;
  /** What was found; null where it passed. */
  readonly detail: string | null;
  readonly advice?: string | null;
}

const ICONS: Readonly<Record<StepLine['status'], IconName>> = {
  ok: 'check',
  failed: 'cross',
  notChecked: 'warning',
};

/** Each step with its outcome; under it, where it did not pass, what was found, what to do and the number. */
export function StepLines({ lines }: { readonly lines: readonly StepLine[] }) {
  const { t } = useText();
  return (
    <ul className="seal-lines">
      {lines.map(({ name, status, number, detail, advice = null }, index) => (
        <li key={index} data-status={status}>
          <Icon name={ICONS[status]} />
          <span>{name}</span>
          <span className="seal-lines-status">{t(`seal.status.${status}`)}</span>
          {detail !== null && (
            <p>
              {detail}
              {status === 'failed' && advice}
              {number !== null && status === 'failed' && ` ${t('window.error.number', { number })}`}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
