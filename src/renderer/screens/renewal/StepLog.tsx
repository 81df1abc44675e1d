import type { RenewalView } from '../../../contract/views/renewal-views.ts';
import { beijingMinute } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';

/** 查看明细: every step with its time, folded. */
export function StepLog({ steps }: Pick<RenewalView, 'steps'>) {
  const { t } = useText();
  return (
    <details>
      <summary className="link">{t('window.renewal.details')}</summary>
      <ol className="log number">
        {steps.map(({ name, at }, index) => (
          <li key={`${at}-${index}`}>
            {beijingMinute(at).slice(11)}:{new Date(at).toISOString().slice(17, 19)}{' '}
            {t(`window.renewal.did.${name}`)}
          </li>
        ))}
      </ol>
    </details>
  );
}
