import { beforeAll, describe, expect, it } from 'vitest';
import { createWorld, trustOf, type World } from '../../support/seal/people.ts';
import { makePdf, signedPdf } from '../../support/seal/pdf.ts';
import { stepsThat, verify } from '../../support/seal/verification.ts';

const worlds = new Map<string, World>();
const world = (name: string): World => worlds.get(name)!;

beforeAll(async () => {
  for (const algorithm of ['RSA-2048', 'EC-P256', 'EC-P384', 'SM2'] as const)
    worlds.set(algorithm, await createWorld(algorithm));
});

describe('a PDF signed by us', () => {
  it.each([
    ['RSA-2048', 'cms', false],
    ['EC-P256', 'cms', true],
    ['EC-P384', 'cms', false],
    ['SM2', 'cms', true],
    ['SM2', 'seal', false],
    ['RSA-2048', 'seal', true],
  ] as const)('%s as %s is valid (object streams: %s)', async (algorithm, form, objectStreams) => {
    const signed = await signedPdf(await makePdf({ objectStreams }), world(algorithm), { form });
    const report = await verify(signed, trustOf(world(algorithm)));
    expect({
      verdict: report.verdict,
      kind: report.kind,
      not: stepsThat(report, 'notChecked'),
      failed: stepsThat(report, 'failed'),
    }).toEqual({
      verdict: 'valid',
      kind: 'pdf',
      not: [],
      failed: [],
    });
  });

  it('may be signed again, and says what was added', async () => {
    const first = await signedPdf(await makePdf({ objectStreams: true }), world('SM2'), { form: 'seal' });
    const second = await signedPdf(first, world('SM2'));
    const report = await verify(second, trustOf(world('SM2')));
    expect({
      verdict: report.verdict,
      failed: stepsThat(report, 'failed'),
      added: report.signatures.map((signature) => ('addedAfter' in signature ? signature.addedAfter : null)),
    }).toEqual({ verdict: 'valid', failed: [], added: [['Signature2'], []] });
  });
});
