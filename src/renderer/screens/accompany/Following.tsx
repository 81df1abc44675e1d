import { Button } from 'antd';
import type { AccompanyView } from '../../../contract/views/accompany-views.ts';
import type { MethodInput } from '../../../contract/methods.ts';
import type { OpeningView } from '../../../contract/views/notice-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useText } from '../../i18n/use-text.ts';
import { navigate } from '../../router/route.ts';
import { useCall } from '../../state/use-call.ts';
import { ConsentPanel } from '../renewal/ConsentPanel.tsx';
import { ObstaclesPanel } from '../renewal/ObstaclesPanel.tsx';
import { Panel } from '../renewal/Panel.tsx';
import { PinPanel } from '../renewal/PinPanel.tsx';
import { hasBegun } from './accompany-model.ts';
import { CheatSheet } from './CheatSheet.tsx';
import { FindingsPanel } from './FindingsPanel.tsx';
import { ProofPanel } from './ProofPanel.tsx';
import { StageRows } from './StageRows.tsx';

type Answer = MethodInput<'accompany.answer'>['answer'];

/** One accompanied renewal: its questions, its five rows with the cheat sheet, and the proof. */
export function Following({ view, profile }: { readonly view: AccompanyView; readonly profile: Profile }) {
  const { t } = useText();
  const { call, isBusy, error } = useCall();
  const { session, id, outcome, question, certificate } = view;

  const answer = (given: Answer) => {
    if (question !== null) void call('accompany.answer', { session, question: question.id, answer: given });
  };
  const later = () => answer({ kind: 'later' });
  const settleBids = (opening: OpeningView | null, agreed: boolean) => {
    if (opening === null && !agreed) {
      later();
      return;
    }
    answer({
      kind: 'bids',
      opening: opening === null ? null : { at: opening.at, uploaded: opening.uploaded },
      remindAfter: opening?.remindAfter ?? false,
      agreed,
    });
  };
  const again = () => void (id !== null && call('accompany.resume', { id }));
  const leave = async () => {
    await call('accompany.close', { session });
    navigate('home');
  };
  const shared = { profile, isBusy };

  return (
    <>
      {error !== null && <ErrorNote error={error} profile={profile} />}
      {question?.kind === 'obstacles' && (
        <ObstaclesPanel
          key={question.id}
          findings={question.findings}
          isBusy={isBusy}
          onAgain={() => answer({ kind: 'obstacles' })}
          onLater={later}
        />
      )}
      {question?.kind === 'findings' && (
        <FindingsPanel
          {...shared}
          findings={view.findings}
          onGoOn={() => answer({ kind: 'findings', agreed: true })}
          onLater={later}
        />
      )}
      {question?.kind === 'bids' && (
        <ConsentPanel
          {...shared}
          consents={['oldRevoked']}
          before={certificate}
          onAgree={(opening) => settleBids(opening, true)}
          onLater={(opening) => settleBids(opening, false)}
        />
      )}
      {question?.kind === 'pin' && (
        <PinPanel
          key={question.id}
          {...shared}
          token={view.token}
          tokenLabel={view.tokenLabel}
          question={{ ...question, purpose: 'prove' }}
          onPin={(typed) => answer({ kind: 'pin', ...typed })}
          onLater={later}
        />
      )}
      {outcome?.kind === 'stopped' && (
        <Panel title={t('window.accompany.stopped')}>
          {outcome.error.code === 'accompaniment.waiting' ||
          outcome.error.code === 'renewal.consentNeeded' ? (
            <p>{t(outcome.resumable ? 'window.accompany.kept' : 'window.accompany.nothing')}</p>
          ) : (
            <ErrorNote error={outcome.error} profile={profile} />
          )}
          <div className="actions">
            {outcome.resumable && (
              <Button type="primary" disabled={isBusy} onClick={again}>
                {t('window.accompany.goOn')}
              </Button>
            )}
            <Button disabled={isBusy} onClick={() => void leave()}>
              {t('window.renewal.leave')}
            </Button>
          </div>
        </Panel>
      )}
      {outcome?.kind === 'proved' && (
        <ProofPanel
          {...shared}
          outcome={outcome}
          token={view.token}
          onAgain={again}
          onClose={() => void leave()}
        />
      )}
      {outcome === null && question?.kind !== 'bids' && (
        <div className="beside">
          <StageRows view={view} />
          <div className="stack">
            {view.id !== null && (
              <CheatSheet
                {...shared}
                view={view}
                onOpen={() => void call('accompany.openPortal', { session })}
              />
            )}
            {(view.stage === 'portal' || view.stage === 'wait') && (
              <Panel title={t('window.accompany.waiting')} hint={t('window.accompany.waiting.hint')}>
                <div className="row">
                  <Button
                    type={hasBegun(view) ? 'primary' : 'default'}
                    disabled={isBusy || view.look?.kind !== 'seen'}
                    onClick={() => void call('accompany.look', { session, isFinal: true })}
                  >
                    {t('window.accompany.judge')}
                  </Button>
                  <Button disabled={isBusy} onClick={() => void call('accompany.stop', { session })}>
                    {t('window.accompany.leave')}
                  </Button>
                </div>
              </Panel>
            )}
          </div>
        </div>
      )}
    </>
  );
}
