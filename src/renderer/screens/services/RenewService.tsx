import { Button } from 'antd';
import type { Profile } from '../../../core/profile/profile.ts';
import { Card } from '../../components/Card.tsx';
import { StateTag, type Tone } from '../../components/StateTag.tsx';
import { useText } from '../../i18n/use-text.ts';
import { navigate } from '../../router/route.ts';
import { useWindow } from '../../state/use-window.ts';
import { caTerm } from '../renewal/ca-term.ts';
import { renewalWay, type Holder } from './services-model.ts';

const TONES: Readonly<Record<Holder['certificate']['expiry'], Tone>> = {
  valid: 'ok',
  expiring: 'warning',
  expired: 'problem',
  notYetValid: 'quiet',
};

/** 续期, or 陪同续期 where the CA has only a web page. */
export function RenewService({ holder, profile }: { readonly holder: Holder; readonly profile: Profile }) {
  const { t } = useText();
  const application = useWindow((state) => state.application);
  const { token, certificate } = holder;
  const renew = caTerm(profile, 'renew');
  const way = renewalWay(profile, application);
  const { action } = token;
  const target = { token: token.id, certificate: certificate.sha256 };
  const isTooEarly = action.kind === 'none' && certificate.expiry === 'valid';
  const open = () => {
    if ((action.kind === 'resume' || action.kind === 'updateNow') && action.renewal !== null) {
      navigate('renewal', { renewal: action.renewal });
    } else {
      navigate(way === 'online' ? 'renewal' : 'accompany', target);
    }
  };
  return (
    <Card
      title={t(`window.services.renew.${way}`, { renew })}
      aside={
        <StateTag tone={TONES[certificate.expiry]}>
          {t(`window.services.expiry.${certificate.expiry}`, { until: certificate.notAfter })}
        </StateTag>
      }
    >
      <div className="service">
        <div className="stack-tight">
          <p>{certificate.commonName ?? certificate.subject}</p>
          <p className="muted">
            {t(`window.services.renew.${way}.hint`)}
            {action.kind === 'none' && t('window.services.from', { day: action.from })}
            {(action.kind === 'offline' || action.kind === 'contact') &&
              t(`window.services.${action.kind}`, { phone: profile.contact.hotline })}
          </p>
        </div>
        {action.kind === 'offline' ? (
          <Button onClick={() => navigate('help', target)}>{t('notice.action.offline')}</Button>
        ) : (
          <Button type={isTooEarly ? 'default' : 'primary'} onClick={open}>
            {buttonText()}
          </Button>
        )}
      </div>
    </Card>
  );

  function buttonText(): string {
    if (action.kind === 'updateNow') return caTerm(profile, 'write') || t('notice.action.updateNow');
    if (action.kind === 'resume') return t('window.renewal.resume');
    return t(`window.services.renew.${way}`, { renew });
  }
}
