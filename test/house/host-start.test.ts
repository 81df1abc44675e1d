// A driver host is started for every listing: nothing it imports at its start may load the certificate schemas,
// nor, for PKCS#11, packages of ciphers.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../src/', import.meta.url));
const STATIC_IMPORT = /^(?:import|export)\s(?!type\b)[^;]*?from '([^']+)';/gm;

/** Packages that a module loads, itself or through ours, without a dynamic import. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(STATIC_IMPORT)) {
    if (name.startsWith('.')) packagesOf(join(file, '..', name), seen);
    else seen.add(name);
  }
  return seen;
}

describe('a driver host', () => {
  it.each(['host/host-main.ts', 'pkcs11/open.ts', 'skf/open.ts', 'software/open.ts'])(
    'starts %s without the certificate schemas',
    (entry) => {
      const loaded = [...packagesOf(join(source, 'native', entry))];
      expect(loaded.filter((name) => name.startsWith('@peculiar/'))).toEqual([]);
    },
  );

  it('for PKCS#11 starts without any cipher', () => {
    const loaded = [...packagesOf(join(source, 'native/pkcs11/open.ts'))];
    expect(loaded.filter((name) => /^(@|sm-)/.test(name))).toEqual([]);
  });

  it('is told apart from the application, which does load them', () => {
    expect(packagesOf(join(source, 'app/services/tokens.ts'))).toContain('@peculiar/asn1-schema');
  });
});
