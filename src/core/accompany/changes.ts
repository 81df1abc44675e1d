import { spkiFingerprint } from '../certificate/spki.ts';
import { holdersIn, type KeySnapshot, type PlacedCertificate } from './snapshot.ts';

/** What differs between two looks at one key. */
export interface KeyChanges {
  /** Not on the key before, whatever container it is in now. */
  readonly added: readonly PlacedCertificate[];
  readonly removed: readonly PlacedCertificate[];
  /** On the key before, and now also in a container that did not hold it. */
  readonly repeated: readonly PlacedCertificate[];
  /** SHA-256 of public keys. */
  readonly newKeys: readonly string[];
  /** Keys whose private half was there or may have been, and is not now. */
  readonly lostKeys: readonly string[];
  /** Names of seals, and of data objects that may be some, that are gone and not replaced. */
  readonly lostSeals: readonly string[];
}

export function compareSnapshots(before: KeySnapshot, after: KeySnapshot): KeyChanges {
  const [old, now] = [holdersIn(before), holdersIn(after)];
  const [oldKeys, nowKeys] = [usableKeys(before), usableKeys(after)];
  const isAmong = (list: readonly PlacedCertificate[], one: PlacedCertificate) =>
    list.some(({ certificate }) => certificate.sha256 === one.certificate.sha256);
  return {
    added: now.filter((one) => !isAmong(old, one)),
    removed: old.filter((one) => !isAmong(now, one)),
    repeated: now.filter((one) => isAmong(old, one) && !old.some((other) => isSamePlace(other, one))),
    newKeys: [...nowKeys].filter((key) => !oldKeys.has(key)),
    lostKeys: [...oldKeys].filter((key) => !nowKeys.has(key)),
    lostSeals: lostSeals(before, after),
  };
}

function lostSeals(before: KeySnapshot, after: KeySnapshot): readonly string[] {
  const objects = new Set([...after.seals.map(({ object }) => object), ...after.otherObjects]);
  const isThere = (object: string, id: string | null) =>
    objects.has(object) || after.seals.some((seal) => seal.id === id);
  return [
    ...before.seals.filter(({ object, id }) => !isThere(object, id)).map(({ name }) => name),
    ...before.otherObjects.filter((object) => !isThere(object, null)),
  ];
}

/** Of these, the ones certified by a key of the list. */
export function certifiedBy(
  keys: readonly string[],
  certificates: readonly PlacedCertificate[],
): readonly PlacedCertificate[] {
  return certificates.filter(({ certificate }) => keys.includes(spkiFingerprint(certificate.spki)));
}

function isSamePlace(a: PlacedCertificate, b: PlacedCertificate): boolean {
  return a.container.id === b.container.id && a.certificate.sha256 === b.certificate.sha256;
}

function usableKeys({ containers }: KeySnapshot): ReadonlySet<string> {
  return new Set(
    containers.flatMap(({ keys }) =>
      keys.flatMap(({ fingerprint, hasPrivateKey }) =>
        fingerprint === null || hasPrivateKey === false ? [] : [fingerprint],
      ),
    ),
  );
}
