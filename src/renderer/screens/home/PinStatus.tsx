import type { TokenCard } from '../../../contract/views/token-views.ts';
import { Card } from '../../components/Card.tsx';
import { PinTries } from '../../components/pin-dialog/PinTries.tsx';
import { useText } from '../../i18n/use-text.ts';
import { formatRoute } from '../../router/route.ts';

interface Props {
  readonly token: TokenCard;
}

/** A line in the card of a key. */
export function PinRow({ token }: Props) {
  const { t } = useText();
  return (
    <>
      <dt>{t('window.fact.pin')}</dt>
      <dd className="row">
        <PinTries pin={token.pin} />
        <ChangePin token={token} />
      </dd>
    </>
  );
}

export function PinStatus({ token }: Props) {
  const { t } = useText();
  return (
    <Card size="small" title={t('window.fact.pin')} aside={<PinTries pin={token.pin} />}>
      <p className="muted">
        {t(token.pin.state === 'locked' ? 'window.home.pin.locked' : 'window.home.pin.note')}{' '}
        <ChangePin token={token} />
      </p>
    </Card>
  );
}

/** A locked one is unlocked by the main action. */
function ChangePin({ token }: Props) {
  const { t } = useText();
  if (token.pin.state === 'locked') return null;
  return <a href={formatRoute('keys', { token: token.id, show: 'pin' })}>{t('window.fact.pin.change')}</a>;
}
