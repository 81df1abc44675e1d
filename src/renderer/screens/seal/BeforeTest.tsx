import type { TokenCard } from '../../../contract/views/token-views.ts';
import { Card } from '../../components/Card.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import { beijingMinute } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { formatRoute } from '../../router/route.ts';
import { unlockOf } from '../../state/main-action.ts';
import { useRead } from '../../state/use-read.ts';

const STEPS = ['sign', 'verify', 'decrypt'] as const;

/** What the test does, and how the last one ended. */
export function BeforeTest({ token, isBusy }: { readonly token: TokenCard; readonly isBusy: boolean }) {
  const { t } = useText();
  const { answer } = useRead('seal.lastTests', {});
  const last = answer?.ok === true ? answer.value.find((test) => test.token === token.id) : undefined;
  return (
    <Card title={t('window.seal.before')}>
      <div className="stack-tight">
        <ol className="seal-plan">
          {STEPS.map((step) => (
            <li key={step}>{t(`window.seal.before.${step}`)}</li>
          ))}
        </ol>
        <p className="muted">{t('window.seal.before.note')}</p>
        {last !== undefined && (
          <p className="row">
            {t('window.seal.last', { at: beijingMinute(last.at) })}
            <StateTag tone={last.ok ? 'ok' : 'problem'}>
              {t(last.ok ? 'window.seal.last.passed' : 'window.seal.last.failed')}
            </StateTag>
          </p>
        )}
        {token.pin.state === 'locked' && (
          <p>
            {t('window.seal.locked')}{' '}
            <a href={formatRoute(...unlockOf(token))}>{t('window.action.unlock')}</a>
          </p>
        )}
        <p role="status" className="seal-busy">
          {isBusy ? t('window.seal.busy') : ''}
        </p>
      </div>
    </Card>
  );
}
