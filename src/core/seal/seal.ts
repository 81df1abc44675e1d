// Electronic seals as plain values: SESeal of GM/T 0031-2014 (version 1), GB/T 38540-2020 (4) and
// GM/T 0031-2025 (5), with what products write differently. Reads form only; verify-seal.ts judges. Signed parts
// are views of the original bytes: nothing is ever encoded again for checking.

import { readSignatureAlgorithm } from '../certificate/algorithms.ts';
import {
  childrenOf,
  expectTag,
  malformed,
  readBits,
  readDer,
  readOid,
  readSmallInteger,
  sequence,
  TAG,
  type DerElement,
} from '../certificate/der.ts';
import type { SignatureAlgorithm } from '../certificate/signature-verifier.ts';
import { decodeString } from '../certificate/text.ts';
import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import { readPicture, type PictureFacts } from './seal-picture.ts';
import { readSealTime, type SealTime } from './seal-time.ts';

export type SealVersion = 1 | 4 | 5;

/** Who may sign with the seal. `names`: one vendor writes identifiers instead of certificates (version 1). */
export type SealSigners =
  | { readonly kind: 'certificates'; readonly certificates: readonly Uint8Array[] }
  | { readonly kind: 'digests'; readonly digests: readonly SealDigest[] }
  | { readonly kind: 'names'; readonly names: readonly string[] };

export interface SealDigest {
  /** `SM3`, an object identifier or whatever the product wrote. */
  readonly algorithm: string;
  readonly value: Uint8Array;
}

export interface SealPicture extends PictureFacts {
  /** As written: png, PNG, GIF, ofd … */
  readonly declaredType: string;
  readonly data: Uint8Array;
  /** Millimetres. */
  readonly width: number;
  readonly height: number;
}

/** A named signature over parts of the seal or of a document. */
export interface PlainSignature {
  /** DER certificate. */
  readonly certificate: Uint8Array;
  /** null: unknown; `algorithmOid` names it. */
  readonly algorithm: SignatureAlgorithm | null;
  readonly algorithmOid: string;
  readonly value: Uint8Array;
}

export interface ElectronicSeal {
  readonly der: Uint8Array;
  readonly version: SealVersion;
  readonly vendor: string;
  readonly id: string;
  /** 1 organisation, 2 person; products write others too. */
  readonly type: number;
  readonly name: string;
  readonly signers: SealSigners;
  readonly created: SealTime;
  readonly validFrom: SealTime;
  readonly validTo: SealTime;
  readonly picture: SealPicture;
  readonly maker: PlainSignature;
  /** The bytes the maker signed. */
  readonly signedByMaker: Uint8Array;
}

/** Largest seal that is read, in bytes. */
export const MAX_SEAL_BYTES = 4 * 1_048_576;
const MAX_SIGNERS = 1024;

/** Keeps views of `der`; the caller does not change it afterwards. */
export function parseSeal(der: Uint8Array): Result<ElectronicSeal, AppError<'seal.unreadable'>> {
  const reading = readDer(der, MAX_SEAL_BYTES, readSeal);
  return reading.ok ? ok(reading.value) : err({ code: 'seal.unreadable', reason: reading.reason });
}

/** For use inside a DER reading. */
export function readSeal(root: DerElement | undefined): ElectronicSeal {
  const members = childrenOf(expectTag(root, TAG.sequence, 'seal'));
  const info = expectTag(members[0], TAG.sequence, 'seal information');
  const isFirstForm = members.length === 2;
  if (!isFirstForm && members.length !== 4 && members.length !== 5) malformed('seal of an unknown form');
  const signature = isFirstForm ? childrenOf(expectTag(members[1], TAG.sequence, 'maker')) : members.slice(1);
  const [certificate, algorithm, value] = signature;
  const maker = readPlainSignature(certificate, algorithm, value);
  return {
    der: root?.bytes ?? info.bytes,
    ...readInformation(info, isFirstForm, members.length === 5),
    maker,
    signedByMaker: isFirstForm
      ? sequence(info.bytes, certificate?.bytes ?? info.bytes, algorithm?.bytes ?? info.bytes)
      : info.bytes,
  };
}

/** Certificate, algorithm (a bare identifier, or in a SEQUENCE) and value; for use inside a DER reading. */
export function readPlainSignature(
  certificate: DerElement | undefined,
  algorithm: DerElement | undefined,
  value: DerElement | undefined,
): PlainSignature {
  const named = readBareAlgorithm(algorithm);
  return {
    certificate: expectTag(certificate, TAG.octetString, 'certificate').content,
    algorithm: named.algorithm,
    algorithmOid: named.oid,
    value: readBits(value),
  };
}

/** SM2 with SM3 under each of the identifiers that products write. */
const SM2_NAMES = new Set(['1.2.156.10197.1.501', '1.2.156.10197.1.301.1', '1.2.156.10197.1.301']);

function readBareAlgorithm(element: DerElement | undefined) {
  const isBare = element?.tag === TAG.oid;
  const name = readOid(isBare ? element : childrenOf(expectTag(element, TAG.sequence, 'algorithm'))[0]);
  if (SM2_NAMES.has(name)) return { algorithm: 'SM2-SM3', oid: name } as const;
  return isBare
    ? readSignatureAlgorithm({ tag: TAG.sequence, bytes: element.bytes, content: element.bytes })
    : readSignatureAlgorithm(element);
}

function readInformation(info: DerElement, isFirstForm: boolean, hasTimeStampPlace: boolean) {
  const [header, id, property, picture] = childrenOf(info);
  const [mark, version, vendor] = childrenOf(expectTag(header, TAG.sequence, 'header'));
  if (readText(mark) !== 'ES') malformed('no seal: header mark missing');
  const number = readSmallInteger(version);
  const named: SealVersion = isFirstForm ? 1 : number === 5 || hasTimeStampPlace ? 5 : 4;
  return {
    version: named,
    vendor: readText(vendor),
    id: readText(id),
    ...readProperty(childrenOf(expectTag(property, TAG.sequence, 'property'))),
    picture: readSealPicture(childrenOf(expectTag(picture, TAG.sequence, 'picture'))),
  };
}

function readProperty(members: readonly DerElement[]) {
  const [type, name, ...rest] = members;
  const kind = rest[0]?.tag === TAG.integer ? readSmallInteger(rest[0]) : null;
  const [list, created, validFrom, validTo] = kind === null ? rest : rest.slice(1);
  return {
    type: readSmallInteger(type),
    name: readText(name),
    signers: readSigners(childrenOf(expectTag(list, TAG.sequence, 'certificate list'))),
    created: readSealTime(created),
    validFrom: readSealTime(validFrom),
    validTo: readSealTime(validTo),
  };
}

/** By what the entries are: the list type before them is not always right. */
function readSigners(entries: readonly DerElement[]): SealSigners {
  if (entries.length > MAX_SIGNERS) malformed('too many signers');
  if (entries.every(({ tag }) => tag === TAG.octetString))
    return { kind: 'certificates', certificates: entries.map(({ content }) => content) };
  if (entries.every(({ tag }) => tag === TAG.sequence))
    return { kind: 'digests', digests: entries.map(readDigest) };
  return { kind: 'names', names: entries.map(readText) };
}

function readDigest(entry: DerElement): SealDigest {
  const [algorithm, value] = childrenOf(entry);
  return {
    algorithm: algorithm?.tag === TAG.oid ? readOid(algorithm) : readText(algorithm),
    value: expectTag(value, TAG.octetString, 'digest').content,
  };
}

function readSealPicture(members: readonly DerElement[]): SealPicture {
  const [type, data, width, height] = members;
  const { content } = expectTag(data, TAG.octetString, 'picture data');
  return {
    ...readPicture(content),
    declaredType: readText(type),
    data: content,
    width: readSmallInteger(width),
    height: readSmallInteger(height),
  };
}

export function readText(element: DerElement | undefined): string {
  if (element === undefined) return malformed('text missing');
  return decodeString(element.tag, element.content) ?? malformed('text of an unknown type');
}
