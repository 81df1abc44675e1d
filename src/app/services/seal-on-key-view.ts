// What people and scripts are shown of the seals on a key and of its self-test. The shapes are also those of
// `ukey seal list|show|test --json`.

import { describeError, type Locale } from '../../contract/text.ts';
import type { KeptSealTest } from '../adapters/seal-tests.ts';
import type { Certificate } from '../../core/certificate/certificate.ts';
import { formatTime } from '../../core/certificate/time.ts';
import { ERROR_NUMBERS, type ErrorCode } from '../../core/errors/codes.ts';
import { sealStateAt, type SealState } from '../../core/seal/document-signer.ts';
import { readableCertificates } from '../../core/seal/signature-report.ts';
import type { Digest } from '../../core/seal/verification.ts';
import { isListed } from '../../core/seal/verify-seal-signature.ts';
import type { TokenId } from '../../core/token/token.ts';
import type { SealTest } from './seal-test.ts';
import type { SealTestStep, SealTestStepName } from './seal-test-step.ts';
import { viewSeal, viewVerification, type SealView, type VerificationView } from './seal-view.ts';
import { currentSigning, type SealOnKey, type SealsOnKey } from './seals-on-key.ts';
import type { FoundToken } from './tokens.ts';

export interface SealOnKeyView extends SealView {
  readonly token: TokenId;
  /** Data object it lies in. */
  readonly object: string;
  /** Holder of a certificate in its list; null: it lists no certificates, and none of this key's. */
  readonly owner: string | null;
  readonly state: SealState;
  /** Whether the current signing certificate is in its list; null: there is none, or the list cannot be read. */
  readonly fitsCurrent: boolean | null;
}

export interface SealListView {
  readonly seals: readonly SealOnKeyView[];
  /** Data objects that are no seal we can read: 未能识别印章格式. */
  readonly unrecognised: readonly string[];
  /** Data objects that need a PIN, or did not answer. */
  readonly unread: readonly string[];
}

export interface SealViewing {
  readonly digest: Digest;
  /** Epoch milliseconds. */
  readonly now: number;
}

export function viewSealsOnKey(
  found: FoundToken,
  { seals, unrecognised, unread }: SealsOnKey,
  viewing: SealViewing,
): SealListView {
  return { seals: seals.map((seal) => viewSealOnKey(found, seal, viewing)), unrecognised, unread };
}

export function viewSealOnKey(
  found: FoundToken,
  { object, seal }: SealOnKey,
  { digest, now }: SealViewing,
): SealOnKeyView {
  const current = currentSigning(found);
  const { signers } = seal;
  const own = found.containers.flatMap(({ certificates }) => certificates.map((each) => each.certificate));
  const listed = signers.kind === 'certificates' ? readableCertificates(signers.certificates) : [];
  const owner = own.find((certificate) => isListed(seal, certificate, digest)) ?? listed[0];
  const canTell = current.ok && signers.kind !== 'names';
  return {
    ...viewSeal(seal),
    token: found.token.id,
    object,
    owner: owner === undefined ? null : holderOf(owner),
    state: sealStateAt(seal, now),
    fitsCurrent: canTell ? isListed(seal, current.value.certificate, digest) : null,
  };
}

function holderOf({ subject }: Certificate): string {
  return subject.commonName ?? subject.display;
}

export interface SealTestStepView {
  readonly step: SealTestStepName;
  readonly status: SealTestStep['status'];
  /** null exactly when `ok`, like the rest. */
  readonly code: ErrorCode | null;
  readonly number: number | null;
  /** A sentence. */
  readonly detail: string | null;
  /** What to do about it. */
  readonly advice: string | null;
}

export interface SealTestView {
  /** ISO 8601. */
  readonly at: string;
  readonly kind: SealTest['kind'];
  readonly ok: boolean;
  readonly steps: readonly SealTestStepView[];
  readonly certificate: { readonly subject: string; readonly serial: string; readonly notAfter: string };
  readonly seal: SealOnKeyView | null;
  /** Of the page that was signed; null: it could not be. */
  readonly verification: VerificationView | null;
  /** Where the CA helps with seals. */
  readonly hotline: string | null;
}

export function viewSealTest(
  found: FoundToken,
  test: SealTest,
  digest: Digest,
  locale: Locale = 'zh-CN',
): SealTestView {
  const { at, kind, hasPassed, steps, certificate, seal, report, hotline } = test;
  return {
    at: new Date(at).toISOString(),
    kind,
    ok: hasPassed,
    steps: steps.map((step) => viewStep(step, locale)),
    certificate: {
      subject: certificate.subject.display,
      serial: certificate.serial,
      notAfter: formatTime(certificate.notAfter),
    },
    seal: seal === null ? null : viewSealOnKey(found, seal, { digest, now: at }),
    verification: report === null ? null : viewVerification(report, locale),
    hotline,
  };
}

function viewStep({ step, status, error }: SealTestStep, locale: Locale): SealTestStepView {
  if (error === null) return { step, status, code: null, number: null, detail: null, advice: null };
  const { message, number, advice } = describeError(error, locale);
  return { step, status, code: error.code, number, detail: message, advice };
}

/** The result as the diagnosis keeps it. */
export function keptSealTest({ token }: FoundToken, test: SealTest): KeptSealTest {
  const { at, kind, hasPassed, certificate, seal, steps } = test;
  return {
    ...{ token: token.id, tokenLabel: token.label, at, kind, hasPassed },
    certificate: { sha256: certificate.sha256, serial: certificate.serial },
    seal: seal === null ? null : { id: seal.seal.id, name: seal.seal.name, version: seal.seal.version },
    steps: steps.map(({ step, status, error }) => ({
      step,
      status,
      code: error?.code ?? null,
      number: error === null ? null : ERROR_NUMBERS[error.code],
    })),
  };
}
