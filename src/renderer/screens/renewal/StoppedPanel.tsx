import { Button } from 'antd';
import type { RenewalOutcome, RenewalView } from '../../../contract/views/renewal-views.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useWindow } from '../../state/use-window.ts';
import { Panel } from './Panel.tsx';
import { StepLog } from './StepLog.tsx';
import { mayBePaid } from './wizard-model.ts';

interface Props {
  readonly view: RenewalView;
  readonly outcome: Extract<RenewalOutcome, { kind: 'stopped' }>;
  readonly profile: Profile;
  readonly isBusy: boolean;
  readonly onResume: () => void;
  readonly onUnlock: () => void;
  readonly onLeave: () => void;
}

/** Whatever stopped it: what happened, that nothing is lost, and the one button that goes on. */
export function StoppedPanel({ view, outcome, profile, isBusy, onResume, onUnlock, onLeave }: Props) {
  const { t } = useText();
  const isPlugged = useWindow(({ tokens }) => tokens?.tokens.some(({ id }) => id === view.token) ?? false);
  const { error, resumable } = outcome;
  const isOwnWish = OWN_WISH.has(error.code);
  const isLocked = error.code === 'pin.locked';
  return (
    <Panel
      title={t(titleOf(view.kind, resumable, isOwnWish))}
      aside={
        <StateTag tone={isPlugged ? 'ok' : 'warning'}>
          {t(isPlugged ? 'window.renewal.key.in' : 'window.renewal.key.out', { label: view.tokenLabel })}
        </StateTag>
      }
    >
      {isOwnWish ? <p>{t('window.renewal.stopped.kept')}</p> : <ErrorNote error={error} profile={profile} />}
      {resumable && mayBePaid(view) && <p>{t('window.renewal.stopped.paid')}</p>}
      <div className="row">
        {isLocked && (
          <Button type="primary" onClick={onUnlock}>
            {t('window.renewal.unlock')}
          </Button>
        )}
        {resumable && (
          <Button type={isLocked ? 'default' : 'primary'} disabled={isBusy} onClick={onResume}>
            {t('window.renewal.resume')}
          </Button>
        )}
        <Button type={resumable || isLocked ? 'default' : 'primary'} disabled={isBusy} onClick={onLeave}>
          {t('window.renewal.leave')}
        </Button>
      </div>
      <StepLog steps={view.steps} />
    </Panel>
  );
}

/** The person said not now, or left while the CA has the next word. */
const OWN_WISH: ReadonlySet<string> = new Set<AppError['code']>([
  'renewal.consentNeeded',
  'renewal.interrupted',
  'pin.required',
  'order.unpaid',
  'order.inReview',
]);

function titleOf(kind: RenewalView['kind'], resumable: boolean, isOwnWish: boolean) {
  if (!resumable) return 'window.renewal.stopped.final';
  if (isOwnWish) return 'window.renewal.stopped.wish';
  return kind === 'enrol' ? 'window.renewal.stopped.enrol' : 'window.renewal.stopped.title';
}
