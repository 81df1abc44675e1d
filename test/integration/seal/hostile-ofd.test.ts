// What strangers may put into an OFD. Each row is the smallest change to a valid package.

import { strToU8, strFromU8, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { createWorld, trustOf, type World } from '../../support/seal/people.ts';
import { makeOfd, signedOfd, withFiles } from '../../support/seal/ofd.ts';
import { sealFixture, stepsThat, verify } from '../../support/seal/verification.ts';

const SIGN = 'Doc_0/Signs/Sign_1';
const PAGE = 'Doc_0/Pages/Page_0/Content.xml';
let world: World;
let signed: Uint8Array;

beforeAll(async () => {
  world = await createWorld('SM2');
  signed = await signedOfd(makeOfd(), world);
});

/** The package after text in one of its files was replaced. */
const edited = (name: string, from: string | RegExp, to: string) => () =>
  withFiles(signed, (files) => ({ [name]: strFromU8(files[name]!).replace(from, to) }));

const overwritten = (at: (bytes: Uint8Array) => number, values: readonly number[]) => () => {
  const bytes = signed.slice();
  bytes.set(values, at(bytes));
  return bytes;
};

const directory = (bytes: Uint8Array) => Buffer.from(bytes).indexOf(Buffer.from('PK\x01\x02', 'latin1'));
const end = (bytes: Uint8Array) => Buffer.from(bytes).lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));

describe('a sealed OFD is refused when', () => {
  it.each<[string, () => Uint8Array, string]>([
    [
      'a page was changed',
      () => withFiles(signed, () => ({ [PAGE]: '<a/>' })),
      'document.references: document.changed',
    ],
    [
      'a page was removed',
      () => withFiles(signed, () => ({ [PAGE]: null })),
      'document.references: document.changed',
    ],
    [
      'a page was added that nobody signed',
      () => withFiles(signed, () => ({ 'Doc_0/Pages/Page_1/Content.xml': '<a/>' })),
      'document.coverage: document.partlySigned',
    ],
    [
      'OFD.xml points elsewhere',
      edited('OFD.xml', 'Doc_0/Document.xml', 'Doc_0/Other.xml'),
      'document.references: document.changed',
    ],
    [
      'Signature.xml was changed',
      edited(`${SIGN}/Signature.xml`, '120 200 40 40', '20 20 40 40'),
      'document.content: document.changed',
    ],
    [
      'a reference names a file that is not there',
      edited(`${SIGN}/Signature.xml`, `/${PAGE}`, '/Doc_0/Missing.xml'),
      'document.content: document.changed',
    ],
    [
      'a reference leaves the package',
      edited(`${SIGN}/Signature.xml`, `/${PAGE}`, '/../../etc/passwd'),
      'document.content: document.changed',
    ],
    [
      'a check value is no base64',
      edited(`${SIGN}/Signature.xml`, /<ofd:CheckValue>[^<]*/, '<ofd:CheckValue>***'),
      'document.references: document.changed',
    ],
    [
      'the check method is MD5',
      edited(`${SIGN}/Signature.xml`, '1.2.156.10197.1.401', 'MD5'),
      'document.references: signature.unverifiable',
    ],
    [
      'the seal beside the signature is another one',
      () => withFiles(signed, () => ({ [`${SIGN}/Seal.esl`]: sealFixture('ofdrw/UserV4.esl') })),
      'seal.file: seal.mismatch',
    ],
    [
      'the signature value is missing',
      () => withFiles(signed, () => ({ [`${SIGN}/SignedValue.dat`]: null })),
      'signature.format: signature.unreadable',
    ],
    [
      'the signature value is rubbish',
      () => withFiles(signed, () => ({ [`${SIGN}/SignedValue.dat`]: 'rubbish' })),
      'signature.format: signature.unreadable',
    ],
    [
      'the list names no signature',
      edited('Doc_0/Signs/Signatures.xml', /<ofd:Signature [^>]*>/, ''),
      'document.format: document.unsigned',
    ],
    [
      'the list names a file outside',
      edited('Doc_0/Signs/Signatures.xml', /BaseLoc="[^"]*"/, 'BaseLoc="../../../../x.xml"'),
      'document.format: document.unreadable',
    ],
    [
      'Signature.xml has a document type',
      edited(`${SIGN}/Signature.xml`, '<ofd:Signature ', '<!DOCTYPE a [<!ENTITY b "c">]><ofd:Signature '),
      'document.format: document.unreadable',
    ],
    [
      'Signature.xml reads an entity from a file',
      edited(
        `${SIGN}/Signature.xml`,
        '<ofd:Signature ',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><ofd:Signature ',
      ),
      'document.format: document.unreadable',
    ],
    [
      'Signature.xml uses an undefined entity',
      edited(`${SIGN}/Signature.xml`, '<ofd:SignedInfo>', '<ofd:SignedInfo>&xxe;'),
      'document.format: document.unreadable',
    ],
    [
      'OFD.xml is nested a million times',
      () => withFiles(signed, () => ({ 'OFD.xml': '<a>'.repeat(1_000_000) })),
      'document.format: document.unreadable',
    ],
    [
      'OFD.xml hides its nesting in attributes',
      () => withFiles(signed, () => ({ 'OFD.xml': '<a b="/>">'.repeat(200_000) })),
      'document.format: document.unreadable',
    ],
    ['the package ends early', () => signed.slice(0, -40), 'document.format: document.unreadable'],
    ['its directory is damaged', overwritten(directory, [0]), 'document.format: document.unreadable'],
    [
      'its directory lies outside',
      overwritten((bytes) => end(bytes) + 16, [0xff, 0xff, 0xff, 0x7f]),
      'document.format: document.unreadable',
    ],
    [
      'it says it has more entries',
      overwritten((bytes) => end(bytes) + 8, [0xff, 0xff, 0xff, 0xff]),
      'document.format: document.tooLarge',
    ],
    [
      'an entry says another size',
      overwritten((bytes) => directory(bytes) + 24, [1, 0, 0, 0]),
      'document.format: document.unreadable',
    ],
    [
      'an entry says it is huge',
      overwritten((bytes) => directory(bytes) + 24, [0, 0, 0, 0x70]),
      'document.format: document.tooLarge',
    ],
    [
      'an entry is encrypted',
      overwritten((bytes) => directory(bytes) + 8, [1]),
      'document.format: document.unreadable',
    ],
    [
      'an entry has two names',
      overwritten((bytes) => directory(bytes) + 46, [0x50]),
      'document.format: document.unreadable',
    ],
    [
      'a name leads out of the package',
      () => makeOfd({ '../../evil.sh': strToU8('x') }),
      'document.format: document.unreadable',
    ],
    [
      'a name is absolute twice',
      () => makeOfd({ '//evil': strToU8('x') }),
      'document.format: document.unreadable',
    ],
    [
      'a name has a backslash',
      () => makeOfd({ 'Doc_0\\evil.xml': strToU8('x') }),
      'document.format: document.unreadable',
    ],
    [
      'two names differ in case only',
      () => makeOfd({ 'doc_0/document.xml': strToU8('x') }),
      'document.format: document.unreadable',
    ],
    ['it is no package at all', () => strToU8('PK nothing'), 'document.format: document.unreadable'],
  ])('%s', async (_, make, failure) => {
    const report = await verify(make(), trustOf(world));
    expect(report.verdict).toBe('invalid');
    expect(stepsThat(report, 'failed')).toContain(failure);
  });

  it('an entry unpacks to more than it says (a bomb), without unpacking it', async () => {
    const bomb = zipSync({ 'OFD.xml': [new Uint8Array(100 * 1_048_576), { level: 1 }] });
    const at = directory(bomb) + 24;
    bomb.set([16, 0, 0, 0], at);
    const before = process.memoryUsage().arrayBuffers;
    const report = await verify(bomb);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1_048_576);
    expect(stepsThat(report, 'failed')).toEqual(['document.format: document.unreadable']);
  });
});

describe('two signatures', () => {
  it('a change to the list is not tolerated below a later signature that is itself wrong', async () => {
    const changed = withFiles(sealFixture('ofdrw/h.ofd'), () => ({
      'Doc_0/Signs/Sign_1/SignedValue.dat': 'rubbish',
    }));
    expect(stepsThat(await verify(changed), 'failed')).toEqual([
      'document.references: document.changed',
      'signature.format: signature.unreadable',
    ]);
  });

  it('taking the later one away is seen in the reference of the first', async () => {
    const changed = withFiles(sealFixture('ofdrw/h.ofd'), (files) => ({
      'Doc_0/Signs/Signatures.xml': strFromU8(files['Doc_0/Signs/Signatures.xml']!).replace(
        /<ofd:Signature ID="s007"[^>]*>/,
        '',
      ),
    }));
    expect(stepsThat(await verify(changed), 'failed')).toContain('document.references: document.changed');
  });
});
