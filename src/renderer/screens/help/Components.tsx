import type { Profile } from '../../../core/profile/profile.ts';
import { Card } from '../../components/Card.tsx';
import { CopyText } from '../../components/CopyText.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import { useText } from '../../i18n/use-text.ts';

/** What the CA wants installed; whether it is there is for 环境检测 to say. */
export function Components({ profile }: { readonly profile: Profile }) {
  const { t } = useText();
  if (profile.components.length === 0) return null;
  return (
    <Card title={t('window.components')}>
      <ul className="plain-list">
        {profile.components.map(
          ({ name, kind, version, download, required, beforeInstall, whileInstalling }) => (
            <li key={name} className="help-row">
              <div className="stack-tight">
                <p className="row">
                  <strong>{name}</strong>
                  <span className="muted">
                    {t(`window.component.${kind}`)}
                    {version !== null && ` · ${t('window.component.version', { version })}`}
                  </span>
                  <StateTag tone="quiet">
                    {t(required ? 'window.component.required' : 'window.component.optional')}
                  </StateTag>
                </p>
                {download !== null && (
                  <p>
                    <CopyText value={download} what={t('window.component.download')} />
                  </p>
                )}
                {beforeInstall.length > 0 && (
                  <p>{t('window.component.before', { steps: beforeInstall.join('；') })}</p>
                )}
                {whileInstalling.length > 0 && (
                  <p>{t('window.component.during', { steps: whileInstalling.join('；') })}</p>
                )}
              </div>
            </li>
          ),
        )}
      </ul>
    </Card>
  );
}
