import type { Profile } from '../../../core/profile/profile.ts';
import { Card } from '../../components/Card.tsx';
import { useText } from '../../i18n/use-text.ts';

/** 更多 › 冻结, 撤销: only the CA does these, over its hotline; nothing is done here by a slip of the hand. */
export function MoreServices({ profile }: { readonly profile: Profile }) {
  const { t } = useText();
  const { hotline, others } = profile.contact;
  return (
    <Card>
      <details className="more">
        <summary className="link">{t('window.services.more')}</summary>
        <div className="stack-tight">
          <h2 className="card-title">{t('window.services.freeze')}</h2>
          <p>{t('window.services.freeze.hint')}</p>
          <h2 className="card-title">{t('window.services.revoke')}</h2>
          <p>{t('window.services.revoke.hint')}</p>
          <p>
            <strong>
              {hotline === null
                ? t('window.services.askCa', { ca: profile.authority.name })
                : t('window.hotline', { phone: hotline })}
            </strong>
          </p>
          {others.map(({ label, value }) => (
            <p key={`${label} ${value}`} className="muted">
              {label} {value}
            </p>
          ))}
        </div>
      </details>
    </Card>
  );
}
