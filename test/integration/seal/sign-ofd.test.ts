import { execFileSync } from 'node:child_process';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { createWorld, trustOf, type World } from '../../support/seal/people.ts';
import { makeOfd, signedOfd } from '../../support/seal/ofd.ts';
import { sealFixture, stepsThat, verify } from '../../support/seal/verification.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld('SM2');
});

describe('an OFD sealed by us', () => {
  it('is valid, with its stamp in millimetres', async () => {
    const report = await verify(await signedOfd(makeOfd(), world), trustOf(world));
    expect({
      verdict: report.verdict,
      failed: stepsThat(report, 'failed'),
      not: stepsThat(report, 'notChecked'),
      stamps: report.signatures.map((signature) => ('stamps' in signature ? signature.stamps : null)),
    }).toEqual({
      verdict: 'valid',
      failed: [],
      not: [],
      stamps: [[{ page: '1', boundary: [120, 200, 40, 40], clip: null }]],
    });
  });

  it('stays valid when it is sealed again', async () => {
    const twice = await signedOfd(await signedOfd(makeOfd(), world), world);
    const report = await verify(twice, trustOf(world));
    expect({
      verdict: report.verdict,
      count: report.signatures.length,
      failed: stepsThat(report, 'failed'),
    }).toEqual({
      verdict: 'valid',
      count: 2,
      failed: [],
    });
  });

  it('may carry the signatures of another product before ours', async () => {
    const report = await verify(await signedOfd(sealFixture('ofdrw/h.ofd'), world), trustOf(world));
    expect({
      places: report.signatures.map((each) => ('place' in each ? each.place : null)),
      last: report.signatures.at(-1)?.steps.filter(({ status }) => status !== 'ok'),
    }).toEqual({
      places: [
        '/Doc_0/Signs/Sign_0/Signature.xml',
        '/Doc_0/Signs/Sign_1/Signature.xml',
        '/Doc_0/Signs/Sign_9/Signature.xml',
      ],
      last: [],
    });
  });

  it('consists of XML that xmllint accepts', async () => {
    const files = unzipSync(await signedOfd(await signedOfd(makeOfd(), world), world));
    const names = Object.keys(files).filter((name) => name.endsWith('.xml'));
    for (const name of names) execFileSync('xmllint', ['--noout', '--nonet', '-'], { input: files[name] });
    expect(names).toHaveLength(6);
  });
});

describe('an OFD of another product', () => {
  it('shows a seal across the edges of its pages as one stamp a page with its strip', async () => {
    const report = await verify(sealFixture('ofdrw/h.ofd'));
    const [first] = report.signatures;
    expect(first !== undefined && 'stamps' in first ? first.stamps.map(({ clip }) => clip) : null).toEqual([
      [0, 0, 8, 40],
      [8, 0, 8, 40],
      [16, 0, 8, 40],
      [24, 0, 8, 40],
      [32, 0, 8, 40],
    ]);
    expect(stepsThat(report, 'notChecked')).toContain('document.references: document.extended');
  });
});
