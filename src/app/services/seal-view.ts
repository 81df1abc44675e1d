// What people and scripts are shown of a verification: values and the catalogue's sentences. The shape is also
// that of `ukey verify --json`.

import { describeError } from '../../contract/text.ts';
import type { Locale } from '../../contract/text.ts';
import { formatTime } from '../../core/certificate/time.ts';
import type { ErrorCode } from '../../core/errors/codes.ts';
import type { ElectronicSeal, SealVersion } from '../../core/seal/seal.ts';
import { readableCertificates } from '../../core/seal/signature-report.ts';
import type { StepName, Verdict, VerificationStep } from '../../core/seal/step.ts';
import type { FileKind, FileReport } from '../../core/seal/verify-file.ts';

export interface StepView {
  readonly step: StepName;
  readonly status: VerificationStep['status'];
  /** null exactly when `ok`, like `number` and `detail`. */
  readonly code: ErrorCode | null;
  readonly number: number | null;
  /** A sentence. */
  readonly detail: string | null;
}

export interface SignatureView {
  readonly kind: 'seal' | 'cms' | 'plain';
  /** Subject of the certificate; null: unknown. */
  readonly signer: string | null;
  readonly serial: string | null;
  /** ISO 8601. */
  readonly signedAt: string | null;
  /** Field of a PDF, path in an OFD; null elsewhere. */
  readonly place: string | null;
  /** Signatures and validation data that came after this one (PDF). */
  readonly addedAfter: readonly string[];
  /** Stamps on pages (OFD); several with a clip are one seal across pages. */
  readonly stamps: readonly {
    readonly page: string;
    readonly boundary: readonly number[];
    readonly clip: readonly number[] | null;
  }[];
  readonly seal: SealView | null;
  readonly steps: readonly StepView[];
}

export interface SealView {
  readonly id: string;
  readonly name: string;
  readonly version: SealVersion;
  /** Common name of the maker's certificate, or its subject. */
  readonly maker: string | null;
  /** ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
  /** Size in millimetres. */
  readonly picture: { readonly type: string; readonly width: number; readonly height: number };
}

export interface VerificationView {
  readonly kind: FileKind;
  readonly version: SealVersion | null;
  /** Nothing failed; `verdict` says whether everything could be checked. */
  readonly ok: boolean;
  readonly verdict: Verdict;
  /** Of the file and then of each signature; `signature` is its index. */
  readonly steps: readonly (StepView & { readonly signature?: number })[];
  readonly signatures: readonly SignatureView[];
  readonly seal: SealView | null;
}

export function viewVerification(report: FileReport, locale: Locale = 'zh-CN'): VerificationView {
  const signatures = report.signatures.map((signature) => viewSignature(signature, locale));
  return {
    kind: report.kind,
    version: report.version,
    ok: report.verdict !== 'invalid',
    verdict: report.verdict,
    steps: [
      ...report.steps.map((step) => viewStep(step, locale)),
      ...signatures.flatMap(({ steps }, signature) => steps.map((step) => ({ ...step, signature }))),
    ],
    signatures,
    seal: report.seal === null ? null : viewSeal(report.seal),
  };
}

function viewStep({ step, status, error }: VerificationStep, locale: Locale): StepView {
  if (error === null) return { step, status, code: null, number: null, detail: null };
  const { message, number } = describeError(error, locale);
  return { step, status, code: error.code, number, detail: message };
}

function viewSignature(signature: FileReport['signatures'][number], locale: Locale): SignatureView {
  const { kind, signer, signedAt, seal, steps } = signature;
  return {
    kind,
    signer: signer?.subject.display ?? null,
    serial: signer?.serial ?? null,
    signedAt: signedAt === null ? null : formatTime(signedAt),
    place: 'place' in signature ? signature.place : null,
    addedAfter: 'addedAfter' in signature ? signature.addedAfter : [],
    stamps: 'stamps' in signature ? signature.stamps : [],
    seal: seal === null ? null : viewSeal(seal),
    steps: steps.map((step) => viewStep(step, locale)),
  };
}

export function viewSeal(seal: ElectronicSeal): SealView {
  const [maker] = readableCertificates([seal.maker.certificate]);
  const { picture } = seal;
  return {
    id: seal.id,
    name: seal.name,
    version: seal.version,
    maker: maker === undefined ? null : (maker.subject.commonName ?? maker.subject.display),
    validFrom: formatTime(seal.validFrom.time),
    validTo: formatTime(seal.validTo.time),
    picture: {
      type: picture.kind === 'unknown' ? picture.declaredType.toLowerCase() : picture.kind,
      width: picture.width,
      height: picture.height,
    },
  };
}
