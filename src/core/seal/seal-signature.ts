// SES_Signature, the signature of a sealed document (GM/T 0031-2014 §6, GB/T 38540-2020 §6, GM/T 0031-2025).
// Reads form only; verify-seal-signature.ts judges.

import {
  childrenOf,
  contextTag,
  expectTag,
  malformed,
  readBits,
  readDer,
  TAG,
  type DerElement,
} from '../certificate/der.ts';
import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import { readPlainSignature, readSeal, readText, type ElectronicSeal, type PlainSignature } from './seal.ts';
import { readSealTime, readTimeInfo, type SealTime } from './seal-time.ts';

export interface SealSignature extends PlainSignature {
  readonly seal: ElectronicSeal;
  /** TBS_Sign, original bytes: what the signer signed. */
  readonly signed: Uint8Array;
  /** null: the time is inside a time stamp. */
  readonly time: SealTime | null;
  readonly dataHash: Uint8Array;
  /** What was signed: an absolute path in an OFD, free text elsewhere. */
  readonly propertyInfo: string;
  /** Token over the signature value, DER. */
  readonly timeStamp: Uint8Array | null;
}

/** Largest signature that is read, in bytes. */
export const MAX_SEAL_SIGNATURE_BYTES = 8 * 1_048_576;

/** Keeps views of `der`; the caller does not change it afterwards. */
export function parseSealSignature(der: Uint8Array): Result<SealSignature, AppError<'signature.unreadable'>> {
  const reading = readDer(der, MAX_SEAL_SIGNATURE_BYTES, readSignature);
  return reading.ok ? ok(reading.value) : err({ code: 'signature.unreadable', reason: reading.reason });
}

/** Whether this is the signature rather than the seal alone: its first part begins with a number, not a header. */
export function looksLikeSealSignature(der: Uint8Array): boolean {
  const reading = readDer(der, MAX_SEAL_SIGNATURE_BYTES, (root) => {
    const [signed] = childrenOf(expectTag(root, TAG.sequence, 'signature'));
    return childrenOf(expectTag(signed, TAG.sequence, 'signed part'))[0]?.tag === TAG.integer;
  });
  return reading.ok && reading.value;
}

function readSignature(root: DerElement): SealSignature {
  const members = childrenOf(expectTag(root, TAG.sequence, 'signature'));
  const signed = expectTag(members[0], TAG.sequence, 'signed part');
  const [version, seal, timeInfo, dataHash, propertyInfo, ...rest] = childrenOf(signed);
  expectTag(version, TAG.integer, 'version');
  const isFirstForm = members.length === 2;
  const [certificate, algorithm] = isFirstForm ? rest : members.slice(1, 3);
  const value = isFirstForm ? members[1] : members[3];
  const stamp = isFirstForm ? undefined : members[4];
  if (members.length > 5) malformed('more than five parts');
  const timeBits = timeInfo?.tag === TAG.bitString ? readBits(timeInfo) : null;
  const time = timeBits === null ? readSealTime(timeInfo) : readTimeInfo(timeBits);
  return {
    ...readPlainSignature(certificate, algorithm, value),
    seal: readSeal(seal),
    signed: signed.bytes,
    time,
    dataHash: readBits(dataHash),
    propertyInfo: readText(propertyInfo),
    timeStamp: stamp === undefined ? (time === null ? timeBits : null) : readStamp(stamp),
  };
}

function readStamp(element: DerElement): Uint8Array {
  const [bits] = childrenOf(expectTag(element, contextTag(0, true), 'time stamp'));
  return readBits(bits);
}
