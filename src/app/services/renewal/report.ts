import { certificateUse, type Certificate } from '../../../core/certificate/certificate.ts';
import { formatTime } from '../../../core/certificate/time.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { modeOfItem } from '../../../core/renewal/learn.ts';
import type { RenewalMode, RenewalState } from '../../../core/renewal/state.ts';
import type { RenewalContext } from './context.ts';
import { readEncoded } from './facts.ts';
import type { RenewalStepTime } from './run.ts';

export interface CertificateSummary {
  readonly serial: string;
  /** ISO 8601. */
  readonly notAfter: string;
  readonly sha256: string;
}

export interface WrittenCertificate extends CertificateSummary {
  readonly use: 'signing' | 'encryption' | 'both';
}

/** What was done, for people and for `--json`. Public data only. */
export interface RenewalReport {
  readonly renewalId: string;
  readonly mode: RenewalMode;
  /** null: a first issue. */
  readonly before: CertificateSummary | null;
  readonly after: CertificateSummary;
  readonly certificates: readonly WrittenCertificate[];
  /** Signing certificate's path, DER, leaf first, anchor last. */
  readonly chain: readonly Uint8Array[];
  /** null: the CA does not say. */
  readonly oldRevoked: boolean | null;
  /** What became of the seal; null: there is none, and the CA makes none. */
  readonly seal: SealOutcome | null;
  readonly selfTest: { readonly sign: boolean; readonly verify: boolean };
  readonly steps: readonly RenewalStepTime[];
  readonly journal: string;
}

/** `failed`: the CA's new seal was not written, and the old one is as it was. */
export interface SealOutcome {
  readonly state: 'written' | 'failed' | 'elsewhere' | 'unrecognised';
  readonly name: string | null;
  /** Who makes it. */
  readonly maker: string | null;
  readonly error: AppError | null;
}

function sealOutcome({ seal, sealRefused }: RenewalState): SealOutcome | null {
  if (seal === null || seal.kind === 'none') return null;
  const { kind, name, maker } = seal;
  const done = sealRefused === null ? 'written' : 'failed';
  return { state: kind === 'thisOrder' ? done : kind, name, maker, error: sealRefused };
}

/** Of a finished renewal. null when something is missing, which a finished one never shows. */
export function reportOf(
  context: RenewalContext,
  state: RenewalState,
  steps: readonly RenewalStepTime[],
  journal: string,
): RenewalReport | null {
  const { old } = state.request;
  const before = old === null ? null : readEncoded(context, old.certificate);
  const certificates = state.items.flatMap(({ issued }) =>
    issued === null
      ? []
      : [issued.signing, issued.encryption].flatMap((encoded) => written(context, encoded)),
  );
  const [after] = certificates;
  const [first] = state.items;
  if (before?.ok === false || after === undefined || first === undefined || state.order === null) return null;
  const tested = state.items.every((item) => item.tested);
  return {
    renewalId: state.request.renewalId,
    mode: modeOfItem(state.mode, state.order, first.id),
    before: before === null ? null : summaryOf(before.value),
    after: { serial: after.serial, notAfter: after.notAfter, sha256: after.sha256 },
    certificates,
    chain: (context.paths.get(first.id) ?? []).map(({ der }) => der),
    oldRevoked: state.oldRevoked,
    seal: sealOutcome(state),
    selfTest: { sign: tested, verify: tested },
    steps,
    journal,
  };
}

function written(context: RenewalContext, encoded: string | null): WrittenCertificate[] {
  const parsed = encoded === null ? null : readEncoded(context, encoded);
  return parsed?.ok === true ? [{ use: certificateUse(parsed.value), ...summaryOf(parsed.value) }] : [];
}

function summaryOf({ serial, notAfter, sha256 }: Certificate): CertificateSummary {
  return { serial, notAfter: formatTime(notAfter), sha256 };
}
