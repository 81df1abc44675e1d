import { resolve } from 'node:path';
import { findToken } from '../chosen-token.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { askPin } from '../secrets.ts';
import { uninterrupted } from '../uninterrupted.ts';
import { usageError } from '../usage-error.ts';

/** Opens an encrypted file with the key it was encrypted to, also one of the history. */
export const decrypt: Command = async (context) => {
  const { application, args, output } = context;
  const [path, out] = [args.text('in'), args.text('out')];
  if (path === null) return output.fail(usageError('inMissing'));
  if (out === null) return output.fail(usageError('plaintextMissing'));
  if (resolve(path) === resolve(out)) return output.fail(usageError('outIsInput'));
  const found = await findToken(context);
  if (!found.ok) return output.fail(found.error);
  const service = await application.decryption();
  const request = { path: resolve(path), out: resolve(out), mayReplace: args.has('yes') };
  const prepared = await service.prepare(found.value, request);
  if (!prepared.ok) {
    if (prepared.error.code === 'file.exists') output.note(output.words('decrypt.replace'));
    return output.fail(prepared.error);
  }
  const pin = await askPin(context, found.value.token);
  if (!pin.ok) return output.fail(pin.error);
  const opened = await uninterrupted(context, () =>
    service.open(prepared.value, pin.value, { acceptLastTry: args.has('accept-last-try') }),
  );
  if (!opened.ok) return output.fail(opened.error);
  const { certificate, container, family, size, state } = opened.value;
  const { serial, subject } = certificate;
  output.finish({ ok: true, out: request.out, size, family, serial, container, state });
  if (output.isJson) return EXIT.done;
  output.say(output.words('decrypt.done', { out: request.out, size }));
  const holder = subject.display;
  output.say(
    output.words('decrypt.certificate', { serial, holder, state: output.words(`certificate.${state}`) }),
  );
  return EXIT.done;
};
