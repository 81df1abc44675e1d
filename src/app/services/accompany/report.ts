// What an accompanied renewal came to, for people and for `--json`. Values, no words; public data only.

import type { KeyVerdict } from '../../../core/accompany/judge.ts';
import {
  certificatesIn,
  countOf,
  type PlacedCertificate,
  type SnapshotCount,
} from '../../../core/accompany/snapshot.ts';
import type { ProofStep } from '../../../core/accompany/step.ts';
import { formatTime } from '../../../core/certificate/time.ts';
import type { PortalGuide } from '../../../core/profile/portal-guide.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import type { Accompaniment } from '../../adapters/accompaniments.ts';
import type { WholeProof } from './prove.ts';

export interface AccompaniedCertificate {
  readonly use: 'signing' | 'encryption' | 'both';
  readonly container: string;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly sha256: string;
}

export interface AccompanyReport {
  readonly id: string;
  readonly verdict: KeyVerdict;
  /** In the order they are shown; empty while waiting. */
  readonly steps: readonly ProofStep[];
  readonly token: string;
  readonly before: { readonly count: SnapshotCount; readonly certificate: AccompaniedCertificate | null };
  readonly after: {
    readonly count: SnapshotCount;
    /** The signing certificate first; empty: nothing new. */
    readonly certificates: readonly AccompaniedCertificate[];
  };
  /** What the proof could not rest on. `localClock`: there is no gateway whose clock could be asked. */
  readonly caveats: readonly 'localClock'[];
  /** What to do at the portals, before and after. */
  readonly guide: PortalGuide;
  /** It can be gone on with: the CA may put right what is wrong, or the keys were not tried out. */
  readonly isOpen: boolean;
}

export function reportOf(
  record: Accompaniment,
  { judgement, after }: WholeProof,
  guide: PortalGuide,
  isOpen: boolean,
): AccompanyReport {
  const { verdict, steps, old, signing, encryption } = judgement;
  return {
    id: record.id,
    verdict,
    steps,
    token: record.token,
    before: { count: countOf(record.before), certificate: old === null ? null : viewPlaced(old) },
    after: {
      count: countOf(after),
      certificates: [signing, encryption].flatMap((placed) => (placed === null ? [] : [viewPlaced(placed)])),
    },
    caveats: ['localClock'],
    guide,
    isOpen,
  };
}

function viewPlaced({ certificate, container, use }: PlacedCertificate): AccompaniedCertificate {
  const { subject, issuer, serial, notBefore, notAfter, sha256 } = certificate;
  return {
    use,
    container: container.id,
    subject: subject.display,
    issuer: issuer.display,
    serial,
    notBefore: formatTime(notBefore),
    notAfter: formatTime(notAfter),
    sha256,
  };
}

/** One that can be gone on with. */
export interface OpenAccompaniment {
  readonly id: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly token: string;
  readonly tokenLabel: string;
  readonly certificate: AccompaniedCertificate | null;
  /** SHA-256 of what was on the key before. */
  readonly known: readonly string[];
  readonly profile: { readonly id: string; readonly name: string };
}

export function viewOpen(record: Accompaniment, { id, name }: Profile): OpenAccompaniment {
  const before = certificatesIn(record.before);
  const old = before.find(({ certificate }) => certificate.sha256 === record.certificate);
  return {
    id: record.id,
    startedAt: formatTime(record.startedAt),
    token: record.token,
    tokenLabel: record.tokenLabel,
    certificate: old === undefined ? null : viewPlaced(old),
    known: before.map(({ certificate }) => certificate.sha256),
    profile: { id, name },
  };
}
