// An accompanied renewal in the words of the contract.

import type {
  AccompanyOutcome,
  AccompanyView,
  OpenAccompanimentView,
} from '../../contract/views/accompany-views.ts';
import type { AccompanyFailure } from '../services/accompany/accompany-service.ts';
import type { KeyLook } from '../services/accompany/dialogue.ts';
import type {
  AccompaniedCertificate,
  AccompanyReport,
  OpenAccompaniment,
} from '../services/accompany/report.ts';

export function lookOf(look: KeyLook): NonNullable<AccompanyView['look']> {
  if (look.kind === 'absent') return look;
  const { verdict, signing } = look.judgement;
  return { kind: 'seen', verdict, hasNew: signing !== null, elsewhere: look.elsewhere };
}

export function outcomeOfAccompanyReport({
  verdict,
  steps,
  before,
  after,
  isOpen,
}: AccompanyReport): AccompanyOutcome {
  return {
    kind: 'proved',
    verdict,
    steps: steps.map((step) => ({ ...step })),
    before: {
      count: { ...before.count },
      certificate: before.certificate === null ? null : certificateOf(before.certificate),
    },
    after: { count: { ...after.count }, certificates: after.certificates.map(certificateOf) },
    isOpen,
  };
}

export function outcomeOfAccompanyFailure({ error, id }: AccompanyFailure): AccompanyOutcome {
  return { kind: 'stopped', error, resumable: id !== null };
}

export function openAccompanimentOf({
  id,
  startedAt,
  token,
  tokenLabel,
  certificate,
  profile,
}: OpenAccompaniment): OpenAccompanimentView {
  return {
    ...{ id, startedAt, token, tokenLabel, profile: profile.id },
    certificate: certificate === null ? null : certificateOf(certificate),
  };
}

function certificateOf({ use, subject, serial, notBefore, notAfter, sha256 }: AccompaniedCertificate) {
  return { use, subject, serial, notBefore, notAfter, sha256 };
}
