import type { CertificateCard, TokenCard, TokenSnapshot } from '../../../contract/views/token-views.ts';
import { Page } from '../../components/Page.tsx';
import { Card } from '../../components/Card.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useRoute, type RouteParameters } from '../../router/route.ts';
import { mainCertificate } from '../../state/shown-profile.ts';
import { useWindow } from '../../state/use-window.ts';
import { CertificatePanel } from './CertificatePanel.tsx';
import { ChangePin } from './ChangePin.tsx';
import { HistoryPanel } from './HistoryPanel.tsx';
import { KeyPanel } from './KeyPanel.tsx';
import { KeyTree } from './KeyTree.tsx';
import { UnlockPanel } from './UnlockPanel.tsx';
import './keys.css';

/**
 * `#/keys?token=…&certificate=…` shows that certificate, `show=pin|unlock|history` what is done to the key; without
 * a token, or with one that was pulled, the first key.
 */
export function KeysScreen() {
  const { t } = useText();
  const { parameters } = useRoute();
  const snapshot = useWindow(({ tokens }) => tokens);
  const token = chosenToken(snapshot, parameters);
  return (
    <Page title={t('window.nav.keys')} lead={t('window.keys.lead')}>
      {token === null ? (
        <Card title={t('window.home.plugIn')}>
          <p className="muted">{t(snapshot === null ? 'window.home.reading' : 'window.keys.none')}</p>
        </Card>
      ) : (
        <div className="keys">
          <KeyTree tokens={snapshot?.tokens ?? []} token={token} certificate={chosen(token, parameters)} />
          <div className="stack">
            <KeyPanel token={token} />
            <Shown token={token} parameters={parameters} />
          </div>
        </div>
      )}
    </Page>
  );
}

function Shown({ token, parameters }: { readonly token: TokenCard; readonly parameters: RouteParameters }) {
  const { t } = useText();
  const certificate = chosen(token, parameters);
  switch (parameters['show']) {
    case 'pin':
      return token.pin.state === 'locked' ? <UnlockPanel token={token} /> : <ChangePin token={token} />;
    case 'unlock':
      return <UnlockPanel token={token} />;
    case 'history':
      return <HistoryPanel token={token} />;
    default:
      return certificate === null ? (
        <Card>
          <p>{t('window.home.blankKey')}</p>
        </Card>
      ) : (
        <CertificatePanel key={certificate.sha256} token={token} certificate={certificate} />
      );
  }
}

function chosenToken(snapshot: TokenSnapshot | null, { token: wanted }: RouteParameters): TokenCard | null {
  const tokens = snapshot?.tokens ?? [];
  return tokens.find(({ id }) => id === wanted) ?? tokens[0] ?? null;
}

function chosen(token: TokenCard, { certificate: wanted }: RouteParameters): CertificateCard | null {
  return token.certificates.find(({ sha256 }) => sha256 === wanted) ?? mainCertificate(token);
}
