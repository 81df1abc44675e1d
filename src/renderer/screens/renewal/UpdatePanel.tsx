import type { RenewalView } from '../../../contract/views/renewal-views.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { useText } from '../../i18n/use-text.ts';
import { Panel } from './Panel.tsx';
import { StepLog } from './StepLog.tsx';
import { StepMark } from './StepMark.tsx';
import { useSeconds } from './use-seconds.ts';
import { phaseState, UPDATE_PHASES, updateBegan } from './wizard-model.ts';

interface Props {
  readonly view: RenewalView;
  readonly profile: Profile;
}

/** 验证密码 · 生成密钥并签发 · 写入UKey · 检验新证书, with what is being done and how long it has taken. */
export function UpdatePanel({ view, profile }: Props) {
  const { t } = useText();
  const isRunning = view.outcome === null && view.question === null;
  const seconds = useSeconds(updateBegan(view), isRunning);
  const minutes = profile.prompts.writingMinutes ?? { min: 1, max: 3 };
  return (
    <Panel
      title={t(view.kind === 'enrol' ? 'window.renewal.update.enrol' : 'window.renewal.update.title')}
      aside={t('window.renewal.update.elapsed', { seconds, ...minutes })}
    >
      <ol className="lines" aria-live="polite">
        {UPDATE_PHASES.map((phase) => {
          const state = phaseState(phase, view);
          const isNow = state === 'current' && isRunning;
          return (
            <li key={phase} data-state={state}>
              <StepMark state={isNow ? 'busy' : state} look="soft" />
              <span className="line-name">{t(`window.renewal.phase.${phase}`)}</span>
              <span className="muted">
                {state === 'done' && t('window.renewal.phase.done')}
                {isNow && view.phase !== null && t(`window.renewal.now.${view.phase}`)}
                {state === 'current' && view.outcome !== null && t('window.renewal.phase.stopped')}
              </span>
            </li>
          );
        })}
      </ol>
      <StepLog steps={view.steps} />
    </Panel>
  );
}
