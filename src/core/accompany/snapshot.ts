// What was on a key at one moment: certificates, public keys and fingerprints of seals. Public data only, in a
// form that can be kept on disk for the days a CA takes, and compared with what is there afterwards.

import { decodeBase64, encodeBase64 } from '../certificate/base64.ts';
import { certificateUse, parseCertificate, type Certificate } from '../certificate/certificate.ts';
import { spkiFingerprint } from '../certificate/spki.ts';
import type { ContainerId, KeyContainer, KeyUse } from '../token/token.ts';

export interface KeySnapshot {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly containers: readonly ContainerSnapshot[];
  readonly seals: readonly SealSnapshot[];
  /** Names of data objects that hold something we cannot read, or not without a PIN; seals perhaps. */
  readonly otherObjects: readonly string[];
}

export interface ContainerSnapshot {
  readonly id: ContainerId;
  readonly label: string;
  readonly keys: readonly SnapshotKey[];
  readonly certificates: readonly SnapshotCertificate[];
}

export interface SnapshotKey {
  readonly use: KeyUse | 'both';
  /** SHA-256 of the SubjectPublicKeyInfo; null where the driver shows no public key. */
  readonly fingerprint: string | null;
  /** null: not visible before login. */
  readonly hasPrivateKey: boolean | null;
}

export interface SnapshotCertificate {
  /** null: the driver does not say. */
  readonly use: KeyUse | null;
  /** DER, base64. */
  readonly der: string;
}

export interface SealSnapshot {
  /** Data object it lies in. */
  readonly object: string;
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the seal. */
  readonly sha256: string;
  /** Epoch milliseconds. */
  readonly validFrom: number;
  readonly validTo: number;
  /** SHA-256 of those certificates on the key that may sign with it. */
  readonly signers: readonly string[];
}

/** A certificate of a snapshot with where it lies. */
export interface PlacedCertificate {
  readonly container: ContainerSnapshot;
  readonly certificate: Certificate;
  readonly use: KeyUse | 'both';
}

export function takeSnapshot(
  containers: readonly KeyContainer[],
  { seals, otherObjects }: Pick<KeySnapshot, 'seals' | 'otherObjects'>,
  at: number,
): KeySnapshot {
  return {
    at,
    containers: containers.map(({ id, label, keys, certificates }) => ({
      id,
      label,
      keys: keys.map(({ use, publicKey, hasPrivateKey }) => ({
        use,
        fingerprint: publicKey === null ? null : spkiFingerprint(publicKey),
        hasPrivateKey,
      })),
      certificates: certificates.map(({ use, der }) => ({ use, der: encodeBase64(der) })),
    })),
    seals,
    otherObjects,
  };
}

/** Certificates that can be read, in the order of the key. */
export function certificatesIn({ containers }: KeySnapshot): readonly PlacedCertificate[] {
  return containers.flatMap((container) =>
    container.certificates.flatMap(({ use, der }) => {
      const bytes = decodeBase64(der);
      const parsed = bytes === null ? null : parseCertificate(bytes);
      if (parsed?.ok !== true) return [];
      return [{ container, certificate: parsed.value, use: use ?? certificateUse(parsed.value) }];
    }),
  );
}

/** Those of the holder: a CA's own certificates, which some keys carry along, are left out. */
export function holdersIn(snapshot: KeySnapshot): readonly PlacedCertificate[] {
  return certificatesIn(snapshot).filter(({ certificate }) => !certificate.isCa);
}

/** How much is there, for a line on the screen. */
export interface SnapshotCount {
  readonly signing: number;
  readonly encryption: number;
  readonly keys: number;
  readonly seals: number;
}

export function countOf(snapshot: KeySnapshot): SnapshotCount {
  const certificates = holdersIn(snapshot);
  // Before login a key without public key objects shows a key behind every certificate.
  const ofIssuers = new Set(
    certificatesIn(snapshot).flatMap(({ certificate }) =>
      certificate.isCa ? [spkiFingerprint(certificate.spki)] : [],
    ),
  );
  const encryption = certificates.filter(({ use }) => use === 'encryption').length;
  return {
    signing: certificates.length - encryption,
    encryption,
    keys: snapshot.containers
      .flatMap(({ keys }) => keys)
      .filter(({ fingerprint }) => fingerprint === null || !ofIssuers.has(fingerprint)).length,
    seals: snapshot.seals.length,
  };
}
