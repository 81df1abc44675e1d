import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { buildCertificate, type CertificateFields } from './build-certificate.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import { buildChain } from './chain.ts';
import { concatBytes } from '@noble/hashes/utils.js';
import { equalBytes } from './der.ts';
import { subjectOf } from './names.ts';
import type { SignatureVerifier } from './signature-verifier.ts';
import { ecSpki } from './spki.ts';

// Signatures here are hashes of key and message: which key made them can be told, and nothing else matters.
const keyOf = (name: string) =>
  ecSpki('EC-P256', concatBytes(sha256(Uint8Array.from(name, (c) => c.charCodeAt(0))), new Uint8Array(33)));
const seal = (spki: Uint8Array, message: Uint8Array) => sha256(concatBytes(spki, message));
const NOW = Date.UTC(2026, 10, 20);

function countingVerifier(): SignatureVerifier & { readonly calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    verify(spki, _, message, signature) {
      calls++;
      return equalBytes(seal(spki, message), signature);
    },
  };
}

let serial = 0x1000;
async function make(
  subject: string,
  options: { by?: string; byKey?: string; key?: string; leaf?: boolean } & Partial<CertificateFields> = {},
): Promise<Certificate> {
  const { by = subject, byKey = by, key = subject, leaf = false, ...more } = options;
  const signerKey = keyOf(byKey);
  const der = await buildCertificate(
    {
      serial: (serial++).toString(16),
      issuer: subjectOf({ commonName: by }),
      subject: subjectOf({ commonName: subject }),
      notBefore: NOW - 1000,
      notAfter: NOW + 1000,
      spki: keyOf(key),
      ...(leaf ? {} : { ca: { pathLength: null } }),
      ...more,
    },
    { algorithm: 'ECDSA-SHA256', sign: async (tbs) => seal(signerKey, tbs) },
  );
  const parsed = parseCertificate(der);
  if (!parsed.ok) throw new Error(parsed.error.reason);
  return parsed.value;
}

async function judge(
  leaf: Certificate,
  pool: Certificate[],
  anchors: Certificate[],
  verifier = countingVerifier(),
) {
  const answer = await buildChain(leaf, pool, anchors, verifier, { now: NOW, accept: 'strict' });
  return answer.ok ? answer.value : answer.error;
}

describe('buildChain', () => {
  it('takes the issuer that really signed among those of the same name', async () => {
    const root = await make('root');
    const renewed = await make('ca', { by: 'root', key: 'ca-new' });
    const older = await make('ca', { by: 'root', key: 'ca-old' });
    const leaf = await make('leaf', { by: 'ca', byKey: 'ca-old', leaf: true });
    expect(await judge(leaf, [renewed, older], [root])).toEqual([leaf, older, root]);
  });

  it('finds the second way up when the first is closed', async () => {
    const root = await make('root');
    const ended = await make('ca', { by: 'root', notAfter: NOW - 2000, notBefore: NOW - 3000 });
    const valid = await make('ca', { by: 'root' });
    const leaf = await make('leaf', { by: 'ca', leaf: true });
    expect(await judge(leaf, [ended, valid], [root])).toEqual([leaf, valid, root]);
  });

  it('ends at an anchor that is no root, or is the certificate itself', async () => {
    const ca = await make('ca', { by: 'root' });
    const leaf = await make('leaf', { by: 'ca', leaf: true });
    expect([await judge(leaf, [], [ca]), await judge(leaf, [], [leaf])]).toEqual([[leaf, ca], [leaf]]);
  });

  it('does not turn in circles', async () => {
    const root = await make('root');
    const [ab, ba] = [await make('a', { by: 'b' }), await make('b', { by: 'a' })];
    const own = await make('a');
    const leaf = await make('leaf', { by: 'a', leaf: true });
    const verifier = countingVerifier();
    expect(await judge(leaf, [ab, ba, own, leaf], [root], verifier)).toEqual({
      code: 'certificate.untrusted',
    });
    expect(verifier.calls()).toBeLessThan(20);
  });

  it.each([
    [6, true],
    [7, false],
  ])('follows %d intermediates: %s', async (count, isFound) => {
    const root = await make('ca0');
    const pool = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        make(`ca${String(index + 1)}`, { by: `ca${String(index)}` }),
      ),
    );
    const leaf = await make('leaf', { by: `ca${String(count)}`, leaf: true });
    expect(Array.isArray(await judge(leaf, pool, [root]))).toBe(isFound);
  });

  it('stops verifying when somebody sends a forest of candidates', async () => {
    const root = await make('root');
    const pool = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        make('ca', { by: 'ca', byKey: 'ca', key: `ca${String(index)}` }),
      ),
    );
    const leaf = await make('leaf', { by: 'ca', leaf: true });
    const verifier = countingVerifier();
    expect(await judge(leaf, pool, [root], verifier)).toEqual({ code: 'certificate.badSignature' });
    expect(verifier.calls()).toBe(64);
  });

  it('leaves out issuers whose key identifier contradicts', async () => {
    const root = await make('root');
    const [right, wrong] = [await make('ca', { by: 'root' }), await make('ca', { by: 'root', key: 'other' })];
    const leaf = await make('leaf', { by: 'ca', leaf: true, issuerSpki: keyOf('ca') });
    const verifier = countingVerifier();
    expect([await judge(leaf, [wrong, right], [root], verifier), verifier.calls()]).toEqual([
      [leaf, right, root],
      2,
    ]);
  });

  it('counts only intermediates that are not issued to themselves against a path length', async () => {
    const root = await make('root', { ca: { pathLength: 1 } });
    const ca = await make('ca', { by: 'root' });
    const rolledOver = await make('ca', { by: 'ca', key: 'ca-new' });
    const leaf = await make('leaf', { by: 'ca', byKey: 'ca-new', leaf: true });
    expect(await judge(leaf, [ca, rolledOver], [root])).toEqual([leaf, rolledOver, ca, root]);
  });
});
