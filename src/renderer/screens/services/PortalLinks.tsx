import { Button } from 'antd';
import type { Portal } from '../../../core/profile/guidance.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCall } from '../../state/use-call.ts';
import { useWindow } from '../../state/use-window.ts';

interface Props {
  readonly portals: readonly Portal[];
  readonly profile: Profile;
}

/** Pages of the CA: a button where this shell can open the browser they need, else the address to type. */
export function PortalLinks({ portals, profile }: Props) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const canOpen = useWindow(({ application }) => application?.capabilities.openPortal ?? false);
  return (
    <>
      {error !== null && <ErrorNote error={error} profile={profile} />}
      {portals.map(({ name, address, path, note }) => (
        <div className="service" key={name}>
          <div>
            <p>
              {name}
              {path.length > 0 && <span className="muted"> {path.join(' → ')}</span>}
            </p>
            {address !== null && !canOpen && <p className="number">{address}</p>}
            {note !== null && <p className="muted">{note}</p>}
          </div>
          {address !== null && canOpen && (
            <Button disabled={isBusy} onClick={() => void call('portal.open', { address })}>
              {t('window.services.openPortal')}
            </Button>
          )}
        </div>
      ))}
    </>
  );
}
