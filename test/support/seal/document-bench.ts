// What `npm run bench` measures of seals and documents: each task, and the part of it spent in digests and
// signatures, which nobody can save. Runs while it is being imported, because what it measures imports more.

import { createDocumentDigest } from '../../../src/app/adapters/document-digest.ts';
import { createSignatureVerifier } from '../../../src/app/adapters/signature-verifier.ts';
import { signPdf } from '../../../src/core/seal/pdf/sign-pdf.ts';
import type { Digest } from '../../../src/core/seal/verification.ts';
import { verifyFile } from '../../../src/core/seal/verify-file.ts';
import { valueOf } from '../software-key.ts';
import { makeOfd, signedOfd } from './ofd.ts';
import { makePdf, signedPdf } from './pdf.ts';
import { createWorld, SIGNED_AT } from './people.ts';
import { NOW, verification } from './verification.ts';

const MEGABYTE = 1_048_576;

interface Measured {
  /** Milliseconds, the whole and the raw part. */
  readonly wall: number;
  readonly raw: number;
}

interface DocumentTask {
  readonly name: string;
  run(): Promise<Measured>;
}

async function documentTasks(): Promise<readonly DocumentTask[]> {
  const world = await createWorld('SM2');
  const [small, large] = [await makePdf({ ballast: MEGABYTE }), await makePdf({ ballast: 50 * MEGABYTE })];
  const noise = small.slice(0, MEGABYTE);
  const documents = [
    ['verify a v4 seal', world.seal.der],
    ['verify a 1 MB PDF', await signedPdf(small, world, { form: 'seal' })],
    ['verify a 1 MB OFD', await signedOfd(makeOfd({ 'Doc_0/Res/noise.bin': noise }), world)],
  ] as const;
  const trust = { anchors: [world.root.certificate] };
  const seal = { seal: world.seal, place: { page: 0, x: 120, y: 200 } };
  const signing = { form: 'seal', seal, signedAt: SIGNED_AT, reason: null } as const;
  return [
    ...documents.map(([name, bytes]) => ({
      name,
      run: () =>
        measured(async (clocked) => {
          const { verifier, digest } = clocked;
          const report = await verifyFile(bytes, null, {
            ...verification({ ...trust, at: SIGNED_AT }),
            ...{ verifier, digest, now: NOW },
          });
          if (report.verdict !== 'valid') throw new Error(`${name}: ${report.verdict}`);
        }),
    })),
    ...(
      [
        ['sign a 1 MB PDF', small],
        ['sign a 50 MB PDF', large],
      ] as const
    ).map(([name, bytes]) => ({
      name,
      run: () =>
        measured(async ({ digest, time }) => {
          const sign = (message: Uint8Array) => time(() => world.signer.sign(message));
          valueOf(await signPdf(bytes, signing, { ...world.signer, sign }, digest));
        }),
    })),
  ];
}

interface Clocked {
  readonly verifier: ReturnType<typeof createSignatureVerifier>;
  readonly digest: Digest;
  time<T>(work: () => Promise<T>): Promise<T>;
}

async function measured(work: (clocked: Clocked) => Promise<void>): Promise<Measured> {
  const [verifier, plain] = [createSignatureVerifier(), createDocumentDigest()];
  let raw = 0;
  const time: Clocked['time'] = async (inner) => {
    const started = performance.now();
    const value = await inner();
    raw += performance.now() - started;
    return value;
  };
  const digest: Digest = (algorithm, parts) => {
    const started = performance.now();
    const value = plain(algorithm, parts);
    raw += performance.now() - started;
    return value;
  };
  const verify: Clocked['verifier']['verify'] = (...given) => time(async () => verifier.verify(...given));
  const started = performance.now();
  await work({ verifier: { verify }, digest, time });
  return { wall: performance.now() - started, raw };
}

const ROUNDS = 7;

async function inRounds({ name, run }: DocumentTask): Promise<{ name: string; runs: readonly Measured[] }> {
  await run();
  const runs: Measured[] = [];
  for (let round = 0; round < ROUNDS; round += 1) runs.push(await run());
  return { name, runs };
}

export const measurements: Awaited<ReturnType<typeof inRounds>>[] = [];
for (const task of await documentTasks()) measurements.push(await inRounds(task));
