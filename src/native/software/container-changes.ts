// Changes of containers as pure functions: content in, content out. Each names what it gives up.

import type { ContainerId, KeyUse } from '../../core/token/token.ts';
import type { KeyPair } from './key-family.ts';
import type { StoredContainer } from './key-file.ts';
import { keyRecord } from './private-records.ts';
import type { Content } from './vault.ts';

const USES: readonly KeyUse[] = ['signing', 'encryption'];

export function withNewContainer(content: Content, id: ContainerId, label = ''): Content {
  return { ...content, containers: [...content.containers, { id, label, keys: [], certificates: [] }] };
}

/** The container holds this signing key and nothing else: whatever keys and certificates it had are gone. */
export function withSigningKey(content: Content, id: ContainerId, label: string, pair: KeyPair): Content {
  const emptied = withoutContainer(content, id);
  return withKey(withNewContainer(emptied, id, label), id, 'signing', pair);
}

/** Puts a key beside the other one, in the place of an older key of that use. */
export function withKey(content: Content, id: ContainerId, use: KeyUse, pair: KeyPair): Content {
  const { algorithm, publicKey, privateKey } = pair;
  const changed = changeContainer(content, id, (container) => ({
    ...container,
    keys: [...container.keys.filter((key) => key.use !== use), { use, algorithm, publicKey }],
  }));
  return { ...changed, records: new Map([...content.records, [keyRecord(id, use), privateKey]]) };
}

export function withCertificate(content: Content, id: ContainerId, use: KeyUse, der: Uint8Array): Content {
  return changeContainer(content, id, (container) => ({
    ...container,
    certificates: [...container.certificates.filter((certificate) => certificate.use !== use), { use, der }],
  }));
}

export function withoutContainer(content: Content, id: ContainerId): Content {
  const gone = new Set(USES.map((use) => keyRecord(id, use)));
  return {
    ...content,
    containers: content.containers.filter((container) => container.id !== id),
    records: new Map([...content.records].filter(([name]) => !gone.has(name))),
  };
}

export function withData(content: Content, name: string, bytes: Uint8Array): Content {
  const others = content.data.filter((data) => data.name !== name);
  return { ...content, data: [...others, { name, content: bytes }] };
}

export function withoutData(content: Content, name: string): Content {
  return { ...content, data: content.data.filter((data) => data.name !== name) };
}

function changeContainer(
  content: Content,
  id: ContainerId,
  change: (container: StoredContainer) => StoredContainer,
): Content {
  return {
    ...content,
    containers: content.containers.map((container) => (container.id === id ? change(container) : container)),
  };
}
