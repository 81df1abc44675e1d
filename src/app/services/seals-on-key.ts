// Seals in the data objects of a key, and which of them the key's current certificate may use.

import type { Certificate } from '../../core/certificate/certificate.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { checkSealUse, signingMethodOf, type DocumentSigner } from '../../core/seal/document-signer.ts';
import { findSeals } from '../../core/seal/find-seals.ts';
import type { ElectronicSeal } from '../../core/seal/seal.ts';
import type { Digest } from '../../core/seal/verification.ts';
import type { ReadError, TokenProvider } from '../../core/token/provider.ts';
import type { ContainerId, TokenId } from '../../core/token/token.ts';
import type { FoundToken } from './tokens.ts';

export interface SealOnKey {
  /** Data object it was found in. */
  readonly object: string;
  readonly seal: ElectronicSeal;
}

export interface SealsOnKey {
  readonly seals: readonly SealOnKey[];
  /** Objects that hold something, but no seal that we can read: never reported as "no seal". */
  readonly unrecognised: readonly string[];
  /** Objects that need a PIN or did not answer. */
  readonly unread: readonly string[];
}

/** Larger objects are not read. */
const MAX_SEAL_OBJECT = 262_144;
const MAX_SEAL_OBJECTS = 256;

/** Starts no login; after one, private objects are seen too. */
export async function readSeals(
  provider: TokenProvider,
  token: TokenId,
): Promise<Result<SealsOnKey, ReadError>> {
  const listed = await provider.listDataObjects(token);
  if (!listed.ok) return listed;
  const sizes = new Map(listed.value.map(({ name, size }) => [name, size]));
  const names = [...sizes.keys()].filter((name) => sizes.get(name) !== 0);
  const seals: SealOnKey[] = [];
  const unrecognised: string[] = [];
  const unread: string[] = names.slice(MAX_SEAL_OBJECTS);
  for (const name of names.slice(0, MAX_SEAL_OBJECTS)) {
    if ((sizes.get(name) ?? 0) > MAX_SEAL_OBJECT) {
      unrecognised.push(name);
      continue;
    }
    const content = await provider.readDataObject(token, name);
    if (!content.ok) {
      unread.push(name);
      continue;
    }
    const inside = findSeals(content.value.slice(0, MAX_SEAL_OBJECT));
    if (inside.length === 0) unrecognised.push(name);
    seals.push(...inside.map((seal) => ({ object: name, seal })));
  }
  return ok({ seals, unrecognised, unread });
}

export interface CurrentSigning {
  readonly container: ContainerId;
  readonly certificate: Certificate;
}

/** The certificate documents are signed with: current, for signing, of a key that we can sign with. */
export function currentSigning({
  containers,
}: FoundToken): Result<CurrentSigning, AppError<'certificate.missing'>> {
  for (const { id, certificates } of containers) {
    const entry = certificates.find(
      ({ certificate, state, use }) =>
        state === 'current' && use !== 'encryption' && signingMethodOf(certificate) !== null,
    );
    if (entry !== undefined) return ok({ container: id, certificate: entry.certificate });
  }
  return err({ code: 'certificate.missing', use: 'signing' });
}

/** Signs on the token, which must be logged in. */
export function tokenSigner(
  { source, token }: FoundToken,
  { container, certificate }: CurrentSigning,
): DocumentSigner<AppError> {
  const method = signingMethodOf(certificate);
  return {
    certificate,
    chain: [],
    sign: async (message) =>
      method === null
        ? err({ code: 'key.unsupported', algorithm: certificate.algorithm ?? certificate.signatureOid })
        : source.provider.sign(token.id, container, method.hash, message),
  };
}

/** One that lists the certificate and is valid now; else the first, so that the reason is told. */
export function chooseSeal(
  { seals }: SealsOnKey,
  certificate: Certificate,
  digest: Digest,
  now: number,
): SealOnKey | null {
  const usable = seals.find(({ seal }) => checkSealUse(seal, certificate, now, digest).ok);
  return usable ?? seals[0] ?? null;
}
