import { Button } from 'antd';
import type { RenewalOutcome, RenewalView } from '../../../contract/views/renewal-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { beijingDay } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { Callout } from './Callout.tsx';
import { NextSteps } from './NextSteps.tsx';
import { Panel } from './Panel.tsx';
import { useReplug } from './use-replug.ts';

interface Props {
  readonly view: RenewalView;
  readonly outcome: Extract<RenewalOutcome, { kind: 'done' }>;
  readonly profile: Profile;
  readonly isPractice: boolean;
  readonly isBusy: boolean;
  readonly onRecord: () => void;
  readonly onClose: () => void;
}

/** What was proved, what is left to do at the portals, and what became of the old certificate. */
export function DonePanel({ view, outcome, profile, isPractice, isBusy, onRecord, onClose }: Props) {
  const { t } = useText();
  const replug = useReplug(view.token, outcome.after.sha256);
  const { before, after, mode, oldRevoked } = outcome;
  const revoked = oldRevoked === null ? 'unknown' : oldRevoked ? 'yes' : 'no';
  return (
    <>
      <Callout size="large" tone="ok" title={t('window.renewal.done.title')}>
        {t('window.renewal.done.until', { day: beijingDay(after.notAfter) })}
      </Callout>
      <Panel title={t('window.renewal.next.title')}>
        <NextSteps
          profile={profile}
          replug={isPractice ? 'practice' : replug}
          oldSerial={before?.serial ?? null}
          newSerial={after.serial}
          token={view.token}
          seal={outcome.seal}
        />
        <div className="actions">
          <Button type="primary" disabled={isBusy} onClick={onClose}>
            {t('window.renewal.done.close')}
          </Button>
          {view.renewal !== null && (
            <Button disabled={isBusy} onClick={onRecord}>
              {t('window.renewal.done.record')}
            </Button>
          )}
        </div>
      </Panel>
      <Panel title={t('window.renewal.done.change')}>
        <dl className="facts">
          {before !== null && (
            <>
              <dt>{t('window.renewal.oldEnd')}</dt>
              <dd className="number">{beijingDay(before.notAfter)}</dd>
            </>
          )}
          <dt>{t('window.renewal.newEnd')}</dt>
          <dd className="number">{beijingDay(after.notAfter)}</dd>
          <dt>{t('window.renewal.done.proved')}</dt>
          <dd>{t('window.renewal.done.proof', { count: outcome.certificates.length })}</dd>
          {before !== null && (
            <>
              <dt>{t('window.renewal.done.old')}</dt>
              <dd>
                {t(`window.renewal.done.old.${mode}`)}
                {t(`window.renewal.done.revoked.${revoked}`)}
              </dd>
            </>
          )}
        </dl>
      </Panel>
    </>
  );
}
