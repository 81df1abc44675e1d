// SM2 and SM3 of ours against `openssl speed` in turns: whole messages, identity and SM3 included on both sides.
// Processor time of one operation, not wall time. Our signing also verifies what it made before it answers.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { loadSource } from '../load-source.mjs';

const execute = promisify(execFile);

/** What `openssl speed` signs. */
const MESSAGE = Buffer.alloc(20);
const DIGESTED = Buffer.alloc(16384);
const ROUNDS = 3;
const OURS_MS = 500;

export async function sm2Rows() {
  const ours = await ourOperations();
  for (const operation of ours) microseconds(operation);
  const ratios = ours.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    const theirs = await opensslMicroseconds();
    for (const [index, operation] of ours.entries()) {
      ratios[index].push(microseconds(operation) / theirs[index]);
    }
  }
  const [sign, verify, digest] = ratios.map((list) => list.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]);
  return [
    { name: 'SM2 sign ÷ openssl speed', value: sign, limit: null },
    { name: 'SM2 verify ÷ openssl speed', value: verify, limit: null },
    { name: 'SM3 of 16 KiB ÷ openssl speed', value: digest, limit: null },
  ];
}

async function ourOperations() {
  const { signSm2, isSm2SignatureGenuine } = await loadSource('src/core/certificate/sm2/signature.ts');
  const { generateSm2KeyPair } = await loadSource('src/core/certificate/sm2/sm2.ts');
  const { ecSpki } = await loadSource('src/core/certificate/spki.ts');
  const { sm3 } = await loadSource('src/core/certificate/sm2/sm3.ts');
  const { privateKey, publicKey } = generateSm2KeyPair(randomBytes);
  const spki = ecSpki('SM2', publicKey);
  const signature = signSm2(MESSAGE, privateKey, randomBytes);
  if (!isSm2SignatureGenuine(spki, MESSAGE, signature)) throw new Error('our own signature is refused');
  return [
    () => signSm2(MESSAGE, privateKey, randomBytes),
    () => isSm2SignatureGenuine(spki, MESSAGE, signature),
    () => sm3(DIGESTED),
  ];
}

/** Processor time of one run, among as many as fit. */
function microseconds(operation) {
  const before = process.cpuUsage();
  const end = performance.now() + OURS_MS;
  let count = 0;
  for (; performance.now() < end; count += 1) operation();
  return process.cpuUsage(before).user / count;
}

/** Sign, verify, digest. */
async function opensslMicroseconds() {
  const speed = async (...args) =>
    (await execute('openssl', ['speed', '-mr', '-seconds', '1', ...args])).stdout;
  const [, sign, verify] = /:CurveSM2:([\d.]+):([\d.]+)$/m.exec(await speed('sm2'));
  const [, bytes] = /^\+F:\d+:sm3:([\d.]+)$/m.exec(
    await speed('-bytes', String(DIGESTED.length), '-evp', 'sm3'),
  );
  return [1e6 / sign, 1e6 / verify, (1e6 * DIGESTED.length) / bytes];
}
