import { Button } from 'antd';
import type { AccompanyOutcome, AccompanyStep } from '../../../contract/views/accompany-views.ts';
import { describeProblem, type TextKey } from '../../../contract/text.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { beijingDay } from '../../i18n/days.ts';
import { useText } from '../../i18n/use-text.ts';
import { Callout } from '../renewal/Callout.tsx';
import { NextSteps } from '../renewal/NextSteps.tsx';
import { Panel } from '../renewal/Panel.tsx';
import { StepMark } from '../renewal/StepMark.tsx';
import { useReplug } from '../renewal/use-replug.ts';

interface Props {
  readonly outcome: Extract<AccompanyOutcome, { kind: 'proved' }>;
  readonly token: string;
  readonly profile: Profile;
  readonly isBusy: boolean;
  readonly onAgain: () => void;
  readonly onClose: () => void;
}

const TONES = { renewed: 'ok', incomplete: 'warning', wrong: 'problem', waiting: 'info' } as const;

/** The whole proof of what the CA wrote, before and after, and what to do now. */
export function ProofPanel({ outcome, token, profile, isBusy, onAgain, onClose }: Props) {
  const { t } = useText();
  const { verdict, steps, before, after, isOpen } = outcome;
  const [renewed] = after.certificates;
  const replug = useReplug(token, renewed?.sha256 ?? '');
  const isDone = verdict === 'renewed' || verdict === 'incomplete';
  return (
    <>
      <Callout size="large" tone={TONES[verdict]} title={t(`accompany.verdict.${verdict}`)}>
        {isDone &&
          renewed !== undefined &&
          t('window.renewal.done.until', { day: beijingDay(renewed.notAfter) })}
        {verdict === 'wrong' && t('accompany.next.wrong', { hotline: profile.contact.hotline })}
      </Callout>
      {isDone && renewed !== undefined && (
        <Panel title={t('window.renewal.next.title')}>
          <NextSteps
            profile={profile}
            replug={replug}
            oldSerial={before.certificate?.serial ?? null}
            newSerial={renewed.serial}
            token={token}
          />
        </Panel>
      )}
      <Panel title={t('window.accompany.proof')}>
        <ul className="lines">
          {steps.map((step) => (
            <ProofLine key={step.step} step={step} />
          ))}
        </ul>
        <table className="before-after">
          <thead>
            <tr>
              <td />
              <th scope="col">{t('window.accompany.before')}</th>
              <th scope="col">{t('window.accompany.after')}</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t('window.accompany.validTo')}</th>
              <td>{before.certificate === null ? '—' : beijingDay(before.certificate.notAfter)}</td>
              <td>{renewed === undefined ? '—' : beijingDay(renewed.notAfter)}</td>
            </tr>
            <tr>
              <th scope="row">{t('window.accompany.onKey')}</th>
              <td>{t('accompany.record', { ...before.count })}</td>
              <td>{t('accompany.record', { ...after.count })}</td>
            </tr>
          </tbody>
        </table>
        <p className="muted">{t('window.accompany.localClock')}</p>
        <div className="actions">
          <Button type={isOpen ? 'default' : 'primary'} disabled={isBusy} onClick={onClose}>
            {t('window.renewal.done.close')}
          </Button>
          {isOpen && (
            <Button type="primary" disabled={isBusy} onClick={onAgain}>
              {t('window.accompany.again')}
            </Button>
          )}
        </div>
      </Panel>
    </>
  );
}

const MARKS = { ok: 'done', failed: 'problem', notChecked: 'current' } as const;

function ProofLine({ step: { step, status, problem, facts } }: { readonly step: AccompanyStep }) {
  const { t, locale } = useText();
  return (
    <li>
      <StepMark state={MARKS[status]} number="!" look="soft" />
      <div className="accompany-row">
        <span className="line-name">{t(`accompany.step.${step}` as TextKey, facts)}</span>
        {problem !== null && <p className="muted">{describeProblem(problem, locale).message}</p>}
      </div>
      <span className="muted">{t(`accompany.status.${status}`)}</span>
    </li>
  );
}
