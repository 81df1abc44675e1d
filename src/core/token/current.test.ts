import { describe, expect, it } from 'vitest';
import { buildCertificate } from '../certificate/build-certificate.ts';
import { parseCertificate } from '../certificate/certificate.ts';
import { subjectOf } from '../certificate/names.ts';
import { ecSpki } from '../certificate/spki.ts';
import { classifyContainers, type SuccessorRule } from './current.ts';
import type { KeyAlgorithm, KeyContainer, KeyUse } from './token.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 20);

interface Written {
  /** Days from now. */
  readonly from: number;
  readonly to: number;
  readonly issuer?: string;
  readonly subject?: string;
  readonly use?: KeyUse;
  readonly curve?: 'EC-P256' | 'SM2';
  readonly hasPrivateKey?: boolean | null;
}

let nextKey = 1;
function newKey(curve: 'EC-P256' | 'SM2'): Uint8Array {
  nextKey += 1;
  return ecSpki(
    curve,
    Uint8Array.from({ length: 65 }, (_, index) => (index === 0 ? 4 : nextKey)),
  );
}

const signer = { algorithm: 'ECDSA-SHA256', sign: async () => Uint8Array.of(1) } as const;

async function container(id: string, ...written: readonly Written[]): Promise<KeyContainer> {
  const parts = await Promise.all(
    written.map(async ({ from, to, issuer = 'CA', subject = '张三', use, curve = 'EC-P256', ...rest }) => {
      const publicKey = newKey(curve);
      const der = await buildCertificate(
        {
          serial: '01',
          issuer: subjectOf({ commonName: issuer }),
          subject: subjectOf({ commonName: subject }),
          notBefore: NOW + from * DAY,
          notAfter: NOW + to * DAY,
          spki: publicKey,
        },
        signer,
      );
      const algorithm: KeyAlgorithm = curve;
      const { hasPrivateKey = true } = rest;
      return {
        der,
        use: use ?? null,
        key: { use: use ?? 'both', algorithm, publicKey, hasPrivateKey },
      } as const;
    }),
  );
  return {
    id,
    label: '',
    keys: parts.map(({ key }) => key),
    certificates: parts.map(({ der, use }) => ({ der, use })),
  };
}

const old = { from: -353, to: 12 };
const fresh = { from: -1, to: 377 };
const ended = { from: -400, to: -10 };
const anySuccessor: SuccessorRule = () => true;

type Case = readonly [
  title: string,
  containers: readonly (readonly Written[])[],
  states: readonly string[],
  isSuccessor?: SuccessorRule,
];

const CASES: readonly Case[] = [
  ['the only certificate is in use', [[old]], ['current']],
  ['the newer of two is in use, whatever their order', [[fresh], [old]], ['current', 'history']],
  ['an expired one alone is the one to renew', [[ended]], ['current']],
  [
    'the newest of expired ones is the one to renew',
    [[{ ...ended, from: -800 }], [ended]],
    ['history', 'current'],
  ],
  [
    'a valid one takes the place of an expired one that began later',
    [[old], [{ from: -20, to: -1 }]],
    ['current', 'history'],
  ],
  ['one that begins tomorrow waits', [[old], [{ from: 1, to: 400 }]], ['current', 'pending']],
  ['one that begins tomorrow waits also when it is alone', [[{ from: 1, to: 400 }]], ['pending']],
  [
    'a newer one without its key changes nothing',
    [[old], [{ ...fresh, hasPrivateKey: false }]],
    ['current', 'history'],
  ],
  [
    'one whose key may be there before login counts',
    [[old], [{ ...fresh, hasPrivateKey: null }]],
    ['history', 'current'],
  ],
  ['two of the same instant have one in use', [[old], [old]], ['history', 'current']],
  ['two holders are two', [[old], [{ ...fresh, subject: '李四' }]], ['current', 'current']],
  ['two issuers are two', [[old], [{ ...fresh, issuer: 'CA 2' }]], ['current', 'current']],
  [
    'a successor issuer is one',
    [[old], [{ ...fresh, issuer: 'CA 2' }]],
    ['history', 'current'],
    anySuccessor,
  ],
  ['SM2 and EC are two', [[old], [{ ...fresh, curve: 'SM2' }]], ['current', 'current'], anySuccessor],
  [
    'signing and encryption are two, and a container with one in use is in use',
    [
      [
        { ...old, use: 'signing' },
        { ...old, use: 'encryption' },
      ],
      [{ ...fresh, use: 'encryption' }],
    ],
    ['current', 'current'],
  ],
  ['a key without a certificate waits', [[old], []], ['current', 'pending']],
];

function classify(containers: readonly KeyContainer[], isSuccessor: SuccessorRule = () => false) {
  return classifyContainers(containers, NOW, { isSuccessor, readCertificate: parseCertificate });
}

describe('the certificate in use', () => {
  const table = CASES.map(([title, ...rest]) => ({ title, rest }));

  it.each(table)('$title', async ({ rest: [written, states, isSuccessor] }) => {
    const containers = await Promise.all(written.map((parts, index) => container(String(index), ...parts)));
    const classified = classify(containers, isSuccessor);
    expect(classified.map(({ state }) => state)).toEqual(states);
  });

  it('tells signing and encryption of one container apart', async () => {
    const pair = await container('a', { ...old, use: 'signing' }, { ...old, use: 'encryption' });
    const newer = await container('b', { ...fresh, use: 'encryption' });
    const [first] = classify([pair, newer]);
    expect(first?.certificates.map(({ use, state }) => [use, state])).toEqual([
      ['signing', 'current'],
      ['encryption', 'history'],
    ]);
  });

  it('knows no key when the container holds another one', async () => {
    const [a, b] = [await container('a', old), await container('b', old)];
    const [mixed] = classify([{ ...a, keys: b.keys }]);
    expect(mixed?.certificates.map(({ state, hasPrivateKey }) => [state, hasPrivateKey])).toEqual([
      ['history', false],
    ]);
  });

  it('leaves room for a key whose public half the driver does not show', async () => {
    const a = await container('a', old);
    const keys = [{ use: 'both', algorithm: null, publicKey: null, hasPrivateKey: true }] as const;
    const [shown] = classify([{ ...a, keys }]);
    expect(shown?.certificates.map(({ state, hasPrivateKey }) => [state, hasPrivateKey])).toEqual([
      ['current', null],
    ]);
  });

  it('says of a certificate that cannot be read why', async () => {
    const rubbish = { use: null, der: Uint8Array.of(1, 2, 3) };
    const [shown] = classify([{ id: 'a', label: '', keys: [], certificates: [rubbish] }]);
    expect(shown).toMatchObject({ state: 'history', certificates: [] });
    expect(shown?.unparsable).toHaveLength(1);
  });
});
