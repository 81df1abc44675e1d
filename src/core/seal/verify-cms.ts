// Judges a CMS or GM/T 0010 signature over a document. Products put the document's digest into the message
// instead of leaving the content out (OFDRW, 点聚), so the content is compared first and the signature second.

import { isMeant } from '../certificate/cms-envelope.ts';
import { parseSignedMessage, type MessageSigner, type SignedMessage } from '../certificate/cms-signed.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { equalBytes } from '../certificate/der.ts';
import { chainSteps, SIGNER_STEPS, validityStep } from './certificate-steps.ts';
import type { SignatureReport } from './signature-report.ts';
import { namesAnother, readSignedAttributes, timeStampOf } from './signed-attributes.ts';
import type { SignedContent } from './signed-content.ts';
import { failed, notChecked, passed, type VerificationStep } from './step.ts';
import { verifyTimeStamp } from './time-stamp.ts';
import { digestNamed, type Digest, type DigestName, type Verification } from './verification.ts';
import { unconfirmed, weakStep } from './verify-seal-signature.ts';

const MAX_SIGNERS = 16;
const MAX_MESSAGE_BYTES = 16 * 1_048_576;

/**
 * One report per signer. `content` null: only what is inside the message can be checked. `claimedTime`: what the
 * document says (signed too: a PDF's /M, an OFD's SignatureDateTime), where the message has none of its own.
 */
export async function verifyCms(
  bytes: Uint8Array,
  content: SignedContent | null,
  claimedTime: number | null,
  verification: Verification,
): Promise<readonly SignatureReport[]> {
  const message = parseSignedMessage(bytes);
  if (!message.ok) return [unreadable(message.error.reason)];
  const { signers } = message.value;
  if (signers.length === 0 || signers.length > MAX_SIGNERS) return [unreadable('signers')];
  const stamp = signers.length === 1 ? timeStampOf(bytes, MAX_MESSAGE_BYTES) : null;
  const reports: SignatureReport[] = [];
  for (const signer of signers)
    reports.push(
      await verifySigner({ message: message.value, signer, content, stamp, claimedTime }, verification),
    );
  return reports;
}

function unreadable(reason: string): SignatureReport {
  const steps = [failed('signature.format', { code: 'signature.unreadable', reason })];
  return { kind: 'cms', signer: null, signedAt: null, steps, seal: null };
}

interface Signing {
  readonly message: SignedMessage;
  readonly signer: MessageSigner;
  readonly content: SignedContent | null;
  readonly stamp: Uint8Array | null;
  readonly claimedTime: number | null;
}

async function verifySigner(signing: Signing, verification: Verification): Promise<SignatureReport> {
  const { message, signer, stamp, claimedTime } = signing;
  const { trust } = verification;
  const certificate =
    [...message.certificates, ...trust.certificates].find((each) => isMeant(signer.id, each)) ?? null;
  const attributes = signer.signedAttributes === null ? null : readSignedAttributes(signer.signedAttributes);
  const stamped = await verifyTimeStamp(stamp, [signer.signature], verification);
  const signedAt = attributes?.signingTime ?? claimedTime ?? stamped.time;
  const at = verification.at ?? signedAt ?? verification.now;
  const digest = digestNamed(signer.digestOid);
  return {
    kind: 'cms',
    signer: certificate,
    signedAt,
    seal: null,
    steps: [
      passed('signature.format'),
      await valueStep(signing, certificate, verification),
      ...(digest === null ? [] : weakStep(digest)),
      contentStep(signing, digest, verification.digest),
      ...(signedAt === null ? [notChecked('signature.time', { code: 'signature.timeMissing' })] : []),
      ...(certificate === null ? [] : [validityStep(certificate, at)]),
      ...(certificate === null
        ? []
        : await chainSteps(SIGNER_STEPS, certificate, message.certificates, at, verification)),
      ...stamped.steps,
    ],
  };
}

/** Is the signature over the attributes, or over the content where there are none, of this certificate's key? */
async function valueStep(
  { message, signer, content }: Signing,
  certificate: Certificate | null,
  { verifier, digest }: Verification,
): Promise<VerificationStep> {
  const unverifiable = (reason: 'noCertificate' | 'algorithm' | 'noContent') =>
    unconfirmed({ code: 'signature.unverifiable', reason });
  if (certificate === null) return unverifiable('noCertificate');
  if (signer.algorithm === null) return unverifiable('algorithm');
  const wrong = unconfirmed({ code: 'signature.invalid' });
  if (signer.signedAttributes !== null) {
    const attributes = readSignedAttributes(signer.signedAttributes);
    if (attributes === null || signer.messageDigest === null) return wrong;
    if (namesAnother(attributes, certificate.der, digest)) return wrong;
  }
  const signed = signer.signedAttributes ?? message.content ?? content?.whole();
  if (signed === undefined) return unverifiable('noContent');
  const isGenuine = await verifier.verify(certificate.spki, signer.algorithm, signed, signer.signature);
  return isGenuine ? passed('signature.value') : wrong;
}

/**
 * Does the message belong to this content? Either its digest attribute is the content's digest, or the content
 * inside is the content, or is its digest; with both present, both must hold.
 */
function contentStep(
  { message: { content: inside }, signer: { messageDigest, signedAttributes }, content }: Signing,
  digest: DigestName | null,
  compute: Digest,
): VerificationStep {
  const step = 'document.content';
  if (digest === null) return failed(step, { code: 'signature.unverifiable', reason: 'algorithm' });
  if (inside === null && content === null) return notChecked(step, { code: 'document.contentMissing' });
  // Without attributes the signature itself is over the content, or over what is inside.
  const attested = inside === null ? content?.digest(digest) : compute(digest, [inside]);
  const isAttested =
    signedAttributes === null ||
    (messageDigest !== null && attested !== undefined && equalBytes(attested, messageDigest));
  const isSame = inside === null || isInside(inside, content, digest);
  return isAttested && isSame ? passed(step) : failed(step, { code: 'document.changed', what: '' });
}

/** What is inside is the content itself or, by its length, a digest of it. */
function isInside(inside: Uint8Array, content: SignedContent | null, digest: DigestName): boolean {
  if (content === null) return true;
  const sameLength: Readonly<Record<number, readonly DigestName[]>> = {
    20: ['SHA-1'],
    32: [digest, 'SHA-256', 'SM3'],
    48: ['SHA-384'],
    64: ['SHA-512'],
  };
  const names = sameLength[inside.length] ?? [];
  return (
    names.some((name) => equalBytes(content.digest(name), inside)) || equalBytes(content.whole(), inside)
  );
}
