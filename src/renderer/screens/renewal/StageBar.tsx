import type { WizardStage } from '../../../contract/views/renewal-views.ts';
import { useText } from '../../i18n/use-text.ts';
import { StepMark } from './StepMark.tsx';
import { stageState, WIZARD_STAGES } from './wizard-model.ts';

/** Where in the six steps the renewal is. */
export function StageBar({ stage }: { readonly stage: WizardStage }) {
  const { t } = useText();
  return (
    <ol className="stages" aria-label={t('window.renewal.stages')}>
      {WIZARD_STAGES.map((each, index) => {
        const state = stageState(each, stage);
        return (
          <li key={each} data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
            <StepMark state={state} number={index + 1} />
            <span className="stage-name">{t(`window.renewal.stage.${each}`)}</span>
          </li>
        );
      })}
    </ol>
  );
}
