// Judges a signed OFD: every signature over its Signature.xml, every reference in it, and what it leaves out.
// Adding a signature legitimately changes the list of signatures and OFD.xml, so a changed reference to one of
// these two is reported and not fatal, but only below a later signature that holds.

import { decodeBase64 } from '../../certificate/base64.ts';
import { equalBytes } from '../../certificate/der.ts';
import { ok, type Result } from '../../errors/result.ts';
import { chainSteps, SIGNER_STEPS, validityStep } from '../certificate-steps.ts';
import { looksLikeSealSignature, parseSealSignature } from '../seal-signature.ts';
import type { SignatureReport } from '../signature-report.ts';
import { signedContent, type SignedContent } from '../signed-content.ts';
import { failed, notChecked, passed, verdictOf, type VerificationStep } from '../step.ts';
import { digestNamed, type Digest, type DigestName, type Verification } from '../verification.ts';
import { verifyCms } from '../verify-cms.ts';
import { unconfirmed, verifySealSignature, weakStep } from '../verify-seal-signature.ts';
import { decodeSm2Signature } from '../../certificate/sm2/signature.ts';
import { elementLength } from '../find-seals.ts';
import { messageKind } from '../signature-kind.ts';
import {
  OFD_ENTRY,
  readOfd,
  type OfdError,
  type OfdPackage,
  type OfdSignature,
  type OfdStamp,
} from './ofd-package.ts';

export interface OfdSignatureReport extends SignatureReport {
  /** Absolute path of Signature.xml. */
  readonly place: string;
  readonly stamps: readonly OfdStamp[];
}

/** One report per signature, in the order of the document; CMS messages with several signers give several. */
export async function verifyOfd(
  bytes: Uint8Array,
  given: Verification,
): Promise<Result<readonly OfdSignatureReport[], OfdError>> {
  const opened = readOfd(bytes);
  if (!opened.ok) return opened;
  const verification = { ...given, digest: rememberDigests(given.digest) };
  const { signatures } = opened.value;
  const judged: OfdSignatureReport[] = [];
  // From the last to the first: what a later signature covers decides how a change is seen.
  let later: LaterSignature[] = [];
  for (const signature of signatures.toReversed()) {
    const references = checkReferences(opened.value, signature, later, verification);
    const steps = [...references.steps, ...sealFileSteps(opened.value, signature)];
    const reports = (await verifyValue(opened.value, signature, verification)).map((report) => ({
      ...report,
      steps: [...report.steps, ...steps],
      place: `/${signature.file}`,
      stamps: signature.stamps,
    }));
    judged.unshift(...reports);
    const holds = verdictOf(reports.flatMap((report) => report.steps)) !== 'invalid';
    later = [...later, { holds, unchanged: references.unchanged }];
  }
  return ok(judged);
}

/** Thousands of references may name the same large file. Unpacked files stay the same arrays. */
function rememberDigests(digest: Digest): Digest {
  const known = new Map<Uint8Array, Map<DigestName, Uint8Array>>();
  return (algorithm, parts) => {
    const [only] = parts;
    if (only === undefined || parts.length !== 1) return digest(algorithm, parts);
    const values = known.get(only) ?? new Map<DigestName, Uint8Array>();
    known.set(only, values);
    const value = values.get(algorithm) ?? digest(algorithm, parts);
    values.set(algorithm, value);
    return value;
  };
}

interface LaterSignature {
  readonly holds: boolean;
  /** Entries whose reference is right. */
  readonly unchanged: ReadonlySet<string>;
}

async function verifyValue(
  { zip }: OfdPackage,
  signature: OfdSignature,
  verification: Verification,
): Promise<readonly SignatureReport[]> {
  const read = signature.valueFile === null ? null : zip.read(signature.valueFile);
  if (read?.ok !== true) return [unreadable('no signature value')];
  const content = signedContent([signature.content], verification.digest);
  const length = elementLength(read.value, 0) ?? read.value.length;
  const value = read.value.subarray(0, length);
  if (looksLikeSealSignature(value)) {
    const parsed = parseSealSignature(value);
    if (!parsed.ok) return [unreadable(parsed.error.reason)];
    return [await verifySealSignature(parsed.value, { content, path: `/${signature.file}` }, verification)];
  }
  if (messageKind(value) === 'cms')
    return verifyCms(value, content, signature.time?.time ?? null, verification);
  return [await verifyBareValue(value, signature, content, verification)];
}

function unreadable(reason: string): SignatureReport {
  const steps = [failed('signature.format', { code: 'signature.unreadable', reason })];
  return { kind: 'plain', signer: null, signedAt: null, steps, seal: null };
}

/** A bare SM2 value says nothing of its signer: every certificate that was given is tried. */
async function verifyBareValue(
  value: Uint8Array,
  { time }: OfdSignature,
  content: SignedContent,
  verification: Verification,
): Promise<SignatureReport> {
  if (decodeSm2Signature(value) === null) return unreadable('neither SES nor CMS nor a bare signature');
  const { trust, verifier } = verification;
  const report = { kind: 'plain', signedAt: time?.time ?? null, seal: null } as const;
  const candidates = trust.certificates.filter(({ algorithm }) => algorithm === 'SM2');
  for (const signer of candidates) {
    if (!(await verifier.verify(signer.spki, 'SM2-SM3', content.whole(), value))) continue;
    const at = verification.at ?? time?.time ?? verification.now;
    const chain = await chainSteps(SIGNER_STEPS, signer, [], at, verification);
    const steps = [passed('signature.format'), passed('signature.value'), validityStep(signer, at), ...chain];
    return { ...report, signer, steps };
  }
  const wrong =
    candidates.length === 0
      ? unconfirmed({ code: 'signature.unverifiable', reason: 'noCertificate' })
      : unconfirmed({ code: 'signature.invalid' });
  return { ...report, signer: null, steps: [passed('signature.format'), wrong] };
}

function checkReferences(
  { zip, signatures }: OfdPackage,
  signature: OfdSignature,
  later: readonly LaterSignature[],
  { digest }: Verification,
): { readonly steps: readonly VerificationStep[]; readonly unchanged: ReadonlySet<string> } {
  const step = 'document.references';
  const algorithm = digestNamed(signature.checkMethod ?? '');
  if (algorithm === null)
    return {
      steps: [failed(step, { code: 'signature.unverifiable', reason: 'algorithm' })],
      unchanged: new Set(),
    };
  const unchanged = new Set<string>();
  const replaced = new Set<string>();
  const changed: string[] = [];
  for (const { entry, path, checkValue } of signature.references) {
    const content = entry === null ? null : zip.read(entry);
    const expected = decodeBase64(checkValue);
    const isSame =
      content?.ok === true && expected !== null && equalBytes(digest(algorithm, [content.value]), expected);
    if (isSame && entry !== null) unchanged.add(entry);
    else if (entry !== null && mayBeReplaced(entry, signature, later)) replaced.add(entry);
    else changed.push(path);
  }
  const steps: VerificationStep[] = [...weakStep(algorithm)];
  if (changed.length > 0) steps.push(failed(step, { code: 'document.changed', what: shortList(changed) }));
  else if (replaced.size > 0)
    steps.push(notChecked(step, { code: 'document.extended', what: shortList([...replaced]) }));
  else steps.push(passed(step));
  const known = new Set([...unchanged, ...replaced, ...bookkeeping(signatures, signature)]);
  steps.push(coverageStep(zip.names.filter((name) => !known.has(name))));
  return { steps, unchanged };
}

function mayBeReplaced(entry: string, { listFile }: OfdSignature, later: readonly LaterSignature[]): boolean {
  if (entry === listFile) return later.some(({ holds }) => holds);
  return entry === OFD_ENTRY && later.some(({ holds, unchanged }) => holds && unchanged.has(entry));
}

/** Files of the signatures themselves: this one's own, and those of others, which cannot be known beforehand. */
function bookkeeping(signatures: readonly OfdSignature[], own: OfdSignature): readonly string[] {
  const files = signatures.flatMap(({ file, valueFile, sealFile }) => [file, valueFile, sealFile]);
  return [own.listFile, ...files].filter((name) => name !== null);
}

/** OFD.xml alone may be left out: it can only point to what is signed. */
function coverageStep(left: readonly string[]): VerificationStep {
  const step = 'document.coverage';
  if (left.length === 0) return passed(step);
  const error = { code: 'document.partlySigned', what: shortList(left) } as const;
  return left.every((name) => name === OFD_ENTRY) ? notChecked(step, error) : failed(step, error);
}

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => (name.startsWith('/') ? name : `/${name}`).slice(0, 120));
  return names.length > shown.length ? `${shown.join(', ')} … (${names.length})` : shown.join(', ');
}

/** A seal kept beside the signature is what some readers draw: it must be the one that was signed with. */
function sealFileSteps(
  { zip }: OfdPackage,
  { sealFile, valueFile }: OfdSignature,
): readonly VerificationStep[] {
  if (sealFile === null || valueFile === null) return [];
  const [seal, value] = [zip.read(sealFile), zip.read(valueFile)];
  if (!seal.ok || !value.ok) return [failed('seal.file', { code: 'seal.mismatch' })];
  const signature = parseSealSignature(value.value);
  if (!signature.ok) return [];
  const isSame = equalBytes(seal.value, signature.value.seal.der);
  return [isSame ? passed('seal.file') : failed('seal.file', { code: 'seal.mismatch' })];
}
