import { useText } from '../../i18n/use-text.ts';
import type { StepState } from './wizard-model.ts';

interface Props {
  readonly state: StepState | 'busy' | 'problem';
  /** Shown where the step is not over; none: an empty circle. */
  readonly number?: number | '!';
  readonly look?: 'filled' | 'soft';
}

/** A circle that says how a step stands: number, tick, turning, cross. */
export function StepMark({ state, number, look = 'filled' }: Props) {
  const { t } = useText();
  const sign = { done: '✓', problem: '✕', busy: '', current: number, todo: number }[state];
  return (
    <span className="mark" data-state={state} data-look={look}>
      <span aria-hidden>{sign}</span>
      <span className="visually-hidden">{t(`window.renewal.state.${state}`)}</span>
    </span>
  );
}
