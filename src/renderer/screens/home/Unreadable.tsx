import { Button } from 'antd';
import type { TokenSnapshot } from '../../../contract/views/token-views.ts';
import { Card } from '../../components/Card.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import { useText } from '../../i18n/use-text.ts';
import { formatRoute, navigate } from '../../router/route.ts';

const DRIVERS = ['settings', { part: 'drivers' }] as const;

/** Keys that are plugged in and for which there is no driver. */
export function Strangers({ strangers }: Pick<TokenSnapshot, 'strangers'>) {
  const { t } = useText();
  return strangers.map(({ usbId, vendor, product }) => (
    <Card
      key={usbId}
      title={t('window.home.stranger')}
      aside={<StateTag tone="warning">{t('window.home.stranger.state')}</StateTag>}
    >
      <div className="stack-tight">
        <p>
          {[vendor, product].filter((part) => part !== null).join(' ')}{' '}
          <span className="muted number">{t('window.home.stranger.usb', { usbId })}</span>
        </p>
        <p>{t('window.home.stranger.next')}</p>
        <div className="row">
          <Button onClick={() => navigate(...DRIVERS)}>{t('window.home.drivers')}</Button>
          <a href={formatRoute('help', { part: 'components' })}>{t('window.home.stranger.install')}</a>
        </div>
      </div>
    </Card>
  ));
}

/** Drivers and key files that could not be read. */
export function DriverProblems({ problems }: Pick<TokenSnapshot, 'problems'>) {
  const { t } = useText();
  return problems.map(({ module, error }) => (
    <ErrorNote key={module} error={error}>
      <a href={formatRoute(...DRIVERS)}>{t('window.home.drivers')}</a>
    </ErrorNote>
  ));
}
