// A verification as lines of text.

import type { SignatureView, StepView, VerificationView } from '../app/services/seal-view.ts';
import { text } from '../contract/text.ts';
import { locale } from './locale.ts';
import type { Output } from './output.ts';

const MARKS = { ok: '✓', failed: '✗', notChecked: '!' } as const;

/** A line per step; those of a signature below its name. */
export function sayReport(view: VerificationView, output: Output): void {
  const { kind, verdict, signatures, seal } = view;
  output.say(
    text(
      'seal.head',
      { kind: text(`seal.kind.${kind}`, {}, locale), verdict: text(`seal.verdict.${verdict}`, {}, locale) },
      locale,
    ),
  );
  for (const step of view.steps) if (step.signature === undefined) sayStep(step, output);
  for (const [index, signature] of signatures.entries()) saySignature(signature, index + 1, output);
  if (seal !== null) output.say(text('seal.seal', { ...seal, ...seal.picture }, locale));
}

function saySignature(signature: SignatureView, number: number, output: Output): void {
  const { signedAt, place, steps, stamps, addedAfter } = signature;
  const signer = signature.signer ?? text('seal.unknownSigner', {}, locale);
  output.say(text('seal.signature', { number, signer, signedAt, place }, locale));
  const strips = stamps.filter(({ clip }) => clip !== null).length;
  if (stamps.length > 0)
    output.say(
      `  ${text('seal.stamps', { count: stamps.length, strips: strips === 0 ? null : strips }, locale)}`,
    );
  for (const step of steps) sayStep(step, output);
  if (addedAfter.length > 0) output.say(`  ${text('seal.added', { added: addedAfter }, locale)}`);
}

interface NamedStep extends Pick<StepView, 'status' | 'detail'> {
  readonly name: string;
}

/** A line for each, with its mark. */
export function saySteps(steps: readonly NamedStep[], output: Output): void {
  for (const { name, status, detail } of steps)
    output.say(text('seal.stepLine', { mark: MARKS[status], step: name, detail }, locale));
}

function sayStep(step: StepView, output: Output): void {
  saySteps([{ ...step, name: text(`seal.step.${step.step}`, {}, locale) }], output);
}
