import type { CertificateCard, TokenCard } from '../../../contract/views/token-views.ts';
import type { TextKey } from '../../../contract/text.ts';
import { ExpiryTag } from '../../components/ExpiryTag.tsx';
import { beijingDay } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { formatRoute } from '../../router/route.ts';

interface KeyTreeProps {
  readonly tokens: readonly TokenCard[];
  /** What is shown at the right. */
  readonly token: TokenCard;
  readonly certificate: CertificateCard | null;
}

interface Group {
  readonly title: TextKey;
  readonly has: (certificate: CertificateCard) => boolean;
}

const GROUPS: readonly Group[] = [
  { title: 'window.use.signing', has: ({ state, use }) => state !== 'history' && use === 'signing' },
  { title: 'window.use.both', has: ({ state, use }) => state !== 'history' && use === 'both' },
  { title: 'window.use.encryption', has: ({ state, use }) => state !== 'history' && use === 'encryption' },
  { title: 'window.keys.history', has: ({ state }) => state === 'history' },
];

/** Keys, and their certificates by use. */
export function KeyTree({ tokens, token: shown, certificate: shownCertificate }: KeyTreeProps) {
  const { t } = useText();
  return (
    <nav className="key-tree" aria-label={t('window.keys.tree')}>
      {tokens.map((token) => (
        <div key={token.id}>
          <h2>{token.label}</h2>
          {GROUPS.map(({ title, has }) => {
            const certificates = token.certificates.filter(has);
            return (
              certificates.length > 0 && (
                <div key={title}>
                  <h3>{t(title)}</h3>
                  <ul>
                    {certificates.map((certificate) => (
                      <li key={certificate.sha256}>
                        <a
                          href={formatRoute('keys', { token: token.id, certificate: certificate.sha256 })}
                          {...(token.id === shown.id && certificate.sha256 === shownCertificate?.sha256
                            ? { 'aria-current': 'true' as const }
                            : {})}
                        >
                          <span>{certificate.commonName ?? certificate.subject}</span>
                          <span className="key-tree-end">
                            <span className="muted number">{beijingDay(certificate.notAfter)}</span>
                            <ExpiryTag certificate={certificate} />
                          </span>
                        </a>
                      </li>
                    ))}
                  </ul>
                </div>
              )
            );
          })}
        </div>
      ))}
    </nav>
  );
}
