import type { TokenSnapshot } from '../../../contract/views/token-views.ts';
import { useText } from '../../i18n/use-text.ts';
import { countdown } from '../../state/expiry.ts';
import { shownCertificate } from '../../state/main-action.ts';

/** The state of things in one line; says nothing that was not looked at. */
export function HomeLead({ snapshot }: { readonly snapshot: TokenSnapshot | null }) {
  const { t } = useText();
  if (snapshot === null) return t('window.home.reading');
  const [first, ...others] = snapshot.tokens;
  if (first === undefined) return t('window.home.noKey');
  if (others.length > 0) return t('window.home.severalKeys', { count: snapshot.tokens.length });
  const certificate = shownCertificate(first);
  if (certificate === null) return t('window.home.noCertificate');
  const { days } = countdown(certificate, snapshot.at);
  if (certificate.expiry === 'expired' && days === 0) return t('window.home.lead.expiredToday');
  return t(`window.home.lead.${certificate.expiry}`, { days });
}
