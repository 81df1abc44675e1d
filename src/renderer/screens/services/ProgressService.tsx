import { Button } from 'antd';
import type { OrderView } from '../../../contract/views/renewal-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { Card } from '../../components/Card.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import { beijingMinute } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { navigate } from '../../router/route.ts';
import { useCall } from '../../state/use-call.ts';
import { useWindow } from '../../state/use-window.ts';
import { PortalLinks } from './PortalLinks.tsx';
import { isReady, ORDER_TONES, portalsFor } from './services-model.ts';

/** 进度查询: what is unfinished here and what the CAs say of it, without a PIN. */
export function ProgressService({ profile }: { readonly profile: Profile }) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const orders = useWindow((state) => state.orders);
  return (
    <Card
      title={t('window.services.progress')}
      aside={
        <button
          type="button"
          className="link service-aside"
          disabled={isBusy}
          onClick={() => void call('order.refresh', {})}
        >
          {t('window.services.refresh')}
        </button>
      }
    >
      {error !== null && <ErrorNote error={error} profile={profile} />}
      {orders.length === 0 ? (
        <p className="muted">{t('window.services.noOrders')}</p>
      ) : (
        <ul className="orders">
          {orders.map((order) => (
            <OrderLine key={order.renewal ?? order.order ?? order.at} order={order} />
          ))}
        </ul>
      )}
      <PortalLinks portals={portalsFor(profile, 'status')} profile={profile} />
      {profile.orderWords.map(({ word, means }) => (
        <p key={word} className="muted">
          {t('window.services.word', { word, meaning: t(`window.services.means.${means}`) })}
        </p>
      ))}
    </Card>
  );
}

function OrderLine({ order }: { readonly order: OrderView }) {
  const { t, describe } = useText();
  const { renewal, token, certificate, problem } = order;
  const state = order.state ?? 'unknown';
  const goOn = () => {
    if (renewal !== null) navigate('renewal', { renewal });
    else if (token !== null && certificate !== null) navigate('renewal', { token, certificate });
  };
  const canGoOn = renewal !== null || (token !== null && certificate !== null);
  return (
    <li>
      <div>
        <p>
          {order.commonName ?? order.reference ?? order.order ?? t('window.services.order.begun')}{' '}
          <StateTag tone={ORDER_TONES[state]}>{t(`window.order.state.${state}`)}</StateTag>
        </p>
        <p className="muted number">
          {t('window.services.order.line', {
            token: order.tokenLabel,
            number: order.order,
            at: beijingMinute(order.at),
          })}
        </p>
        {problem !== null && <p className="muted">{describe(problem).message}</p>}
      </div>
      {canGoOn && state !== 'confirmed' && (
        <Button onClick={goOn}>
          {t(isReady(order) ? 'notice.action.updateNow' : 'window.renewal.resume')}
        </Button>
      )}
    </li>
  );
}
