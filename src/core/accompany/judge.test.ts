import { describe, expect, it } from 'vitest';
import { buildCertificate } from '../certificate/build-certificate.ts';
import { parseCertificate } from '../certificate/certificate.ts';
import type { KeyUsageName } from '../certificate/extensions.ts';
import { subjectOf } from '../certificate/names.ts';
import { ecSpki } from '../certificate/spki.ts';
import type { SignatureVerifier } from '../certificate/signature-verifier.ts';
import { done } from '../errors/result.ts';
import type { RenewalRules } from '../profile/profile.ts';
import type { KeyContainer } from '../token/token.ts';
import { judgeKey, type AccompaniedProof } from './judge.ts';
import { takeSnapshot, type KeySnapshot, type SealSnapshot } from './snapshot.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 20);

const rules: RenewalRules = {
  daysBefore: null,
  expired: 'caDecides',
  rekey: 'caDecides',
  inPlace: false,
  oldRevokedAt: 'unknown',
  validity: { rule: 'laterThanOld' },
  successors: [],
  mutableSubject: [],
};

/** A signature is its first byte: that of the issuer's key. */
const verifier: SignatureVerifier = {
  verify: (spki, _algorithm, _message, signature) => signature[0] === spki.at(-1),
};

const keyOf = (seed: number) =>
  ecSpki(
    'EC-P256',
    Uint8Array.from({ length: 65 }, (_, at) => (at === 0 ? 4 : seed)),
  );
const CA_KEY = 100;

interface Wish {
  readonly key: number;
  readonly to?: number;
  readonly from?: number;
  readonly holder?: string;
  readonly ca?: string;
  readonly signedBy?: number;
  readonly use?: 'signing' | 'encryption' | 'ca';
}

const USAGES: Readonly<Record<NonNullable<Wish['use']>, readonly KeyUsageName[]>> = {
  signing: ['digitalSignature'],
  encryption: ['keyEncipherment'],
  ca: ['keyCertSign'],
};

async function certificate({
  key,
  from = -1,
  to = 377,
  holder = '甲',
  ca = 'CA',
  signedBy = CA_KEY,
  use = 'signing',
}: Wish) {
  return buildCertificate(
    {
      serial: `40${key.toString(16).padStart(2, '0')}${String(Math.abs(to)).padStart(4, '0')}`,
      issuer: subjectOf({ commonName: ca }),
      subject: subjectOf({ commonName: holder }),
      ...{ notBefore: NOW + from * DAY, notAfter: NOW + to * DAY, spki: keyOf(key) },
      ...(use === 'ca' ? { ca: { pathLength: 0 } } : {}),
      keyUsage: USAGES[use],
    },
    { algorithm: 'ECDSA-SHA256', sign: async () => Uint8Array.of(signedBy) },
  );
}

/** A container whose key is there, unless another one or none is asked for. */
async function container(
  id: string,
  wish: Wish,
  keys: readonly number[] = [wish.key],
): Promise<KeyContainer> {
  return {
    id,
    label: 'pair',
    keys: keys.map((seed) => ({
      use: 'both',
      algorithm: 'EC-P256',
      publicKey: keyOf(seed),
      hasPrivateKey: true,
    })),
    certificates: [{ use: null, der: await certificate(wish) }],
  };
}

async function parsed(wish: Wish) {
  const read = parseCertificate(await certificate(wish));
  if (!read.ok) throw new Error(read.error.code);
  return read.value;
}

const root = await certificate({ key: CA_KEY, holder: 'CA', use: 'ca', from: -900, to: 900 });
const parsedRoot = await parsed({ key: CA_KEY, holder: 'CA', use: 'ca', from: -900, to: 900 });
const rootContainer: KeyContainer = {
  id: 'ca',
  label: '',
  keys: [],
  certificates: [{ use: null, der: root }],
};
const old = await container('01', { key: 1, from: -353, to: 12 });
const oldPair = await container('01e', { key: 2, from: -353, to: 12, use: 'encryption' });
const fresh = await container('02', { key: 3 });

const snapshot = (
  containers: readonly KeyContainer[],
  seals: readonly SealSnapshot[] = [],
  otherObjects: readonly string[] = [],
) => takeSnapshot(containers, { seals, otherObjects }, NOW);

const renewed = (() => {
  const parsed = parseCertificate(old.certificates[0]?.der ?? new Uint8Array());
  return parsed.ok ? parsed.value.sha256 : '';
})();

async function judge(before: KeySnapshot, after: KeySnapshot, change: Partial<AccompaniedProof> = {}) {
  const judgement = await judgeKey(
    {
      ...{ renewed, before, after, opened: after, rules, anchors: [], authorities: [], now: NOW },
      tests: { sign: done, decrypt: null },
      ...change,
    },
    verifier,
  );
  const told = judgement.steps.flatMap(({ step, status, problem }) =>
    problem === null ? [] : [`${step} ${status} ${problem.code}`],
  );
  return { verdict: judgement.verdict, told };
}

const before = snapshot([old, rootContainer]);
const dual = snapshot([old, oldPair, rootContainer]);

const seal = (signers: readonly string[]): SealSnapshot => ({
  ...{ object: 'SEAL', id: 's1', name: '公章', sha256: renewed, validFrom: NOW - DAY, validTo: NOW + DAY },
  signers,
});

type Case = readonly [
  title: string,
  from: KeySnapshot,
  to: KeySnapshot,
  verdict: string,
  told: readonly string[],
];

const CASES: readonly Case[] = [
  ['nothing new is waited for', before, before, 'waiting', []],
  [
    'a new key without its certificate is waited for',
    before,
    snapshot([old, rootContainer, { ...fresh, certificates: [] }]),
    'waiting',
    [],
  ],
  ['everything right is renewed', before, snapshot([old, rootContainer, fresh]), 'renewed', []],
  [
    'without the CA’s certificates the chain stays unchecked',
    snapshot([old]),
    snapshot([old, fresh]),
    'incomplete',
    ['signing.chain notChecked signature.chainUnchecked'],
  ],
  [
    'a certificate the CA did not sign is wrong',
    before,
    snapshot([old, rootContainer, await container('02', { key: 3, signedBy: 55 })]),
    'wrong',
    ['signing.chain failed certificate.badSignature'],
  ],
  [
    'another issuer is wrong, and its chain unchecked',
    before,
    snapshot([old, rootContainer, await container('02', { key: 3, ca: 'Other CA' })]),
    'wrong',
    ['signing.issuer failed certificate.issuerMismatch', 'signing.chain notChecked signature.chainUnchecked'],
  ],
  [
    'one that ended already is wrong',
    before,
    snapshot([old, rootContainer, await container('02', { key: 3, from: -90, to: -3 })]),
    'wrong',
    ['signing.validity failed certificate.validityMismatch', 'signing.chain failed certificate.expired'],
  ],
  [
    'one that lasts no longer than the old one is wrong',
    before,
    snapshot([old, rootContainer, await container('02', { key: 3, to: 10 })]),
    'wrong',
    ['signing.validity failed certificate.validityMismatch'],
  ],
  [
    'one that lies beside another key is wrong',
    before,
    snapshot([old, rootContainer, await container('02', { key: 3 }, [4])]),
    'wrong',
    ['signing.key failed certificate.keyMismatch'],
  ],
  [
    'the encryption certificate missing is wrong',
    dual,
    snapshot([old, oldPair, rootContainer, fresh]),
    'wrong',
    ['encryption.present failed certificate.missing'],
  ],
  [
    'both of a pair are renewed, each in its place',
    dual,
    snapshot([old, oldPair, rootContainer, fresh, await container('02e', { key: 5, use: 'encryption' })]),
    'renewed',
    [],
  ],
  [
    'an encryption certificate of another holder is wrong',
    dual,
    snapshot([
      ...[old, oldPair, rootContainer],
      {
        ...fresh,
        certificates: [
          ...fresh.certificates,
          { use: null, der: await certificate({ key: 3, use: 'encryption', holder: '乙' }) },
        ],
      },
    ]),
    'wrong',
    ['encryption.subject failed certificate.subjectMismatch'],
  ],
  [
    'a seal that is gone is wrong',
    snapshot([old, rootContainer], [seal([renewed])]),
    snapshot([old, rootContainer, fresh]),
    'wrong',
    ['seal failed seal.removed'],
  ],
  [
    'a data object that may have been a seal is missed too',
    snapshot([old, rootContainer], [], ['ESEAL']),
    snapshot([old, rootContainer, fresh]),
    'wrong',
    ['seal failed seal.removed'],
  ],
  [
    'a seal that does not list the new certificate is told',
    snapshot([old, rootContainer], [seal([renewed])]),
    snapshot([old, rootContainer, fresh], [seal([renewed])]),
    'incomplete',
    ['seal notChecked seal.signerNotListed'],
  ],
  [
    'a CA certificate that the CA puts on the key is no holder’s',
    snapshot([old]),
    snapshot([old, rootContainer]),
    'waiting',
    [],
  ],
];

describe('the judgement of what a CA wrote', () => {
  const table = CASES.map(([title, ...rest]) => ({ title, rest }));
  it.each(table)('$title', async ({ rest: [from, to, verdict, told] }) => {
    expect(await judge(from, to)).toEqual({ verdict, told });
  });

  it('takes the certificate of the holder, whatever else appeared', async () => {
    const foreign = await container('03', { key: 6, holder: '乙', to: 900 });
    const after = snapshot([old, rootContainer, foreign, fresh]);
    expect(await judge(before, after)).toEqual({ verdict: 'renewed', told: [] });
  });

  it('needs a certificate of the CA, from the key or from elsewhere, and takes none of the same name', async () => {
    const bare = [snapshot([old]), snapshot([old, fresh])] as const;
    const between = { ca: 'Root', holder: 'CA', use: 'ca', from: -900, to: 900 } as const;
    const issuer = await parsed({ ...between, key: CA_KEY, signedBy: 55 });
    const namesake = await parsed({ ...between, key: 77, signedBy: 55 });
    const unknown = { verdict: 'incomplete', told: ['signing.chain notChecked signature.chainUnchecked'] };
    const told = [];
    for (const authorities of [[], [parsedRoot], [issuer], [namesake]]) {
      told.push(await judge(...bare, { authorities }));
    }
    const renewed = { verdict: 'renewed', told: [] };
    expect(told).toEqual([unknown, renewed, renewed, unknown]);
    const otherIssuer = await container('02', { key: 3, signedBy: 77 });
    expect(await judge(bare[0], snapshot([old, otherIssuer]), { authorities: [issuer] })).toEqual({
      ...{ verdict: 'wrong', told: ['signing.chain failed certificate.badSignature'] },
    });
  });

  it('goes by the anchors the person named and no others', async () => {
    const anchors = [await parsed({ key: 77, holder: 'Stranger', ca: 'Stranger', use: 'ca' })];
    const after = snapshot([old, rootContainer, fresh]);
    expect(await judge(before, after, { anchors })).toEqual({
      ...{ verdict: 'wrong', told: ['signing.chain failed certificate.untrusted'] },
    });
  });

  it('says what the keys did when they were tried out', async () => {
    const after = snapshot([old, rootContainer, fresh]);
    const failing = { ok: false, error: { code: 'key.decryptionFailed' } } as const;
    const locked = { ok: false, error: { code: 'pin.locked' } } as const;
    expect([
      await judge(before, after, { tests: { sign: done, decrypt: failing } }),
      await judge(before, after, { tests: { sign: locked, decrypt: null } }),
    ]).toEqual([
      { verdict: 'wrong', told: ['test.decrypt failed key.decryptionFailed'] },
      { verdict: 'incomplete', told: ['test.sign notChecked pin.locked'] },
    ]);
  });
});
