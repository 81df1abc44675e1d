// Certificates out of nothing, for rehearsals that begin with an old one.

import { decodeBase64, encodeBase64 } from '../core/certificate/base64.ts';
import { subjectOf, type SubjectFields } from '../core/certificate/names.ts';
import { isRequestGenuine, parseRequest } from '../core/certificate/request.ts';
import { temporaryKeyOf } from '../core/certificate/sm2/cfca.ts';
import { keyAlgorithmOf } from '../core/certificate/spki.ts';
import type { AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';
import { chainAbove } from './authority-book.ts';
import type { Ca } from './ca.ts';
import { issueFor } from './issue.ts';
import { deliverEncryptionKey } from './key-centre.ts';
import type { OperatorInput, OperatorOutput } from './operator-calls.ts';
import { SEAL_OBJECT } from './seal-words.ts';
import { makeSeal } from './seals.ts';
import { encryptionOf, type SandboxState } from './state.ts';
import { DAY } from './validity.ts';

/** Ends with the day in Beijing, so that days of the calendar and whole days left both come out as asked. */
export async function provision(
  state: SandboxState,
  input: OperatorInput<'provision'>,
  ca: Ca,
): Promise<Result<OperatorOutput<'provision'>, AppError<'request.invalid'>>> {
  const key = await provisionedKey(input, ca);
  if (!key.ok) return key;
  const notAfter = endOfDay(ca.now) + input.daysLeft * DAY;
  const request = {
    spki: key.value.spki,
    subject: subjectOf(input.subject as SubjectFields),
    notBefore: Math.min(notAfter - 365 * DAY, ca.now),
    notAfter,
    order: null,
  };
  const signing = await issueFor(state, request, null, ca, 'issuing');
  const encryption = encryptionOf(state, signing);
  const { temporaryKey } = key.value;
  return ok({
    certificate: signing.der,
    encryption: encryption?.der ?? null,
    encryptionKey:
      encryption === undefined
        ? null
        : await deliverEncryptionKey(state, { signing, encryption }, temporaryKey, ca),
    seal:
      input.seal === true
        ? { object: SEAL_OBJECT, seal: encodeBase64(await makeSeal(state, [signing], ca)) }
        : null,
    chain: chainAbove(state, signing.authority),
    serial: signing.serial,
    sha256: signing.sha256,
  });
}

interface ProvisionedKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** Base64. */
  readonly temporaryKey: string | null;
}

async function provisionedKey(
  { publicKey, request }: OperatorInput<'provision'>,
  ca: Ca,
): Promise<Result<ProvisionedKey, AppError<'request.invalid'>>> {
  const invalid = (reason: string) => err({ code: 'request.invalid', reason } as const);
  if ((publicKey === null) === (request === null)) return invalid('one of publicKey and request');
  const parsed = request === null ? null : parseRequest(decodeBase64(request) ?? new Uint8Array());
  if (parsed?.ok === false) return invalid('request');
  if (parsed !== null && !(await isRequestGenuine(parsed.value, ca.verifier)))
    return invalid('request signature');
  const spki = parsed?.value.spki ?? decodeBase64(publicKey ?? '');
  if (spki === null || keyAlgorithmOf(spki) === null) return invalid('public key');
  const temporaryKey = parsed === null ? null : temporaryKeyOf(parsed.value);
  return ok({ spki, temporaryKey: temporaryKey === null ? null : encodeBase64(temporaryKey) });
}

const BEIJING = 8 * 3_600_000;

/** Last second of the day in Beijing. */
function endOfDay(time: number): number {
  return (Math.floor((time + BEIJING) / DAY) + 1) * DAY - BEIJING - 1000;
}
