// Throws mutated seals and documents at the verifier. What must hold, whatever the bytes are: an answer and no
// throw, within a time, and a signature that is not refused protects exactly the bytes it protected before.

import { openZip } from '../../../src/core/seal/ofd/zip.ts';
import { findSeals } from '../../../src/core/seal/find-seals.ts';
import { findPage } from '../../../src/core/seal/pdf/page-geometry.ts';
import { openPdf } from '../../../src/core/seal/pdf/pdf-document.ts';
import { attemptPdf } from '../../../src/core/seal/pdf/syntax.ts';
import { decodeRaster } from '../../../src/core/seal/raster.ts';
import { readSealObject } from '../../../src/core/seal/seal-object.ts';
import { readTimeText } from '../../../src/core/seal/seal-time.ts';
import { strFromU8, unzipSync, zipSync } from 'fflate';
import { createWorld, sealPicture, SIGNED_AT, trustOf, type World } from './people.ts';
import { makeOfd, signedOfd } from './ofd.ts';
import { makePdf, signedPdf } from './pdf.ts';
import { allSteps, sealFixture, verify } from './verification.ts';

export interface FuzzResult {
  readonly runs: number;
  /** Verdicts that were not `invalid`: the oracle was asked so often. */
  readonly accepted: number;
  readonly slowestMs: number;
}

/** One mutation took longer than this: a hang. */
const LIMIT_MS = 5000;

interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly world: World | null;
  readonly detached: Uint8Array | null;
  /** What must be unchanged when the verdict is not `invalid`, taken from the mutated bytes. */
  protectedPart(bytes: Uint8Array): string;
}

/** Small generator with a seed, so that a failure can be repeated. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

export async function fuzz(milliseconds: number, seed: number): Promise<FuzzResult> {
  const random = createRandom(seed);
  const samples = await createSamples();
  const expected = new Map(samples.map((sample) => [sample, sample.protectedPart(sample.bytes)]));
  const places = new Map(
    samples.map(({ bytes }, index) => [
      samples[index]!,
      { loose: loosePlaces(bytes), parts: partStarts(bytes) },
    ]),
  );
  const end = performance.now() + milliseconds;
  const result = { runs: 0, accepted: 0, slowestMs: 0 };
  while (performance.now() < end) {
    const sample = samples[random(samples.length)]!;
    const mutated = mutate(sample.bytes, places.get(sample)!, random);
    const started = performance.now();
    try {
      const report = await verify(
        mutated,
        sample.world === null ? { at: SIGNED_AT } : trustOf(sample.world),
        sample.detached,
      );
      sideReaders(mutated);
      if (report.verdict !== 'invalid') {
        result.accepted++;
        if (allSteps(report).length === 0) throw new Error('accepted without a step');
        if (sample.protectedPart(mutated) !== expected.get(sample))
          throw new Error('accepted although it was changed');
      }
    } catch (error) {
      throw new Error(
        `${sample.name}, seed ${seed}, run ${result.runs}: ${Buffer.from(mutated).toString('base64').slice(0, 200)}…`,
        { cause: error },
      );
    }
    const took = performance.now() - started;
    result.slowestMs = Math.max(result.slowestMs, took);
    if (took > LIMIT_MS)
      throw new Error(`${sample.name}, seed ${seed}, run ${result.runs}: took ${took.toFixed(0)} ms`);
    result.runs++;
  }
  return result;
}

/** Readers that verification does not reach with every input. */
function sideReaders(bytes: Uint8Array): void {
  findSeals(bytes.subarray(0, 65_536));
  readSealObject(bytes.subarray(0, 65_536));
  decodeRaster(bytes.subarray(bytes.length >> 1));
  readTimeText(Buffer.from(bytes.subarray(0, 20)).toString('latin1'));
  const pdf = openPdf(bytes);
  if (pdf.ok) attemptPdf(() => findPage(pdf.value, 0));
}

async function createSamples(): Promise<readonly Sample[]> {
  const [sm2, ec] = [await createWorld('SM2'), await createWorld('EC-P256')];
  const pdfs: readonly (readonly [string, Uint8Array, World])[] = [
    ['CMS PDF', await signedPdf(await makePdf(), ec), ec],
    ['CMS PDF with object streams', await signedPdf(await makePdf({ objectStreams: true }), sm2), sm2],
    ['SES PDF', await signedPdf(await makePdf(), sm2, { form: 'seal' }), sm2],
  ];
  const ofds: readonly (readonly [string, Uint8Array, World | null])[] = [
    ['OFD', await signedOfd(makeOfd(), sm2), sm2],
    ['OFD in stored form', stored(await signedOfd(makeOfd(), sm2)), sm2],
    ['OFD with two signatures', stored(sealFixture('ofdrw/h.ofd')), null],
    ['OFD with GM CMS', stored(sealFixture('ofdrw-generated/cms-gbt35275.ofd')), null],
  ];
  return [
    ...['UserV1.esl', 'UserV4.esl', 'UserV5.esl', 'SignedValueV4.dat'].map((name) =>
      plainSample(name, sealFixture(`ofdrw/${name}`)),
    ),
    { ...plainSample('picture', sealPicture()), protectedPart: () => '' },
    ...pdfs.map(([name, bytes, world]) => ({
      name,
      bytes,
      world,
      detached: null,
      protectedPart: pdfPart(bytes),
    })),
    ...ofds.map(([name, bytes, world]) => ({ name, bytes, world, detached: null, protectedPart: ofdPart })),
  ];
}

/** Seals and signatures by themselves: all bytes but the parts that nobody signs. */
function plainSample(name: string, bytes: Uint8Array): Sample {
  return { name, bytes, world: null, detached: null, protectedPart: (mutated) => signedPartOf(mutated) };
}

/** The seal information: what the maker signed is the first element in each form. */
function signedPartOf(bytes: Uint8Array): string {
  const [seal] = findSeals(bytes);
  return seal === undefined ? '' : Buffer.from(seal.signedByMaker).toString('base64');
}

/** Everything but the room for the value. */
function pdfPart(original: Uint8Array): (bytes: Uint8Array) => string {
  const text = Buffer.from(original).toString('latin1');
  const [, first = '0', second = '0', rest = '0'] = /\/ByteRange \[0 (\d+) (\d+) (\d+)/.exec(text) ?? [];
  const end = Number(second) + Number(rest);
  return (bytes) => {
    const latin = Buffer.from(bytes).toString('latin1');
    return latin.slice(0, Number(first)) + latin.slice(Number(second), end);
  };
}

/** Contents of all files but the list of signatures, which a later one changes, and the signature values. */
function ofdPart(bytes: Uint8Array): string {
  const zip = openZip(bytes);
  if (!zip.ok) return 'no ZIP';
  return zip.value.names
    .filter((name) => !/Signatures\.xml$|SignedValue\.dat$/.test(name))
    .toSorted()
    .map((name) => {
      const content = zip.value.read(name);
      return `${name}:${content.ok ? strFromU8(content.value, true) : content.error.code}`;
    })
    .join('\n');
}

/** Without compression, so that mutations reach the files. */
function stored(bytes: Uint8Array): Uint8Array {
  return zipSync(unzipSync(bytes), { level: 0 });
}

const INTERESTING = [
  0, 1, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff, 0x30, 0x31, 0xa0, 0x3c, 0x3e, 0x2f, 0x28, 0x20,
];

/**
 * Where no signature looks, so that many mutations are accepted and the oracle is asked: the room behind a value
 * in a PDF, the headers of a ZIP, the end of a DER file.
 */
function loosePlaces(bytes: Uint8Array): readonly number[] {
  const text = Buffer.from(bytes).toString('latin1');
  const zeros = [...text.matchAll(/0{200,}/g)].flatMap(({ index, 0: run }) =>
    Array.from({ length: 50 }, (_, step) => index + Math.floor((run.length * step) / 50)),
  );
  const headers = [...text.matchAll(/PK[^ -~]{2}/g)].flatMap(({ index }) =>
    Array.from({ length: 30 }, (_, step) => index + 4 + step),
  );
  const tail = Array.from({ length: 80 }, (_, step) => bytes.length - 1 - step);
  return [...zeros, ...headers, ...tail];
}

/** Where files of a ZIP and objects of a PDF begin: small ones are hit as often as large ones. */
function partStarts(bytes: Uint8Array): readonly number[] {
  const text = Buffer.from(bytes).toString('latin1');
  const starts = [...text.matchAll(/PK[^ -~]{2}|\d+ 0 obj/g)].map(({ index }) => index);
  return [0, ...starts, bytes.length];
}

interface Places {
  readonly loose: readonly number[];
  readonly parts: readonly number[];
}

function mutate(bytes: Uint8Array, { loose, parts }: Places, random: (below: number) => number): Uint8Array {
  let mutated: Uint8Array = bytes.slice();
  const isLoose = random(3) === 0;
  const part = random(parts.length - 1);
  const [from = 0, to = 1] = parts.slice(part, part + 2);
  const changes = 1 + random(isLoose ? 2 : 4);
  for (let count = 0; count < changes && mutated.length > 0; count++) {
    const place = isLoose ? (loose[random(loose.length)] ?? 0) : from + random(Math.max(1, to - from));
    const at = place % mutated.length;
    const kind = random(8);
    if (kind < 3) mutated[at] = (mutated[at] ?? 0) ^ (1 << random(8));
    else if (kind < 5) mutated[at] = INTERESTING[random(INTERESTING.length)] ?? 0;
    else if (kind === 5) mutated = mutated.slice(0, at);
    else if (kind === 6)
      mutated = spliced(mutated, at, mutated.slice(random(mutated.length)).subarray(0, random(64)));
    else mutated.fill(mutated[random(mutated.length)] ?? 0, at, at + random(32));
  }
  return mutated;
}

function spliced(bytes: Uint8Array, at: number, piece: Uint8Array): Uint8Array {
  const longer = new Uint8Array(bytes.length + piece.length);
  longer.set(bytes.subarray(0, at));
  longer.set(piece, at);
  longer.set(bytes.subarray(at), at + piece.length);
  return longer;
}
