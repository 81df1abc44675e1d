import type { SealTestView } from '../app/services/seal-on-key-view.ts';
import { text } from '../contract/text.ts';
import { locale } from './locale.ts';
import type { Output } from './output.ts';
import { saySteps } from './verification-lines.ts';

/** @param out where the signed page is; null: it was not kept */
export function sayTest(view: SealTestView, out: string | null, output: Output): void {
  const { ok, kind, seal, steps, verification, hotline } = view;
  output.say(text(ok ? `seal.test.passed.${kind}` : 'seal.test.failed', {}, locale));
  if (seal !== null) output.say(text('seal.seal', { ...seal, ...seal.picture }, locale));
  saySteps(
    steps.map((step) => ({ ...step, name: text(`seal.testStep.${step.step}`, {}, locale) })),
    output,
  );
  const unchecked = verification?.steps.filter(({ status }) => status !== 'ok') ?? [];
  saySteps(
    unchecked.map((step) => ({ ...step, name: text(`seal.step.${step.step}`, {}, locale) })),
    output,
  );
  if (steps.some(({ status }) => status !== 'ok') && hotline !== null)
    output.say(text('seal.test.hotline', { hotline }, locale));
  if (out !== null) output.say(output.words('seal.page', { out }));
}
