import { Button } from 'antd';
import type { RenewalOutcome, RenewalView } from '../../../contract/views/renewal-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { portalSerial } from '../../../core/profile/serial.ts';
import { CopyText } from '../../components/CopyText.tsx';
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

/** What was proved, what changed, and what is left to do at the portals. */
export function DonePanel({ view, outcome, profile, isPractice, isBusy, onRecord, onClose }: Props) {
  const { t } = useText();
  const replug = useReplug(view.token, outcome.after.sha256);
  const { before, after, mode, oldRevoked } = outcome;
  return (
    <>
      <Callout size="large" tone="ok" title={t('window.renewal.done.title')}>
        {t('window.renewal.done.until', { day: beijingDay(after.notAfter) })}
      </Callout>
      <Panel title={t('window.renewal.done.change')}>
        <dl className="facts">
          {before !== null && (
            <>
              <dt>{t('window.renewal.done.before')}</dt>
              <dd className="number">
                {t('window.renewal.done.validTo', { day: beijingDay(before.notAfter) })}
                {' · '}
                <CopyText
                  value={portalSerial(before.serial, profile.serial)}
                  what={t('window.renewal.done.oldSerial')}
                />
              </dd>
            </>
          )}
          <dt>{t('window.renewal.done.after')}</dt>
          <dd className="number">
            {t('window.renewal.done.validTo', { day: beijingDay(after.notAfter) })}
            {' · '}
            <CopyText
              value={portalSerial(after.serial, profile.serial)}
              what={t('window.renewal.done.newSerial')}
            />
          </dd>
          <dt>{t('window.renewal.done.proved')}</dt>
          <dd>{t('window.renewal.done.proof', { count: outcome.certificates.length })}</dd>
          {before !== null && (
            <>
              <dt>{t('window.renewal.done.old')}</dt>
              <dd>
                {t(`window.renewal.done.old.${mode}`)}
                {t(
                  `window.renewal.done.revoked.${oldRevoked === null ? 'unknown' : oldRevoked ? 'yes' : 'no'}`,
                )}
              </dd>
            </>
          )}
        </dl>
      </Panel>
      <Panel title={t('window.renewal.next.title')}>
        <NextSteps
          profile={profile}
          replug={isPractice ? 'practice' : replug}
          hadCertificate={before !== null}
        />
        <div className="row">
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
    </>
  );
}
