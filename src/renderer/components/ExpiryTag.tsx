import type { CertificateCard } from '../../contract/views/token-views.ts';
import { useText } from '../i18n/use-text.ts';
import { EXPIRY } from '../state/expiry.ts';
import { StateTag } from './StateTag.tsx';

/** 正常, 即将到期, 已过期, 未生效; a revoked or frozen one is that before anything else. */
export function ExpiryTag({ certificate }: { readonly certificate: CertificateCard }) {
  const { t } = useText();
  const { revocation, expiry } = certificate;
  if (revocation === 'revoked' || revocation === 'frozen') {
    return <StateTag tone="problem">{t(`window.revocation.${revocation}`)}</StateTag>;
  }
  const { tone, text } = EXPIRY[expiry];
  return <StateTag tone={tone}>{t(text)}</StateTag>;
}
