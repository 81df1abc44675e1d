import type { Profile } from '../../../core/profile/profile.ts';
import { Card } from '../../components/Card.tsx';
import { useText } from '../../i18n/use-text.ts';

/** Warnings, stages, documents and codes, as the CA's manual has them. */
export function Guidance({ profile }: { readonly profile: Profile }) {
  const { t } = useText();
  const { warnings, flow, review, documents, download, verificationQuestion, orderWords } = profile;
  return (
    <>
      {warnings.length > 0 && (
        <Card title={t('window.guidance.warnings')}>
          <ul className="help-list">
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Card>
      )}
      {flow.length > 0 && (
        <Card title={t('window.guidance.flow')}>
          <ol className="help-list">
            {flow.map(({ name, detail }) => (
              <li key={name}>
                <strong>{name}</strong>
                {detail !== null && <p className="muted">{detail}</p>}
              </li>
            ))}
          </ol>
          {review !== null && (
            <div className="stack-tight help-review">
              <p>{t('window.guidance.review', { by: review.by, days: review.workingDays })}</p>
              {review.progress !== null && <p>{t('window.guidance.progress', { where: review.progress })}</p>}
              {review.rejected !== null && <p>{review.rejected}</p>}
            </div>
          )}
          {orderWords.length > 0 && (
            <dl className="facts">
              {orderWords.map(({ word, means }) => (
                <OrderWord key={word} word={word} meaning={t(`window.orderWord.${means}`)} />
              ))}
            </dl>
          )}
        </Card>
      )}
      {documents.length > 0 && (
        <Card title={t('window.guidance.documents')}>
          <ul className="help-list">
            {documents.map(({ what, formats, maxBytes, dpi, note }) => (
              <li key={what}>
                <strong>{what}</strong>
                <p className="muted">
                  {t('window.guidance.document', {
                    formats: formats.length === 0 ? null : formats.join('、'),
                    kilobytes: maxBytes === null ? null : Math.round(maxBytes / 1000),
                    dpi,
                  })}
                </p>
                {note !== null && <p className="muted">{note}</p>}
              </li>
            ))}
          </ul>
        </Card>
      )}
      {(download !== null || verificationQuestion !== null) && (
        <Card title={t('window.guidance.codes')}>
          <div className="stack-tight">
            {download !== null && (
              <p>{t('window.guidance.download', { number: download.number, code: download.code })}</p>
            )}
            {download?.note != null && <p className="muted">{download.note}</p>}
            {verificationQuestion !== null && <p>{verificationQuestion}</p>}
          </div>
        </Card>
      )}
    </>
  );
}

function OrderWord({ word, meaning }: { readonly word: string; readonly meaning: string }) {
  return (
    <>
      <dt>{word}</dt>
      <dd>{meaning}</dd>
    </>
  );
}
