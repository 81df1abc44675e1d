// Any file that carries a seal or a signature: decides by content what it is, and judges it.

import { decodeBase64 } from '../certificate/base64.ts';
import { decodePem } from '../certificate/pem.ts';
import { decodeUtf8 } from '../certificate/text.ts';
import type { AppError } from '../errors/codes.ts';
import { verifyOfd, type OfdSignatureReport } from './ofd/verify-ofd.ts';
import { verifyPdf, type PdfSignatureReport } from './pdf/verify-pdf.ts';
import { parseSeal, type ElectronicSeal, type SealVersion } from './seal.ts';
import { parseSealSignature } from './seal-signature.ts';
import { messageKind, withoutPadding } from './signature-kind.ts';
import type { SignatureReport } from './signature-report.ts';
import { signedContent } from './signed-content.ts';
import { failed, passed, verdictOf, type Verdict, type VerificationStep } from './step.ts';
import type { Verification } from './verification.ts';
import { verifyCms } from './verify-cms.ts';
import { verifySeal } from './verify-seal.ts';
import { verifySealSignature } from './verify-seal-signature.ts';

export type FileKind = 'pdf' | 'ofd' | 'seal' | 'sealSignature' | 'cms' | 'unknown';

export interface FileReport {
  readonly kind: FileKind;
  /** Of the first seal; null: no seal. */
  readonly version: SealVersion | null;
  readonly verdict: Verdict;
  /** Those of the file itself; each signature has its own. */
  readonly steps: readonly VerificationStep[];
  readonly signatures: readonly (SignatureReport | OfdSignatureReport | PdfSignatureReport)[];
  /** The seal alone, or that of the first signature with one. */
  readonly seal: ElectronicSeal | null;
}

const MAX_TEXT_BYTES = 8 * 1_048_576;

/**
 * Never throws, whatever the bytes are; what cannot be read is a failed step. `detached`: the content of a
 * signature that does not hold it (CMS, SignedValue.dat). `bytes` must not change meanwhile.
 */
export async function verifyFile(
  bytes: Uint8Array,
  detached: Uint8Array | null,
  verification: Verification,
): Promise<FileReport> {
  if (startsWith(bytes, 'PK')) {
    const judged = await verifyOfd(bytes, verification);
    return judged.ok
      ? report('ofd', [passed('document.format')], judged.value)
      : unreadable('ofd', judged.error);
  }
  if (isPdf(bytes)) return verifyPdfFile(bytes, verification);
  const der = withoutPadding(unwrapText(bytes));
  const content = detached === null ? null : signedContent([detached], verification.digest);
  const kind = messageKind(der);
  if (kind === 'seal') return verifySealFile(der, verification);
  if (kind === 'sealSignature') {
    const parsed = parseSealSignature(der);
    if (!parsed.ok) return unreadable('sealSignature', parsed.error);
    return report(
      'sealSignature',
      [],
      [await verifySealSignature(parsed.value, { content, path: null }, verification)],
    );
  }
  if (kind === 'cms') return report('cms', [], await verifyCms(der, content, null, verification));
  return unreadable('unknown', {
    code: 'document.unsupported',
    reason: 'PDF, OFD, seal or signature expected',
  });
}

async function verifySealFile(der: Uint8Array, verification: Verification): Promise<FileReport> {
  const seal = parseSeal(der);
  if (!seal.ok) return unreadable('seal', seal.error, 'seal.format');
  const steps = await verifySeal(seal.value, verification.at ?? verification.now, verification);
  return { ...report('seal', steps, []), seal: seal.value, version: seal.value.version };
}

async function verifyPdfFile(bytes: Uint8Array, verification: Verification): Promise<FileReport> {
  const judged = await verifyPdf(bytes, verification);
  return judged.ok
    ? report('pdf', judged.value.steps, judged.value.signatures)
    : unreadable('pdf', judged.error);
}

function report(
  kind: FileKind,
  steps: readonly VerificationStep[],
  signatures: FileReport['signatures'],
): FileReport {
  const seal = signatures.find((signature) => signature.seal !== null)?.seal ?? null;
  const verdict = verdictOf([...steps, ...signatures.flatMap((signature) => signature.steps)]);
  return { kind, version: seal?.version ?? null, verdict, steps, signatures, seal };
}

function unreadable(
  kind: FileKind,
  error: AppError,
  step: 'document.format' | 'seal.format' = 'document.format',
): FileReport {
  return report(kind, [failed(step, error)], []);
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Array.from(text).every((character, index) => bytes[index] === character.charCodeAt(0));
}

/** The header may have something before it (ISO 32000-2 Annex H; readers look at the first 1024 bytes). */
function isPdf(bytes: Uint8Array): boolean {
  const limit = Math.min(bytes.length - 5, 1024);
  for (let offset = 0; offset <= limit; offset++)
    if (bytes[offset] === 0x25 && startsWith(bytes.subarray(offset, offset + 5), '%PDF-')) return true;
  return false;
}

/** PEM and bare base64 as DER; anything else as it is. */
function unwrapText(bytes: Uint8Array): Uint8Array {
  const isText =
    bytes.length <= MAX_TEXT_BYTES && (startsWith(bytes, '-----BEGIN') || startsWith(bytes, 'MI'));
  const text = isText ? decodeUtf8(bytes) : null;
  if (text === null) return bytes;
  return decodePem(text)[0]?.der ?? decodeBase64(text) ?? bytes;
}
