// May this certificate be renewed now, and may this key speak for it.

import type { CertificateRef, GatewayAnswer } from '../contract/gateway.ts';
import type { Ca } from './ca.ts';
import { isRevoked, type CertificateRecord, type OrderRecord, type SandboxState } from './state.ts';
import { beijingDay, DAY, opensAt, validityOf } from './validity.ts';

type Verdict = Omit<GatewayAnswer<'readEligibility'>, 'serverTime'>;
type Reason = NonNullable<Verdict['reason']>;

export function findCertificate(
  state: SandboxState,
  { issuer, serial }: CertificateRef,
): CertificateRecord | undefined {
  return state.certificates.find((record) => record.issuer === issuer && record.serial === serial);
}

/** The renewal order that is not finished; at most one for a certificate. */
export function openRenewalOf(state: SandboxState, certificate: CertificateRecord): OrderRecord | undefined {
  return state.orders.find((order) => order.replaces === certificate.sha256 && order.state !== 'confirmed');
}

const TEXTS: Readonly<Record<Reason, string>> = {
  tooEarly: '还没有到可以续期的日期。',
  expired: '证书已过期，本机构不为过期证书在线续期。',
  revoked: '证书已被撤销。',
  frozen: '证书已被冻结，请先解冻。',
  notIssuedHere: '证书不是由本机构颁发的。',
  refusedByCa: '这张证书已经续期，请使用新证书。',
};

export function eligibilityOf(
  state: SandboxState,
  certificate: CertificateRecord | undefined,
  ca: Ca,
): Verdict {
  const no = (reason: Reason, day: string | null = null): Verdict => ({
    eligible: false,
    reason,
    day,
    text: TEXTS[reason],
  });
  if (certificate === undefined) return no('notIssuedHere');
  if (openRenewalOf(state, certificate) !== undefined) return yes('已有续期订单，可以继续办理。');
  if (isRevoked(certificate, ca.now)) return no('revoked');
  if (certificate.frozenSince !== null) return no('frozen');
  if (state.orders.some((order) => order.replaces === certificate.sha256)) return no('refusedByCa');
  const { allowExpired, windowDays } = state.settings;
  const wouldEnd = validityOf(state.settings, certificate.notAfter, ca.now).notAfter;
  if (certificate.notAfter < ca.now && (!allowExpired || wouldEnd < ca.now + DAY)) return no('expired');
  const opens = opensAt(certificate.notAfter, windowDays);
  return ca.now < opens ? no('tooEarly', beijingDay(opens)) : yes('可以续期。');
}

function yes(text: string): Verdict {
  return { eligible: true, reason: null, day: null, text };
}
