import { useEffect } from 'react';
import type { OpeningView } from '../../../contract/views/notice-views.ts';
import type { RenewalView } from '../../../contract/views/renewal-views.ts';
import { saveKeepsake } from '../../api/save-keepsake.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { Page } from '../../components/Page.tsx';
import { useText } from '../../i18n/use-text.ts';
import { navigate } from '../../router/route.ts';
import type { Destination } from '../../state/main-action.ts';
import { useCall } from '../../state/use-call.ts';
import { useProfile, useWindow } from '../../state/use-window.ts';
import { AgreementsPanel } from './AgreementsPanel.tsx';
import { caTerm } from './ca-term.ts';
import { Callout } from './Callout.tsx';
import { CodePanel } from './CodePanel.tsx';
import { ConsentPanel } from './ConsentPanel.tsx';
import { DonePanel } from './DonePanel.tsx';
import { FormPanel } from './FormPanel.tsx';
import { ObstaclesPanel } from './ObstaclesPanel.tsx';
import { PayPanel } from './PayPanel.tsx';
import { PinPanel } from './PinPanel.tsx';
import { StageBar } from './StageBar.tsx';
import { StoppedPanel } from './StoppedPanel.tsx';
import { UpdateAside } from './UpdateAside.tsx';
import { UpdatePanel } from './UpdatePanel.tsx';
import { useAnswer } from './use-answer.ts';
import { WorkingPanel } from './WorkingPanel.tsx';

/** One renewal from its first question to its end. What is shown follows from the view alone. */
export function Wizard({ view }: { readonly view: RenewalView }) {
  const { t } = useText();
  const profile = useProfile(view.profile);
  useHeldWindow(view.isWriting);
  const renew = caTerm(profile, 'renew');
  return (
    <Page title={t(view.kind === 'enrol' ? 'window.renewal.title.enrol' : 'window.renewal.title', { renew })}>
      <StageBar stage={view.stage} />
      <Body view={view} />
    </Page>
  );
}

function Body({ view }: { readonly view: RenewalView }) {
  const { t } = useText();
  const profile = useProfile(view.profile);
  const isPractice = useWindow(({ application }) => application?.practice.isOn ?? false);
  const { call, isBusy, error } = useCall();
  const answer = useAnswer(view, call);
  const { session, renewal, outcome, question } = view;

  const leave = async (...destination: Destination) => {
    await call('renewal.close', { session });
    navigate(...destination);
  };
  const settleBid = async (opening: OpeningView | null, isAgreed: boolean) => {
    if (opening !== null && !(await call('opening.name', opening)).ok) return;
    await answer(isAgreed ? { kind: 'consent', agreed: true } : { kind: 'later' });
  };
  const later = () => void answer({ kind: 'later' });
  const resume = () => void (renewal !== null && call('renewal.resume', { renewal }));
  const saveRecord = async () => {
    if (renewal === null) return;
    const record = await call('renewal.record', { renewal });
    if (record.ok) saveKeepsake(record.value);
  };
  const shared = { view, profile, isBusy };

  return (
    <>
      {error !== null && <ErrorNote error={error} profile={profile} />}
      {outcome?.kind === 'done' && (
        <DonePanel
          {...shared}
          outcome={outcome}
          isPractice={isPractice}
          onRecord={() => void saveRecord()}
          onClose={() => void leave('home', {})}
        />
      )}
      {outcome?.kind === 'stopped' && (
        <StoppedPanel
          {...shared}
          outcome={outcome}
          onResume={resume}
          onUnlock={() => void leave('keys', { token: view.token, show: 'unlock' })}
          onLeave={() => void leave('home', {})}
        />
      )}
      {question?.kind === 'obstacles' && (
        <ObstaclesPanel
          key={question.id}
          findings={question.findings}
          isBusy={isBusy}
          onAgain={() => void answer({ kind: 'obstacles' })}
          onLater={later}
        />
      )}
      {question?.kind === 'consent' && (
        <ConsentPanel
          key={question.id}
          consents={question.consents}
          profile={profile}
          before={view.before}
          isBusy={isBusy}
          onAgree={(opening) => void settleBid(opening, true)}
          onLater={(opening) => void settleBid(opening, false)}
        />
      )}
      {question?.kind === 'agreements' && (
        <AgreementsPanel
          key={question.id}
          question={question}
          isBusy={isBusy}
          onAgree={() => void answer({ kind: 'agreements', agreed: true })}
          onLater={later}
        />
      )}
      {question?.kind === 'form' && (
        <FormPanel
          key={question.id}
          fields={question.fields}
          isBusy={isBusy}
          onSubmit={(values) => void answer({ kind: 'form', values })}
          onLater={later}
        />
      )}
      {question?.kind === 'authorisationCode' && (
        <CodePanel
          key={question.id}
          reference={question.reference}
          profile={profile}
          isBusy={isBusy}
          onCode={(code) => void answer({ kind: 'authorisationCode', code })}
          onLater={later}
        />
      )}
      {question?.kind === 'pin' && (
        <PinPanel
          key={question.id}
          profile={profile}
          isBusy={isBusy}
          token={view.token}
          tokenLabel={view.tokenLabel}
          question={question}
          onPin={(typed) => void answer({ kind: 'pin', ...typed })}
          onLater={later}
        />
      )}
      {outcome === null && view.stage === 'update' && (
        <div className="beside">
          <UpdatePanel view={view} profile={profile} />
          <UpdateAside view={view} profile={profile} />
        </div>
      )}
      {outcome === null && question === null && view.stage === 'pay' && (
        <PayPanel
          {...shared}
          isPractice={isPractice}
          onPracticePay={(order) => void call('practice.pay', { order })}
          onCheck={() => void call('renewal.check', { session })}
          onLater={() => void call('renewal.stop', { session })}
        />
      )}
      {outcome === null && question === null && view.stage !== 'pay' && view.stage !== 'update' && (
        <WorkingPanel view={view} />
      )}
      {BEFORE_PAYMENT.has(view.stage) && outcome === null && view.seal !== null && (
        <Callout tone="info" title={t(`window.renewal.seal.${view.seal.kind}`, { ...view.seal })} />
      )}
    </>
  );
}

/** The steps at which the person can still decide not to renew now. */
const BEFORE_PAYMENT: ReadonlySet<RenewalView['stage']> = new Set(['agree', 'form', 'pay'] as const);

/** The browser asks before the window is closed in the middle of a write. */
function useHeldWindow(isHeld: boolean): void {
  useEffect(() => {
    if (!isHeld) return undefined;
    const hold = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', hold);
    return () => window.removeEventListener('beforeunload', hold);
  }, [isHeld]);
}
