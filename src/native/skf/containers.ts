// Containers, their certificates and the keys generated in them (GM/T 0016 §7.5, §7.6).

import { algorithmOf } from '../../core/certificate/driver-key.ts';
import type { ContainerId, KeyAlgorithm, KeyContainer, KeyUse } from '../../core/token/token.ts';
import { refuse } from '../driver-failures.ts';
import { check, readBytes, readNames, slot, slotHandle, terminated, type SkfName } from './calls.ts';
import { eccSpki, exportPublicKey, PUBLIC_KEY_ROOM, rsaBlobSpki, unusableKey } from './keys.ts';
import type { SkfLibrary } from './library.ts';
import { ABSENT, meaningOf, SAR, SarFailure, unless } from './sar.ts';

/** SGD_SM2_1, for signing, by vendors' headers and by GB/T 33560: which one a driver wants is found by asking. */
const SM2_SIGNING_IDS = [0x0002_0100, 0x0002_0200] as const;

const USES = ['signing', 'encryption'] as const;

export function containerNames(library: SkfLibrary, application: bigint): readonly SkfName[] {
  return readNames('SKF_EnumContainer', (buffer, size) =>
    library.call('SKF_EnumContainer', application, buffer, size),
  );
}

/** Opens a container for the time of `work`. Refuses with `container.notFound`. */
export function withContainer<T>(
  library: SkfLibrary,
  application: bigint,
  container: ContainerId,
  work: (handle: bigint) => T,
): T {
  const handle = openContainer(library, application, container);
  try {
    return work(handle);
  } finally {
    library.call('SKF_CloseContainer', handle);
  }
}

function openContainer(library: SkfLibrary, application: bigint, container: ContainerId): bigint {
  const out = slot();
  const rv = library.call('SKF_OpenContainer', application, terminated(Buffer.from(container)), out);
  if (rv === SAR.OK) return slotHandle(out);
  const meaning = meaningOf(rv);
  if (meaning === 'removed' || meaning === 'handleLost') throw new SarFailure('SKF_OpenContainer', rv);
  // The standard has no value for a container that is not there, and a name may be in another encoding.
  const named = containerNames(library, application).find(({ text }) => text === container);
  if (named === undefined) refuse({ code: 'container.notFound', container });
  check(library, 'SKF_OpenContainer', application, terminated(named.raw), out);
  return slotHandle(out);
}

export function listContainers(library: SkfLibrary, application: bigint): readonly KeyContainer[] {
  return containerNames(library, application).map(({ text }) => readContainer(library, application, text));
}

function readContainer(library: SkfLibrary, application: bigint, id: ContainerId): KeyContainer {
  return withContainer(library, application, id, (handle) => {
    const keys = USES.flatMap((use) => {
      const publicKey = exportPublicKey(library, handle, use === 'signing');
      if (publicKey === null) return [];
      // A pair is generated or imported whole, so a public key stands for a private one.
      return [{ use, algorithm: algorithmOf(publicKey), publicKey, hasPrivateKey: true }];
    });
    const certificates = USES.flatMap((use) => {
      const der = exportCertificate(library, handle, use);
      return der === null ? [] : [{ use, der }];
    });
    return { id, label: id, keys, certificates };
  });
}

/** null: there is none. */
export function exportCertificate(library: SkfLibrary, container: bigint, use: KeyUse): Uint8Array | null {
  const der = unless(ABSENT, () =>
    readBytes('SKF_ExportCertificate', (buffer, size) =>
      library.call('SKF_ExportCertificate', container, signFlag(use), buffer, size),
    ),
  );
  return der === null || der.length === 0 ? null : der.slice();
}

export function importCertificate(
  library: SkfLibrary,
  container: bigint,
  use: KeyUse,
  der: Uint8Array,
): void {
  check(library, 'SKF_ImportCertificate', container, signFlag(use), der, der.length);
}

function signFlag(use: KeyUse): number {
  return Number(use === 'signing');
}

/** Looks first: what creating an existing one does is up to the driver. Refuses with `container.exists`. */
export function createContainer(library: SkfLibrary, application: bigint, container: ContainerId): void {
  const isTaken = containerNames(library, application).some(({ text }) => text === container);
  if (isTaken) refuse({ code: 'container.exists', container });
  const out = slot();
  check(library, 'SKF_CreateContainer', application, terminated(Buffer.from(container)), out);
  library.call('SKF_CloseContainer', slotHandle(out));
}

/** What is already gone is no error. */
export function deleteContainer(library: SkfLibrary, application: bigint, container: ContainerId): void {
  const named = containerNames(library, application).find(({ text }) => text === container);
  if (named === undefined) return;
  check(library, 'SKF_DeleteContainer', application, terminated(named.raw));
}

/** SubjectPublicKeyInfo of the new signing key. Refuses with `key.unsupported` before anything is replaced. */
export function generateKeyPair(library: SkfLibrary, container: bigint, algorithm: KeyAlgorithm): Uint8Array {
  switch (algorithm) {
    case 'SM2':
      return generateSm2(library, container);
    case 'RSA-2048':
      return generateRsa(library, container, 2048);
    default:
      // RSAPUBLICKEYBLOB ends at 2048 bits, and the standard knows no other curve than SM2's.
      return refuse({ code: 'key.unsupported', algorithm });
  }
}

function generateSm2(library: SkfLibrary, container: bigint): Uint8Array {
  const blob = new Uint8Array(PUBLIC_KEY_ROOM);
  let rv: number = SAR.NOTSUPPORTYETERR;
  for (const id of SM2_SIGNING_IDS) {
    rv = library.call('SKF_GenECCKeyPair', container, id, blob);
    if (rv !== SAR.INVALIDPARAMERR && rv !== SAR.NOTSUPPORTYETERR) break;
  }
  if (rv === SAR.INVALIDPARAMERR || rv === SAR.NOTSUPPORTYETERR) {
    return refuse({ code: 'key.unsupported', algorithm: 'SM2' });
  }
  if (rv !== SAR.OK) throw new SarFailure('SKF_GenECCKeyPair', rv);
  return (
    eccSpki(blob, library.abi) ??
    exportPublicKey(library, container, true) ??
    unusableKey('SKF_GenECCKeyPair')
  );
}

function generateRsa(library: SkfLibrary, container: bigint, bits: number): Uint8Array {
  const blob = new Uint8Array(PUBLIC_KEY_ROOM);
  const rv = library.call('SKF_GenRSAKeyPair', container, bits, blob);
  if (rv === SAR.INVALIDPARAMERR || rv === SAR.NOTSUPPORTYETERR) {
    return refuse({ code: 'key.unsupported', algorithm: `RSA-${String(bits)}` });
  }
  if (rv !== SAR.OK) throw new SarFailure('SKF_GenRSAKeyPair', rv);
  return (
    rsaBlobSpki(blob, library.abi) ??
    exportPublicKey(library, container, true) ??
    unusableKey('SKF_GenRSAKeyPair')
  );
}
