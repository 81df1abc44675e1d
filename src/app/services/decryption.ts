// Opening a file that was encrypted to a certificate on a key, the current one or one of its history. What can
// be known without the PIN is known before it is asked for.

import { decodeBase64 } from '../../core/certificate/base64.ts';
import { parseCmsEnvelope, recipientFor, tokenEnvelope } from '../../core/certificate/cms-envelope.ts';
import type { CmsEnvelope, EnvelopeRecipient } from '../../core/certificate/cms-envelope.ts';
import type { Certificate } from '../../core/certificate/certificate.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { CertificateState } from '../../core/token/current.ts';
import type { Envelope, PinOptions } from '../../core/token/provider.ts';
import type { ContainerId, KeyUse } from '../../core/token/token.ts';
import type { TokenLock, TokenLockError } from '../adapters/token-lock.ts';
import type { FoundToken } from './tokens.ts';

/** Paths are absolute. */
export interface DecryptionRequest {
  readonly path: string;
  readonly out: string;
  /** `out` may be a file that is there, but never the encrypted one. */
  readonly mayReplace: boolean;
}

interface FittingKey {
  readonly container: ContainerId;
  readonly use: KeyUse;
  readonly certificate: Certificate;
  readonly state: CertificateState;
  readonly envelope: Envelope;
}

export interface PreparedDecryption extends DecryptionRequest {
  readonly found: FoundToken;
  readonly family: CmsEnvelope['family'];
  /** Current ones first; at least one. */
  readonly keys: readonly FittingKey[];
}

export interface OpenedFile {
  readonly family: CmsEnvelope['family'];
  readonly certificate: Certificate;
  readonly container: ContainerId;
  readonly state: CertificateState;
  /** Bytes written. */
  readonly size: number;
}

export interface DecryptionService {
  /**
   * Reads EnvelopedData or SignedAndEnvelopedData, CMS or GM (DER, PEM, base64, S/MIME), and finds the key. Not
   * one for this token is `document.otherRecipient`.
   */
  prepare(found: FoundToken, request: DecryptionRequest): Promise<Result<PreparedDecryption, AppError>>;
  /** Takes over and zeroes the PIN. */
  open(
    prepared: PreparedDecryption,
    pin: Uint8Array,
    options: PinOptions,
  ): Promise<Result<OpenedFile, AppError>>;
}

export interface DecryptionServiceDeps {
  lock(token: string): Promise<Result<TokenLock, TokenLockError>>;
  readonly files: {
    read(path: string): Promise<Result<Uint8Array, AppError>>;
    /** Whether `target` is free, or may be replaced and is not `source`. */
    checkTarget(source: string, target: string, mayReplace: boolean): Promise<Result<void, AppError>>;
    /** Whole or not at all. */
    write(target: string, content: Uint8Array, mayReplace: boolean): Promise<Result<void, AppError>>;
  };
}

export function createDecryptionService({ lock, files }: DecryptionServiceDeps): DecryptionService {
  return {
    async prepare(found, request) {
      const free = await files.checkTarget(request.path, request.out, request.mayReplace);
      if (!free.ok) return free;
      const file = await files.read(request.path);
      if (!file.ok) return file;
      const message = parseCmsEnvelope(messageIn(file.value));
      if (!message.ok) return err({ code: 'document.unreadable', reason: message.error.reason });
      const keys = fittingKeys(found, message.value);
      return keys.ok ? ok({ ...request, found, family: message.value.family, keys: keys.value }) : keys;
    },

    async open(prepared, pin, options) {
      const { found, keys, path, out, mayReplace, family } = prepared;
      const held = await lock(found.token.id);
      if (!held.ok) {
        pin.fill(0);
        return held;
      }
      const opened = await openWithAny(found, keys, pin, options).finally(() => held.value.release());
      if (!opened.ok) return opened;
      const { key, plaintext } = opened.value;
      try {
        // The names may have changed hands while the person typed the PIN.
        const free = await files.checkTarget(path, out, mayReplace);
        const written = free.ok ? await files.write(out, plaintext, mayReplace) : free;
        if (!written.ok) return written;
        const { certificate, container, state } = key;
        return ok({ family, certificate, container, state, size: plaintext.length });
      } finally {
        plaintext.fill(0);
      }
    },
  };
}

async function openWithAny(
  { source: { provider }, token }: FoundToken,
  keys: readonly FittingKey[],
  pin: Uint8Array,
  options: PinOptions,
): Promise<Result<{ key: FittingKey; plaintext: Uint8Array }, AppError>> {
  const login = await provider.login(token.id, pin, options);
  if (!login.ok) return login;
  try {
    let failure: AppError = { code: 'key.decryptionFailed' };
    for (const key of keys) {
      const opened = await provider.decrypt(token.id, key.container, key.use, key.envelope);
      if (opened.ok) return ok({ key, plaintext: opened.value });
      failure = opened.error;
      if (!ANOTHER_MAY_FIT.has(failure.code)) break;
    }
    return err(failure);
  } finally {
    await provider.logout(token.id);
  }
}

const ANOTHER_MAY_FIT: ReadonlySet<AppError['code']> = new Set<AppError['code']>([
  'key.decryptionFailed',
  'key.notFound',
]);

const STATES: readonly CertificateState[] = ['current', 'pending', 'history'];

/** Each certificate on the token that is a recipient and has its key. */
function fittingKeys(
  { containers }: FoundToken,
  message: CmsEnvelope,
): Result<
  readonly FittingKey[],
  AppError<'document.otherRecipient' | 'certificate.withoutKey' | 'key.unsupported'>
> {
  const meant = containers.flatMap(({ id, certificates }) =>
    certificates.flatMap((entry) => {
      const recipient = recipientFor(message, entry.certificate);
      return recipient === null ? [] : [{ ...entry, container: id, recipient }];
    }),
  );
  if (meant.length === 0) return err({ code: 'document.otherRecipient', recipients: namesOf(message) });
  const withKey = meant
    .filter(({ hasPrivateKey }) => hasPrivateKey !== false)
    .toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
  const keys: FittingKey[] = [];
  let failure: AppError<'certificate.withoutKey' | 'key.unsupported'> = { code: 'certificate.withoutKey' };
  for (const { container, certificate, state, use, recipient } of withKey) {
    const envelope = tokenEnvelope(message, recipient);
    if (envelope.ok) {
      keys.push({
        ...{ container, certificate, state, envelope: envelope.value },
        use: use === 'signing' ? 'signing' : 'encryption',
      });
    } else failure = envelope.error;
  }
  return keys.length === 0 ? err(failure) : ok(keys);
}

function namesOf({ recipients }: CmsEnvelope): readonly string[] {
  return recipients.map(({ id }: EnvelopeRecipient) =>
    id.kind === 'keyId' ? id.keyId.toUpperCase() : id.serial,
  );
}

const ARMOUR = /-----BEGIN [A-Z0-9 ]{1,40}-----([A-Za-z0-9+/=\s]+)-----END /;
/** S/MIME (RFC 8551 §3): the body follows the first empty line. */
const MIME_HEADER = /^(?:MIME-Version|Content-[A-Za-z-]+):[^]*?\r?\n\r?\n/i;

/** The message without what it was wrapped in for text; as it is where it was not. */
function messageIn(file: Uint8Array): Uint8Array {
  // A SEQUENCE. As base64 it begins with M.
  if (file[0] === 0x30) return file;
  const text = new TextDecoder('latin1').decode(file);
  const body = ARMOUR.exec(text)?.[1] ?? text.replace(MIME_HEADER, '');
  return decodeBase64(body) ?? file;
}
