import type { EnvironmentReport } from '../../../contract/views/environment-views.ts';
import { useText } from '../../i18n/use-text.ts';

/** How it stands in one line, with what a hotline asks for. */
export function Summary({ report }: { readonly report: EnvironmentReport }) {
  const { t } = useText();
  const { problems, advice, fine, unknown, layer, code, ms, findings } = report;
  const count = findings.filter(({ status }) => status !== 'notApplicable').length;
  return (
    <>
      <p>
        {t('window.environment.summary', { seconds: (ms / 1000).toFixed(1), count })}
        {problems > 0 && (
          <>
            {' · '}
            <strong className="environment-problems">
              {t('window.environment.problems', { count: problems })}
            </strong>
          </>
        )}
        {advice > 0 && (
          <>
            {' · '}
            <strong className="environment-advice">
              {t('window.environment.advice', { count: advice })}
            </strong>
          </>
        )}
        {' · '}
        {t('window.environment.fine', { count: fine })}
        {unknown > 0 && <> · {t('window.environment.unknown', { count: unknown })}</>}
      </p>
      {layer !== null && <p>{t('window.environment.layer', { layer: t(`check.layer.${layer}`) })}</p>}
      {problems > 0 && <p>{t('window.environment.code', { code })}</p>}
    </>
  );
}
