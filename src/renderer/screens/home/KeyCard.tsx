import { Button } from 'antd';
import type { TokenCard } from '../../../contract/views/token-views.ts';
import { Card } from '../../components/Card.tsx';
import { CountdownRing } from '../../components/CountdownRing.tsx';
import { ExpiryTag } from '../../components/ExpiryTag.tsx';
import { PinTries } from '../../components/pin-dialog/PinTries.tsx';
import { useText } from '../../i18n/use-text.ts';
import { navigate } from '../../router/route.ts';
import { countdown, EXPIRY } from '../../state/expiry.ts';
import { shownCertificate } from '../../state/main-action.ts';
import { KeyActions } from './KeyActions.tsx';
import { KeyFacts } from './KeyFacts.tsx';
import './home.css';

interface KeyCardProps {
  readonly token: TokenCard;
  /** Its button is the filled one. */
  readonly isFirst: boolean;
  /** The only key plugged in. */
  readonly isOnly: boolean;
  /** When the key was looked at. */
  readonly at: string;
}

export function KeyCard({ token, isFirst, isOnly, at }: KeyCardProps) {
  const { t } = useText();
  const certificate = shownCertificate(token);
  if (certificate === null) {
    return (
      <Card title={token.label} aside={<PinTries pin={token.pin} />}>
        <div className="stack">
          <p>{t('window.home.blankKey')}</p>
          <div className="row">
            <Button
              type={isFirst ? 'primary' : 'default'}
              size="large"
              onClick={() => navigate('services', { token: token.id })}
            >
              {t('window.home.blankKey.download')}
            </Button>
            <p className="muted">{t('window.home.blankKey.next')}</p>
          </div>
        </div>
      </Card>
    );
  }
  const { days, part, text } = countdown(certificate, at);
  const name = certificate.commonName ?? certificate.subject;
  return (
    <section className="card" aria-label={`${name} ${token.label}`}>
      <div className="key-card">
        <CountdownRing days={days} part={part} tone={EXPIRY[certificate.expiry].tone} label={t(text)} />
        <div className="stack-tight">
          <h2 className="key-card-name">
            {name} <ExpiryTag certificate={certificate} />
          </h2>
          <KeyFacts token={token} certificate={certificate} isOnly={isOnly} />
        </div>
      </div>
      <KeyActions token={token} certificate={certificate} isFirst={isFirst} />
    </section>
  );
}
