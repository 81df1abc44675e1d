import type { ReactNode } from 'react';
import type { AccompanyView } from '../../../contract/views/accompany-views.ts';
import { Card } from '../../components/Card.tsx';
import { useText, type Words } from '../../i18n/use-text.ts';
import { StepMark } from '../renewal/StepMark.tsx';
import { findingKey, ROWS, rowState, type Row } from './accompany-model.ts';

/** What was done, what is being done, and what is left, each with a line of what was found. */
export function StageRows({ view }: { readonly view: AccompanyView }) {
  const words = useText();
  return (
    <Card>
      <ol className="lines" aria-live="polite">
        {ROWS.map((row, index) => {
          const state = rowState(row, view);
          return (
            <li key={row} data-state={state === 'busy' ? 'current' : state}>
              <StepMark state={state} number={index + 1} look={state === 'done' ? 'soft' : 'filled'} />
              <div className="accompany-row">
                <span className="line-name">{words.t(`accompany.stage.${row}`)}</span>
                <div className="muted">{detailOf(row, view, words)}</div>
              </div>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

function detailOf(row: Row, view: AccompanyView, { t, describe }: Words): ReactNode {
  const { findings, count, opened, look } = view;
  switch (row) {
    case 'check':
      return findings.length === 0 ? t('window.accompany.check.hint') : <Findings findings={findings} />;
    case 'record':
      return count === null ? t('window.accompany.record.hint') : t('accompany.record', { ...count });
    case 'portal':
      if (opened === null) return t('window.accompany.portal.hint');
      return (
        <>
          <p>{t('window.accompany.opened', { browser: opened.browser })}</p>
          {opened.hint !== null && <p>{t(`accompany.portal.hint.${opened.hint}`)}</p>}
        </>
      );
    case 'wait':
      if (look === null) return t('window.accompany.wait.hint');
      if (look.kind === 'absent') return describe(look.error).message;
      if (look.elsewhere !== null) return t('accompany.look.elsewhere', { elsewhere: look.elsewhere });
      return t(`accompany.look.${LOOKS[look.verdict]}`);
    case 'prove':
      return t('window.accompany.prove.hint');
  }
}

/** What is well in one line, what wants attention each in its own. */
function Findings({ findings }: Pick<AccompanyView, 'findings'>) {
  const { t } = useText();
  const well = findings.filter(({ status }) => status === 'ok');
  return (
    <>
      <p>{well.map((finding) => t(findingKey(finding), finding.facts)).join('；')}</p>
      {findings
        .filter(({ status }) => status !== 'ok')
        .map((finding) => (
          <p key={finding.check}>{t(findingKey(finding), finding.facts)}</p>
        ))}
    </>
  );
}

const LOOKS = { waiting: 'waiting', wrong: 'partial', incomplete: 'found', renewed: 'found' } as const;
