// Judges every signature of a PDF by its content: CMS, SES_Signature or a document time stamp, whatever the
// SubFilter says (products disagree). A signature must protect the whole file up to the end of its revision;
// what came later is examined object by object.

import { ok, type Result } from '../../errors/result.ts';
import { parseSealSignature } from '../seal-signature.ts';
import { messageKind, withoutPadding } from '../signature-kind.ts';
import type { SignatureReport } from '../signature-report.ts';
import { signedContent, type SignedContent } from '../signed-content.ts';
import { failed, notChecked, passed, type VerificationStep } from '../step.ts';
import { verifyTimeStamp } from '../time-stamp.ts';
import type { Verification } from '../verification.ts';
import { verifyCms } from '../verify-cms.ts';
import { verifySealSignature } from '../verify-seal-signature.ts';
import { openPdf, type PdfDocument, type PdfError } from './pdf-document.ts';
import { allowedChanges } from './certification.ts';
import { compareRevisions } from './revision-changes.ts';
import {
  readPdfDate,
  readSignedRange,
  signatureFields,
  textOf,
  type PdfField,
  type SignedRange,
} from './signature-fields.ts';
import { attemptPdf, isWhite, nameOf, type PdfDict } from './syntax.ts';

export interface PdfSignatureReport extends SignatureReport {
  /** Full name of the field. */
  readonly place: string;
  readonly subFilter: string | null;
  readonly reason: string;
  /** Signatures (by field) and validation data (`DSS`) that came later. */
  readonly addedAfter: readonly string[];
}

export interface PdfReport {
  readonly steps: readonly VerificationStep[];
  readonly signatures: readonly PdfSignatureReport[];
}

const MAX_SIGNATURES = 256;

export async function verifyPdf(
  bytes: Uint8Array,
  verification: Verification,
): Promise<Result<PdfReport, PdfError>> {
  const opened = openPdf(bytes);
  if (!opened.ok) return opened;
  const document = opened.value;
  const fields = attemptPdf(() => signatureFields(document));
  if (!fields.ok) return { ok: false, error: { code: 'document.unreadable', reason: fields.reason } };
  const signed = fields.value.filter(({ signature }) => signature !== null);
  if (signed.length === 0)
    return ok({ steps: [failed('document.format', { code: 'document.unsigned' })], signatures: [] });
  if (signed.length > MAX_SIGNATURES)
    return ok({
      steps: [failed('document.format', { code: 'document.unreadable', reason: 'too many signatures' })],
      signatures: [],
    });
  const signatures: PdfSignatureReport[] = [];
  for (const field of signed) signatures.push(...(await verifyField(document, field, verification)));
  return ok({ steps: [passed('document.format')], signatures });
}

async function verifyField(
  document: PdfDocument,
  field: PdfField,
  verification: Verification,
): Promise<readonly PdfSignatureReport[]> {
  const signature = field.signature ?? field.dict;
  const read = attemptPdf(() => ({
    range: readSignedRange(document, signature),
    subFilter: nameOf(document.entry(signature, 'SubFilter')),
    reason: textOf(document.entry(signature, 'Reason')),
    claimedTime: readPdfDate(document.entry(signature, 'M')),
    isFinal: allowedChanges(document, signature) === 1,
  }));
  if (!read.ok || typeof read.value.range === 'string') {
    const reason = read.ok ? describeRange(read.value.range) : read.reason;
    const steps = [failed('document.byteRange', { code: 'document.byteRange', reason })];
    return [{ ...unread(), steps, place: field.name, subFilter: null, reason: '', addedAfter: [] }];
  }
  const { range, subFilter, reason, claimedTime, isFinal } = read.value;
  const coverage = coverageOf(document, range, isFinal);
  const content = signedContent(
    [document.bytes.subarray(0, range.gapStart), document.bytes.subarray(range.gapEnd, range.end)],
    verification.digest,
  );
  const value = withoutPadding(range.contents.bytes);
  const reports = await verifyValue(
    value,
    { content, claimedTime, isStamp: isStamp(signature, subFilter) },
    verification,
  );
  return reports.map((report) => ({
    ...report,
    steps: [passed('document.byteRange'), ...report.steps, coverage.step],
    place: field.name,
    subFilter,
    reason,
    addedAfter: coverage.added,
  }));
}

function describeRange(range: SignedRange | string): string {
  return typeof range === 'string' ? range : '';
}

function isStamp(signature: PdfDict, subFilter: string | null): boolean {
  return subFilter === 'ETSI.RFC3161' || nameOf(signature.entries.get('Type')) === 'DocTimeStamp';
}

interface Protected {
  readonly content: SignedContent;
  readonly claimedTime: number | null;
  readonly isStamp: boolean;
}

async function verifyValue(
  value: Uint8Array,
  { content, claimedTime, isStamp }: Protected,
  verification: Verification,
): Promise<readonly SignatureReport[]> {
  const kind = messageKind(value);
  if (kind === 'sealSignature') {
    const parsed = parseSealSignature(value);
    return parsed.ok
      ? [await verifySealSignature(parsed.value, { content, path: null }, verification)]
      : [unread(parsed.error.reason)];
  }
  if (kind !== 'cms') return [unread('neither CMS nor SES')];
  if (!isStamp) return verifyCms(value, content, claimedTime, verification);
  const stamp = await verifyTimeStamp(value, [content.whole()], verification);
  return [
    { ...unread(), kind: 'cms', signedAt: stamp.time, steps: [passed('signature.format'), ...stamp.steps] },
  ];
}

function unread(reason = ''): SignatureReport {
  const steps = [failed('signature.format', { code: 'signature.unreadable', reason })];
  return { kind: 'plain', signer: null, signedAt: null, steps, seal: null };
}

/** Does the signature reach to the end, and if not, what is behind it? `isFinal`: it allows no changes at all. */
function coverageOf(
  document: PdfDocument,
  { end }: SignedRange,
  isFinal: boolean,
): { readonly step: VerificationStep; readonly added: readonly string[] } {
  const step = 'document.coverage';
  const changed = (what: string) => ({ step: failed(step, { code: 'document.changed', what }), added: [] });
  if (isBlank(document.bytes, end)) return { step: passed(step), added: [] };
  const older = openPdf(document.bytes.subarray(0, end));
  if (!older.ok)
    return {
      step: failed(step, { code: 'document.partlySigned', what: `${document.bytes.length - end} bytes` }),
      added: [],
    };
  const changes = attemptPdf(() => compareRevisions(older.value, document));
  if (!changes.ok) return changed(changes.reason);
  const { added, forbidden } = changes.value;
  if (forbidden.length > 0) return changed(forbidden.join(', '));
  if (isFinal && added.some((name) => !isHarmless(document, name))) return changed(added.join(', '));
  if (added.length === 0)
    return {
      step: notChecked(step, { code: 'document.extended', what: `${document.bytes.length - end} bytes` }),
      added,
    };
  return { step: passed(step), added };
}

/** Validation data and time stamps change nothing of what was certified. */
function isHarmless(document: PdfDocument, added: string): boolean {
  const field = signatureFields(document).find(({ name }) => name === added);
  const signature = field?.signature ?? null;
  if (signature === null) return added === 'DSS';
  return isStamp(signature, nameOf(document.entry(signature, 'SubFilter')));
}

function isBlank(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at++) if (!isWhite(bytes[at])) return false;
  return true;
}
