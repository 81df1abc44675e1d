// Judging the certificate behind a signature: its time, its issuer, its revocation. Without anchors an issuer is
// reported, not refused; with anchors a chain that does not lead there fails.

import { certificateUse, validityAt, type Certificate } from '../certificate/certificate.ts';
import { buildChain } from '../certificate/chain.ts';
import type { RevocationList } from '../certificate/crl.ts';
import { isSameName } from '../certificate/names.ts';
import { formatTime } from '../certificate/time.ts';
import type { AppError } from '../errors/codes.ts';
import { ZONE_DOUBT } from './seal-time.ts';
import { failed, notChecked, passed, type StepName, type VerificationStep } from './step.ts';
import type { Verification } from './verification.ts';

export interface ChainSteps {
  readonly chain: StepName;
  readonly revocation: StepName;
}

export const SIGNER_STEPS: ChainSteps = { chain: 'signer.chain', revocation: 'signer.revocation' };
export const MAKER_STEPS: ChainSteps = { chain: 'seal.chain', revocation: 'seal.revocation' };

/** Whether the certificate may sign and was valid at `at`; within 8 hours of an end the zone is in doubt. */
export function validityStep(certificate: Certificate, at: number): VerificationStep {
  const step = 'signer.validity';
  if (certificateUse(certificate) === 'encryption') {
    const found = (certificate.keyUsage ?? []).join(', ');
    return failed(step, { code: 'certificate.usageMismatch', expected: 'digitalSignature', found });
  }
  const refused = validityError(certificate, at);
  if (refused === null) return passed(step);
  const isClose = [-ZONE_DOUBT, ZONE_DOUBT].some((shift) => validityError(certificate, at + shift) === null);
  return isClose
    ? notChecked(step, { code: 'signature.timeDoubtful', time: formatTime(at) })
    : failed(step, refused);
}

function validityError(
  certificate: Certificate,
  at: number,
): AppError<'certificate.expired' | 'certificate.notYetValid'> | null {
  const validity = validityAt(certificate, at);
  if (validity === 'expired')
    return { code: 'certificate.expired', notAfter: formatTime(certificate.notAfter) };
  if (validity === 'notYetValid')
    return { code: 'certificate.notYetValid', notBefore: formatTime(certificate.notBefore) };
  return null;
}

/**
 * Chain and revocation at `at`. A chain that is only weak (SHA-1, RSA below 2048 bits) is reported. The
 * revocation step is left out where the certificate names no place to ask and no list is given.
 */
export async function chainSteps(
  names: ChainSteps,
  certificate: Certificate,
  along: readonly Certificate[],
  at: number,
  verification: Verification,
): Promise<readonly VerificationStep[]> {
  const { trust, verifier } = verification;
  const pool = [...along, ...trust.certificates];
  if (trust.anchors.length === 0)
    return [
      notChecked(names.chain, unchecked(names, certificate, at)),
      ...unknownRevocation(names, certificate),
    ];
  const build = (accept: 'strict' | 'legacy') =>
    buildChain(certificate, pool, trust.anchors, verifier, {
      now: at,
      accept,
      // The signer's own time is a step of its own.
      validityOf: names.chain === 'signer.chain' && validityError(certificate, at) !== null ? 'none' : 'all',
    });
  const strict = await build('strict');
  const path = strict.ok ? strict : await build('legacy');
  if (!path.ok) return [failed(names.chain, path.error), ...unknownRevocation(names, certificate)];
  const chain = strict.ok ? passed(names.chain) : notChecked(names.chain, strict.error);
  return [chain, ...(await revocationSteps(names, path.value, at, verification))];
}

function unchecked(names: ChainSteps, certificate: Certificate, at: number): AppError {
  const outdated = names.chain === 'seal.chain' ? validityError(certificate, at) : null;
  return outdated ?? { code: 'signature.chainUnchecked', issuer: certificate.issuer.display };
}

function unknownRevocation(names: ChainSteps, certificate: Certificate): readonly VerificationStep[] {
  const hasSource = certificate.crlUrls.length + certificate.ocspUrls.length > 0;
  return hasSource ? [notChecked(names.revocation, { code: 'signature.revocationUnchecked' })] : [];
}

async function revocationSteps(
  names: ChainSteps,
  path: readonly Certificate[],
  at: number,
  { trust, verifier }: Verification,
): Promise<readonly VerificationStep[]> {
  const [certificate, issuer] = path;
  if (certificate === undefined || issuer === undefined) return [];
  const lists = trust.revocationLists.filter((list) => isSameName(list.issuer, issuer.subject));
  let isKnown = false;
  for (const list of lists) {
    if (!(await isGenuine(list, issuer, verifier))) continue;
    const entry = list.revoked.find(({ serial }) => serial === certificate.serial);
    if (entry !== undefined && entry.revokedAt <= at) {
      const revokedAt = formatTime(entry.revokedAt);
      return [failed(names.revocation, { code: 'signature.revoked', revokedAt })];
    }
    // A list made before the signing time knows nothing of that time.
    isKnown ||= list.thisUpdate >= at || (list.nextUpdate ?? 0) >= at;
  }
  return isKnown ? [passed(names.revocation)] : unknownRevocation(names, certificate);
}

async function isGenuine(
  list: RevocationList,
  issuer: Certificate,
  verifier: Verification['verifier'],
): Promise<boolean> {
  const { signatureAlgorithm: algorithm, tbs, signature } = list;
  return algorithm !== null && (await verifier.verify(issuer.spki, algorithm, tbs, signature));
}
