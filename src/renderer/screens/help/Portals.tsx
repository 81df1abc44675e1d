import { Button } from 'antd';
import type { Portal } from '../../../core/profile/guidance.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { Card } from '../../components/Card.tsx';
import { CopyText } from '../../components/CopyText.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';
import { useWindow } from '../../state/use-window.ts';

/** The CA's pages, how to get to them, and in which browser. */
export function Portals({ profile }: { readonly profile: Profile }) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const canOpen = useWindow(({ application }) => application?.capabilities.openPortal ?? false);
  if (profile.portals.length === 0) return null;
  return (
    <Card title={t('window.portals')}>
      {error !== null && <ErrorNote error={error} profile={profile} />}
      <ul className="plain-list">
        {profile.portals.map((portal) => (
          <li key={`${portal.use} ${portal.name}`} className="help-row">
            <div className="stack-tight">
              <p>
                <strong>{portal.name}</strong>
              </p>
              <Way portal={portal} />
            </div>
            {portal.address !== null && canOpen && (
              <Button
                size="small"
                disabled={isBusy}
                aria-label={t('window.portals.open.name', { name: portal.name })}
                onClick={() =>
                  portal.address !== null && void call('portal.open', { address: portal.address })
                }
              >
                {t('window.portals.open')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Way({ portal }: { readonly portal: Portal }) {
  const { t } = useText();
  const { address, browsers, path, asksSerial, note } = portal;
  return (
    <>
      {address !== null && (
        <p>
          <CopyText value={address} what={t('window.portals.address')} />
        </p>
      )}
      {path.length > 0 && <p>{t('window.portals.path', { path: path.join(' → ') })}</p>}
      {browsers.length > 0 && (
        <p className="muted">
          {t('window.portals.browsers', {
            browsers: browsers.map((browser) => t(`window.browser.${browser}`)).join('、'),
          })}
        </p>
      )}
      {asksSerial && <p className="muted">{t('window.portals.asksSerial')}</p>}
      {note !== null && <p className="muted">{note}</p>}
    </>
  );
}
