import { useText } from '../i18n/use-text.ts';
import { formatRoute } from '../router/route.ts';
import { useShownProfile } from '../state/shown-profile.ts';
import { useWindow } from '../state/use-window.ts';
import { Quit } from './Quit.tsx';

/** Version, CA and hotline; a CA only when one is known. */
export function FootLine() {
  const { t } = useText();
  const version = useWindow(({ application }) => application?.version ?? null);
  const { authority, contact } = useShownProfile();
  return (
    <footer className="frame-foot">
      {version !== null && <span>{t('window.version', { version })}</span>}
      {authority.name !== null && <span>{authority.name}</span>}
      {contact.hotline !== null && <span>{t('window.hotline', { phone: contact.hotline })}</span>}
      <a href={formatRoute('help')}>{t('window.nav.help')}</a>
      <Quit />
    </footer>
  );
}
