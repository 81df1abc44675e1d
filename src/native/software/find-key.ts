import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { ContainerId, KeyUse } from '../../core/token/token.ts';
import type { StoredContainer, StoredKey } from './key-file.ts';
import { keyRecord } from './private-records.ts';
import type { Content } from './vault.ts';

export type NoKey = AppError<'container.notFound' | 'key.notFound'>;

/** `privateKey` is a view that is wiped with the content it came from. */
export type UsableKey = StoredKey & { readonly privateKey: Uint8Array };

export function findContainer(
  { containers }: Pick<Content, 'containers'>,
  id: ContainerId,
): Result<StoredContainer, AppError<'container.notFound'>> {
  const found = containers.find((container) => container.id === id);
  return found === undefined ? err({ code: 'container.notFound', container: id }) : ok(found);
}

export function findKey(content: Content, id: ContainerId, use: KeyUse): Result<UsableKey, NoKey> {
  const found = findContainer(content, id);
  if (!found.ok) return found;
  const { keys } = found.value;
  const key =
    keys.find((stored) => stored.use === use) ?? keys.find((stored) => servesBoth(keys, stored.use));
  const privateKey = key && content.records.get(keyRecord(id, key.use));
  return key === undefined || privateKey === undefined
    ? err({ code: 'key.notFound' })
    : ok({ ...key, privateKey });
}

/** An RSA key that is alone in its container also opens envelopes, as in the single-certificate world. */
export function servesBoth(keys: readonly StoredKey[], use: KeyUse): boolean {
  return keys.length === 1 && use === 'signing' && keys[0]?.algorithm.startsWith('RSA') === true;
}
