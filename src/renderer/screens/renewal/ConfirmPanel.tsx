import { Button } from 'antd';
import type { CertificateCard, TokenCard } from '../../../contract/views/token-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { beijingDay } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { Callout } from './Callout.tsx';
import { Panel } from './Panel.tsx';
import { caTerm } from './ca-term.ts';

interface Props {
  readonly token: TokenCard;
  readonly certificate: CertificateCard;
  readonly profile: Profile;
  /** What comes next, in a line. */
  readonly ahead: string;
  readonly isBusy: boolean;
  readonly onStart: () => void;
  readonly onLeave: () => void;
}

/** Is this the certificate? Shown before the first PIN. */
export function ConfirmPanel({ token, certificate, profile, ahead, isBusy, onStart, onLeave }: Props) {
  const { t } = useText();
  const renew = caTerm(profile, 'renew');
  return (
    <Panel title={t('window.renewal.confirm.title', { renew })} hint={t('window.renewal.confirm.hint')}>
      <dl className="facts">
        <dt>{t('window.renewal.confirm.name')}</dt>
        <dd>{certificate.commonName ?? certificate.subject}</dd>
        <dt>{t('window.renewal.confirm.issuer')}</dt>
        <dd>{certificate.issuerName}</dd>
        <dt>{t('window.renewal.confirm.until')}</dt>
        <dd className="number">
          {t('window.renewal.confirm.validity', {
            from: beijingDay(certificate.notBefore),
            to: beijingDay(certificate.notAfter),
          })}
        </dd>
        <dt>{t('window.renewal.confirm.serial')}</dt>
        <dd className="number">{certificate.portalSerial}</dd>
        <dt>{t('window.renewal.confirm.key')}</dt>
        <dd>{token.label}</dd>
      </dl>
      {profile.warnings.length > 0 && (
        <Callout tone="warning" title={t('window.renewal.confirm.warnings')}>
          <ul className="warnings">
            {profile.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Callout>
      )}
      <p className="muted">{ahead}</p>
      <div className="actions">
        <Button type="primary" disabled={isBusy} onClick={onStart}>
          {t('window.renewal.confirm.start', { renew })}
        </Button>
        <Button disabled={isBusy} onClick={onLeave}>
          {t('window.renewal.leave')}
        </Button>
      </div>
    </Panel>
  );
}
