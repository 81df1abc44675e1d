import { Button } from 'antd';
import type { CertificateCard, TokenCard } from '../../../contract/views/token-views.ts';
import { NEUTRAL_PROFILE } from '../../../contract/shipped-profiles.ts';
import { termOf } from '../../../core/profile/terms.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { useText, type Words } from '../../i18n/use-text.ts';
import { navigate } from '../../router/route.ts';
import { destinationOf, unlockOf } from '../../state/main-action.ts';
import { useProfile } from '../../state/use-window.ts';

interface KeyActionsProps {
  readonly token: TokenCard;
  readonly certificate: CertificateCard;
  readonly isFirst: boolean;
}

/** The one right action, then 签章检测 and 查看证书. A locked PIN comes before everything that would need it. */
export function KeyActions({ token, certificate, isFirst }: KeyActionsProps) {
  const words = useText();
  const { t } = words;
  const profile = useProfile(certificate.profile);
  const isLocked = token.pin.state === 'locked';
  const destination = isLocked ? unlockOf(token) : destinationOf(token);
  const label = isLocked ? t('window.action.unlock') : actionLabel(token, profile, words);
  return (
    <div className="key-card-actions">
      {destination !== null && (
        <Button type={isFirst ? 'primary' : 'default'} size="large" onClick={() => navigate(...destination)}>
          {label}
        </Button>
      )}
      <Button onClick={() => navigate('seal', { token: token.id })}>{t('window.nav.seal')}</Button>
      <Button onClick={() => navigate('keys', { token: token.id, certificate: certificate.sha256 })}>
        {t('window.action.view')}
      </Button>
      <p className="key-card-note muted">
        {isLocked ? t('window.action.unlock.note') : actionNote(token, certificate, profile, words)}
      </p>
    </div>
  );
}

/** In the CA's own words where its manual has some. */
function actionLabel({ action }: TokenCard, profile: Profile, { t }: Words): string {
  switch (action.kind) {
    case 'updateNow':
      return termOf(profile, NEUTRAL_PROFILE, 'write');
    case 'renew':
    case 'accompany':
      return termOf(profile, NEUTRAL_PROFILE, 'renew');
    case 'resume':
    case 'offline':
    case 'contact':
      return t(`window.action.${action.kind}`);
    case 'none':
      return '';
  }
}

/** Says only what the profile or the CA said. */
function actionNote(
  { action }: TokenCard,
  { revocation }: CertificateCard,
  profile: Profile,
  { t }: Words,
): string {
  switch (action.kind) {
    case 'updateNow': {
      const minutes = profile.prompts.writingMinutes;
      return t('window.action.updateNow.note', { min: minutes?.min ?? null, max: minutes?.max ?? null });
    }
    case 'renew':
      return t('window.action.renew.note', { days: profile.review?.workingDays ?? null });
    case 'none':
      return action.from === null ? '' : t('window.action.none.note', { from: action.from });
    case 'contact':
      return t(
        revocation === 'revoked' || revocation === 'frozen'
          ? 'window.action.contact.withdrawn'
          : 'window.action.contact.note',
      );
    case 'resume':
    case 'accompany':
    case 'offline':
      return t(`window.action.${action.kind}.note`);
  }
}
