import { resolve } from 'node:path';
import { createDocumentDigest } from '../../app/adapters/document-digest.ts';
import { writeDocument } from '../../app/adapters/document-file.ts';
import type { SealTestView } from '../../app/services/seal-on-key-view.ts';
import { viewSealTest } from '../../app/services/seal-on-key-view.ts';
import { text } from '../../contract/text.ts';
import { findToken } from '../chosen-token.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { locale } from '../locale.ts';
import type { Output } from '../output.ts';
import { askPin } from '../secrets.ts';
import { uninterrupted } from '../uninterrupted.ts';
import { saySteps } from '../verification-lines.ts';

/** The self-test of seal and signature; `--out` keeps the signed page. */
export const testSeal: Command = async (context) => {
  const { application, args, output } = context;
  const found = await findToken(context);
  if (!found.ok) return output.fail(found.error);
  const pin = await askPin(context, found.value.token);
  if (!pin.ok) return output.fail(pin.error);
  const service = await application.sealTest();
  const [, seal = null] = args.positionals;
  const tested = await uninterrupted(context, () =>
    service.run(found.value, pin.value, { acceptLastTry: args.has('accept-last-try'), seal }),
  );
  if (!tested.ok) return output.fail(tested.error);
  const { page } = tested.value;
  const given = args.text('out');
  const out = given === null || page === null ? null : resolve(given);
  const written = out === null || page === null ? null : await writeDocument(out, [page]);
  if (written?.ok === false) return output.fail(written.error);
  const view = viewSealTest(found.value, tested.value, createDocumentDigest(), locale);
  output.finish({ ...view, out });
  if (!output.isJson) sayTest(view, out, output);
  return view.ok ? EXIT.done : EXIT.unconfirmed;
};

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
