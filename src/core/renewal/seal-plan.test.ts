import { describe, expect, it } from 'vitest';
import { answer, names, newWorld, play, request, runToEnd } from '../../../test/support/renewal-world.ts';
import { planSeal, type KeySeals, type SealFacts, type SealOffer, type SealPlan } from './seal-plan.ts';
import { phaseOf, startRenewal, stepRenewal } from './step.ts';

const seal: SealFacts = { object: 'ES1', name: '公章', maker: '制章者', listsOld: true, isWritable: true };
const offer: SealOffer = { name: '公章', maker: '本机构', object: 'SEAL' };
const none: KeySeals = { seals: [], others: [] };

const elsewhere = {
  kind: 'elsewhere',
  name: '公章',
  maker: '制章者',
  object: null,
  replaces: false,
} as const;

describe('before payment it is told what becomes of the seal', () => {
  it.each<[string, KeySeals, SealOffer | null, ReturnType<typeof planSeal>]>([
    [
      'made again by the CA, over the one that is there',
      { ...none, seals: [seal] },
      offer,
      { kind: 'thisOrder', name: '公章', maker: '本机构', object: 'ES1', replaces: true },
    ],
    [
      'made by the CA where there is none',
      none,
      offer,
      { kind: 'thisOrder', name: '公章', maker: '本机构', object: 'SEAL', replaces: false },
    ],
    ['made again by its maker', { ...none, seals: [seal] }, null, elsewhere],
    [
      'not written into an unknown form',
      { ...none, seals: [{ ...seal, isWritable: false }] },
      offer,
      elsewhere,
    ],
    [
      'not written over one of another name',
      { ...none, seals: [seal] },
      { ...offer, name: '合同章' },
      elsewhere,
    ],
    ['not written where two seals are meant', { ...none, seals: [seal, seal] }, offer, elsewhere],
    [
      'not written over a seal of another certificate',
      { ...none, seals: [{ ...seal, listsOld: false }] },
      offer,
      elsewhere,
    ],
    [
      'unknown where data cannot be read, and never none',
      { ...none, others: ['odd'] },
      null,
      { kind: 'unrecognised', name: null, maker: null, object: null, replaces: false },
    ],
    [
      'no matter without any',
      none,
      null,
      { kind: 'none', name: null, maker: null, object: null, replaces: false },
    ],
  ])('%s', (_title, on, from, plan) => {
    expect(planSeal(on, from)).toEqual(plan);
  });
});

describe('a renewal with a seal', () => {
  const plan: SealPlan = {
    ...{ kind: 'thisOrder', name: '公章', maker: '本机构', object: 'ES1', replaces: true },
  };

  it('keeps the old seal and writes the new one after the certificate is confirmed', () => {
    const { step, commands } = runToEnd(newWorld({ seal: plan }), startRenewal(request()));
    expect(names(commands).slice(-5)).toEqual([
      'testKey',
      'confirm',
      'keepSeal',
      'writeSeal',
      'readOldStatus',
    ]);
    expect(phaseOf(step)).toBe('done');
  });

  it('is finished with the old seal where the new one is refused', () => {
    const world = newWorld({ seal: plan });
    const refused = { type: 'sealRefused', error: { code: 'token.full' } } as const;
    let step = startRenewal(request());
    while (step[1] !== undefined)
      step = step[1].do === 'writeSeal' ? stepRenewal(step[0], refused) : play(answer(step[1], world), step);
    expect(step[0]).toMatchObject({ finished: true, sealWritten: false, sealRefused: refused.error });
  });
});
