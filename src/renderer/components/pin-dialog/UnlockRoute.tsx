import type { Profile } from '../../../core/profile/profile.ts';
import { useText } from '../../i18n/use-text.ts';

/** 忘记密码: what this CA says to do. Initial PINs are hints for the eyes and are never tried. */
export function UnlockRoute({ profile }: { readonly profile: Profile }) {
  const { t } = useText();
  const { unlock, initial } = profile.pin;
  const phone = unlock?.phone ?? profile.contact.hotline;
  const ca = profile.authority.name;
  return (
    <div className="stack-tight">
      <p>{unlock?.note ?? t(ca === null ? 'window.unlock.askIssuer' : 'window.unlock.askCa', { ca })}</p>
      {phone !== null && <p className="unlock-phone">{t('window.hotline', { phone })}</p>}
      {initial.length > 0 && (
        <>
          <p>{t('window.unlock.initial')}</p>
          <ul className="unlock-initial">
            {initial.map(({ pin, when }) => (
              <li key={pin}>{t('window.unlock.initialPin', { pin, when })}</li>
            ))}
          </ul>
          <p className="muted">{t('window.unlock.initialWarning')}</p>
        </>
      )}
      <p className="muted">{t('window.unlock.never')}</p>
    </div>
  );
}
