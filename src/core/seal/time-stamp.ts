// Time stamp tokens over a signature (RFC 3161, GB/T 20520): CMS around TSTInfo.

import { isMeant } from '../certificate/cms-envelope.ts';
import { parseSignedMessage, verifySigner } from '../certificate/cms-signed.ts';
import { childrenOf, equalBytes, expectTag, malformed, readDer, readOid, TAG } from '../certificate/der.ts';
import { buildChain } from '../certificate/chain.ts';
import { readSealTime } from './seal-time.ts';
import { failed, notChecked, passed, type VerificationStep } from './step.ts';
import { digestNamed, type DigestName, type Verification } from './verification.ts';

interface StampInfo {
  readonly digest: DigestName | null;
  readonly imprint: Uint8Array;
  readonly time: number;
}

export interface StampFinding {
  /** Epoch milliseconds; null: no token, or none that is right. */
  readonly time: number | null;
  readonly steps: readonly VerificationStep[];
}

const STEP = 'timeStamp';
const MAX_INFO_BYTES = 65_536;
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/** `token` null: there is none, which is no step. `stamped`: the bytes the token should be over, in parts. */
export async function verifyTimeStamp(
  token: Uint8Array | null,
  stamped: readonly Uint8Array[],
  verification: Verification,
): Promise<StampFinding> {
  if (token === null) return { time: null, steps: [] };
  const wrong = (reason: string): StampFinding => ({
    time: null,
    steps: [failed(STEP, { code: 'signature.timeStampInvalid', reason })],
  });
  const message = parseSignedMessage(token);
  if (!message.ok) return wrong('form');
  const info = readInfo(message.value.content ?? new Uint8Array(0));
  const [signer, second] = message.value.signers;
  if (info === null || signer === undefined || second !== undefined) return wrong('form');
  if (info.digest === null) return wrong('digest');
  if (!equalBytes(verification.digest(info.digest, stamped), info.imprint)) return wrong('imprint');
  const { trust, verifier } = verification;
  const signed = await verifySigner(message.value, signer, null, trust.certificates, verifier);
  if (!signed.ok) return wrong(signed.error.code);
  const authority = signed.value;
  const isForStamps = authority.extKeyUsage === null || authority.extKeyUsage.includes(TIME_STAMPING);
  if (!isMeant(signer.id, authority) || !isForStamps) return wrong('usage');
  const pool = [...message.value.certificates, ...trust.certificates];
  const options = { now: info.time, accept: 'legacy' } as const;
  const path = await buildChain(authority, pool, trust.anchors, verifier, options);
  const issuer = authority.issuer.display;
  return {
    time: info.time,
    steps: [path.ok ? passed(STEP) : notChecked(STEP, { code: 'signature.timeStampUntrusted', issuer })],
  };
}

/** TSTInfo, RFC 3161 §2.4.2; null when it is none. */
function readInfo(content: Uint8Array): StampInfo | null {
  const reading = readDer(content, MAX_INFO_BYTES, (root): StampInfo => {
    const [, , imprint, , time] = childrenOf(expectTag(root, TAG.sequence, 'time stamp'));
    const [algorithm, value] = childrenOf(expectTag(imprint, TAG.sequence, 'imprint'));
    const [name] = childrenOf(expectTag(algorithm, TAG.sequence, 'digest'));
    if (time?.tag !== TAG.generalizedTime) malformed('time missing');
    return {
      digest: digestNamed(readOid(name)),
      imprint: expectTag(value, TAG.octetString, 'imprint').content,
      time: readSealTime(time).time,
    };
  });
  return reading.ok ? reading.value : null;
}
