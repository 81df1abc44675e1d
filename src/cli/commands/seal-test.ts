import { resolve } from 'node:path';
import { createDocumentDigest } from '../../app/adapters/document-digest.ts';
import { writeDocument } from '../../app/adapters/document-file.ts';
import { viewSealTest } from '../../app/services/seal-on-key-view.ts';
import { findToken } from '../chosen-token.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { locale } from '../locale.ts';
import { sayTest } from '../seal-test-lines.ts';
import { askPin } from '../secrets.ts';
import { uninterrupted } from '../uninterrupted.ts';

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
