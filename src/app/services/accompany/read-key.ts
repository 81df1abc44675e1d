// Reading a key for the snapshot and for every look after it.

import {
  certificatesIn,
  takeSnapshot,
  type KeySnapshot,
  type PlacedCertificate,
  type SealSnapshot,
} from '../../../core/accompany/snapshot.ts';
import { parseCertificate } from '../../../core/certificate/certificate.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import { isListed } from '../../../core/seal/verify-seal-signature.ts';
import type { Digest } from '../../../core/seal/verification.ts';
import type { KeyContainer } from '../../../core/token/token.ts';
import { readSeals, type SealsOnKey } from '../seals-on-key.ts';
import type { FoundToken, TokenList } from '../tokens.ts';
import type { AccompanyDeps } from './deps.ts';

export interface KeyReading {
  readonly found: FoundToken;
  readonly containers: readonly KeyContainer[];
  readonly snapshot: KeySnapshot;
}

/** @param known null: read data objects too; a look every other second does without */
export async function readKey(
  deps: Pick<AccompanyDeps, 'digest' | 'clock'>,
  found: FoundToken,
  known: KnownObjects | null,
): Promise<Result<KeyReading, AppError>> {
  const { provider } = found.source;
  const containers = await provider.listContainers(found.token.id);
  if (!containers.ok) return containers;
  const bare = takeSnapshot(containers.value, known ?? NOTHING, deps.clock.now());
  if (known !== null) return ok({ found, containers: containers.value, snapshot: bare });
  const onKey = await readSeals(provider, found.token.id);
  if (!onKey.ok) return onKey;
  const { unrecognised, unread } = onKey.value;
  const seals = sealSnapshots(onKey.value, certificatesIn(bare), deps.digest);
  const snapshot = { ...bare, seals, otherObjects: [...unrecognised, ...unread] };
  return ok({ found, containers: containers.value, snapshot });
}

type KnownObjects = Pick<KeySnapshot, 'seals' | 'otherObjects'>;

const NOTHING: KnownObjects = { seals: [], otherObjects: [] };

function sealSnapshots(
  { seals }: SealsOnKey,
  certificates: readonly PlacedCertificate[],
  digest: Digest,
): readonly SealSnapshot[] {
  return seals.map(({ object, seal }) => ({
    object,
    id: seal.id,
    name: seal.name,
    sha256: Buffer.from(digest('SHA-256', [seal.der])).toString('hex'),
    validFrom: seal.validFrom.time,
    validTo: seal.validTo.time,
    signers: certificates
      .filter(({ certificate }) => isListed(seal, certificate, digest))
      .map(({ certificate }) => certificate.sha256),
  }));
}

/**
 * The key of a snapshot among those plugged in: by its id, else by a certificate that was on it, because a key
 * without a serial number of its own may get another id when it is written.
 */
export function findAgain(
  { tokens, problems }: TokenList,
  token: string,
  before: KeySnapshot,
): Result<FoundToken, AppError> {
  const sameId = tokens.find((found) => found.token.id === token);
  if (sameId !== undefined) return ok(sameId);
  const known = new Set(
    before.containers.flatMap(({ certificates }) => certificates.flatMap(({ der }) => hashOf(der))),
  );
  const holding = tokens.find(({ containers }) =>
    containers.some(({ certificates }) =>
      certificates.some(({ certificate }) => known.has(certificate.sha256)),
    ),
  );
  if (holding !== undefined) return ok(holding);
  const telling = problems.find(({ isExplicit }) => isExplicit);
  return err(telling?.error ?? { code: 'token.removed' });
}

function hashOf(der: string): readonly string[] {
  const parsed = parseCertificate(Buffer.from(der, 'base64'));
  return parsed.ok ? [parsed.value.sha256] : [];
}
