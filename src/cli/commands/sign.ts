import { resolve } from 'node:path';
import type { SealPlace } from '../../app/services/seal.ts';
import { viewSeal, viewVerification } from '../../app/services/seal-view.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { findToken } from '../chosen-token.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { locale } from '../locale.ts';
import { askPin } from '../secrets.ts';
import { usageError } from '../usage-error.ts';

/** Signs a PDF or an OFD with the key's current certificate, and its seal where it has one. */
export const sign: Command = async (context) => {
  const { application, args, output, interruption } = context;
  const request = readRequest(args);
  if (!request.ok) return output.fail(request.error);
  const found = await findToken(context);
  if (!found.ok) return output.fail(found.error);
  const pin = await askPin(context, found.value.token);
  if (!pin.ok) return output.fail(pin.error);
  const hold = interruption.hold({
    onFirst: () => output.note(output.words('interrupt.wait')),
    onSecond: () => output.note(output.words('interrupt.leave')),
    leaveWith: EXIT.unexpected,
  });
  try {
    const service = await application.seals();
    const options = { acceptLastTry: args.has('accept-last-try') };
    const signed = await service.sign(found.value, pin.value, options, request.value);
    if (!signed.ok) return output.fail(signed.error);
    const { certificate, seal, report } = signed.value;
    const { out } = request.value;
    const verification = viewVerification(report, locale);
    output.finish({
      ok: true,
      out,
      signer: certificate.subject.display,
      serial: certificate.serial,
      seal: seal === null ? null : viewSeal(seal),
      verification,
    });
    if (output.isJson) return EXIT.done;
    output.say(output.words('sign.done', { out }));
    output.say(output.words('sign.certificate', { signer: certificate.subject.display }));
    if (seal !== null) output.say(output.words('sign.seal', { name: seal.name, version: seal.version }));
    return EXIT.done;
  } finally {
    hold.release();
  }
};

interface Request {
  readonly path: string;
  readonly out: string;
  readonly form: 'cms' | 'seal' | null;
  readonly place: SealPlace | null;
  readonly reason: string | null;
}

function readRequest(args: Arguments): Result<Request, AppError<'usage.invalid'>> {
  const [path] = args.positionals;
  const [out, form, place] = [args.text('out'), args.text('as'), args.text('place')];
  if (path === undefined) return err(usageError('fileMissing'));
  if (out === null) return err(usageError('outMissing'));
  if (resolve(path) === resolve(out)) return err(usageError('outIsInput'));
  if (form !== null && form !== 'cms' && form !== 'seal') return err(usageError('signatureForm'));
  const at = place === null ? null : readPlace(place);
  if (place !== null && at === null) return err(usageError('place'));
  return ok({ path: resolve(path), out: resolve(out), form, place: at, reason: args.text('reason') });
}

/** `1,130,220`: page from 1 on, millimetres from the left and from the top. */
function readPlace(given: string): SealPlace | null {
  const match = /^(\d{1,5}),(\d{1,4}(?:\.\d{1,3})?),(\d{1,4}(?:\.\d{1,3})?)$/.exec(given);
  const [page = 0, x = 0, y = 0] = (match ?? []).slice(1).map(Number);
  return match === null || page === 0 ? null : { page: page - 1, x, y };
}
