// Where keys of a key file go: pure, so that it can be judged before anything is written.

import { certificateUse, parseCertificate } from '../../core/certificate/certificate.ts';
import { isSamePublicKey } from '../../core/certificate/spki.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { ContainerId, KeyUse } from '../../core/token/token.ts';
import { withCertificate, withKey, withNewContainer } from './container-changes.ts';
import type { ImportedKey } from './exchange/read-key-file.ts';
import { LIMITS, type StoredContainer } from './key-file.ts';
import type { Content } from './vault.ts';

export interface PlannedKey extends ImportedKey {
  readonly container: ContainerId;
  readonly use: KeyUse;
}

type PlanError = AppError<'container.notFound' | 'container.exists' | 'token.full'>;

/**
 * `target` null: a new container for each key, or one for a pair of signing and encryption key. `newId` answers
 * names that are not used yet.
 */
export function planImport(
  keys: readonly ImportedKey[],
  containers: readonly StoredContainer[],
  target: ContainerId | null,
  newId: () => ContainerId,
): Result<readonly PlannedKey[], PlanError> {
  for (const { pair, certificate } of keys) {
    const holder = containers.find((container) =>
      container.keys.some((key) => isSamePublicKey(key.publicKey, pair.publicKey)),
    );
    if (holder !== undefined) return err({ code: 'container.exists', container: holder.id });
    if ((certificate?.length ?? 0) > LIMITS.certificateBytes) return err({ code: 'token.full' });
  }
  const used = keys.map((key) => ({ ...key, use: useOf(key) }));
  const isDual = used.length === 2 && used[0]?.use !== used[1]?.use;
  if (target !== null) return intoOne(used, containers, target);
  const shared = isDual ? newId() : null;
  const planned = used.map((key) => ({ ...key, container: shared ?? newId() }));
  const added = new Set(planned.map(({ container }) => container)).size;
  return containers.length + added > LIMITS.containers ? err({ code: 'token.full' }) : ok(planned);
}

function intoOne(
  keys: readonly Omit<PlannedKey, 'container'>[],
  containers: readonly StoredContainer[],
  target: ContainerId,
): Result<readonly PlannedKey[], PlanError> {
  const container = containers.find(({ id }) => id === target);
  if (container === undefined) return err({ code: 'container.notFound', container: target });
  const taken = [...container.keys, ...keys].map(({ use }) => use);
  if (new Set(taken).size !== taken.length) return err({ code: 'container.exists', container: target });
  return ok(keys.map((key) => ({ ...key, container: target })));
}

/** A certificate for encryption only says so in its key usage; everything else signs. */
function useOf({ certificate }: ImportedKey): KeyUse {
  const parsed = certificate && parseCertificate(certificate);
  return parsed?.ok === true && certificateUse(parsed.value) === 'encryption' ? 'encryption' : 'signing';
}

export function withPlannedKeys(content: Content, planned: readonly PlannedKey[]): Content {
  return planned.reduce((changed, { container, use, pair, certificate, label }) => {
    const isThere = changed.containers.some(({ id }) => id === container);
    const opened = isThere ? changed : withNewContainer(changed, container, label);
    const filled = withKey(opened, container, use, pair);
    return certificate === null ? filled : withCertificate(filled, container, use, certificate);
  }, content);
}
