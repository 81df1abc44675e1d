import { Button } from 'antd';
import type { TokenCard } from '../../../contract/views/token-views.ts';
import { Card } from '../../components/Card.tsx';
import { PinTries } from '../../components/pin-dialog/PinTries.tsx';
import { useText } from '../../i18n/use-text.ts';
import { formatRoute, navigate } from '../../router/route.ts';
import { modelOf } from '../../state/key-model.ts';

/** The key itself, and what can be done to it. */
export function KeyPanel({ token }: { readonly token: TokenCard }) {
  const { t } = useText();
  const show = (what: string) => navigate('keys', { token: token.id, show: what });
  const model = modelOf(token);
  const isLocked = token.pin.state === 'locked';
  return (
    <Card title={token.label} aside={<PinTries pin={token.pin} />}>
      <div className="stack-tight">
        <p className="muted">
          {[
            model === token.label ? null : model,
            token.serial === '' ? null : t('window.keys.serial', { serial: token.serial }),
          ]
            .filter((part) => part !== null)
            .join(' · ')}
        </p>
        {token.serialClash && <p>{t('window.fact.serialClash')}</p>}
        <div className="row">
          {!isLocked && <Button onClick={() => show('pin')}>{t('window.fact.pin.change')}</Button>}
          <Button onClick={() => show('unlock')}>
            {t(isLocked ? 'window.action.unlock' : 'window.keys.forgot')}
          </Button>
          <details className="more">
            <summary>{t('window.keys.more')}</summary>
            <a href={formatRoute('keys', { token: token.id, show: 'history' })}>{t('window.keys.cleanUp')}</a>
          </details>
        </div>
      </div>
    </Card>
  );
}
