// What is on the keys, as the window shows it: cards with the profile's words and the one right thing to do.

import type { OrderView } from '../../contract/views/renewal-views.ts';
import type {
  CertificateCard,
  Expiry,
  StrangerDevice,
  TokenCard,
  TokenSnapshot,
} from '../../contract/views/token-views.ts';
import { daysLeft, validityAt, type Certificate } from '../../core/certificate/certificate.ts';
import { displayCertificate } from '../../core/certificate/display.ts';
import { extensionText } from '../../core/certificate/extension-text.ts';
import { formatTime } from '../../core/certificate/time.ts';
import { dayOfTime, daysBetween } from '../../core/notice/calendar.ts';
import { mainAction } from '../../core/notice/main-action.ts';
import type { SeenCertificate } from '../../core/notice/notice.ts';
import { worthReminding } from '../../core/notice/seen.ts';
import type { Profile } from '../../core/profile/profile.ts';
import { portalSerial } from '../../core/profile/serial.ts';
import type { RevocationState } from '../../core/environment/probe.ts';
import type { ClassifiedCertificate } from '../../core/token/current.ts';
import type { ProfileBook } from '../services/profiles.ts';
import type { FoundToken, TokenList } from '../services/tokens.ts';

/** Days are counted in Beijing time, wherever the computer is: portals and certificates of this country are. */
export const BEIJING_MINUTES = 480;

/** Where a profile names no reminder days. */
const USUAL_REMINDER_DAYS = 90;
const DAY = 86_400_000;

export interface SnapshotContext {
  readonly now: number;
  readonly profiles: ProfileBook;
  /** null: the CA has only a web page, or its gateway is not known. */
  gatewayOf(profile: Profile): string | null;
  readonly seen: readonly SeenCertificate[];
  readonly orders: readonly OrderView[];
  readonly strangers: readonly StrangerDevice[];
  /** What CAs said of certificates last, by SHA-256. */
  readonly revocations: ReadonlyMap<string, Pick<RevocationState, 'state'>>;
}

export function snapshotOf({ tokens, problems }: TokenList, context: SnapshotContext): TokenSnapshot {
  const here = new Set(tokens.flatMap(({ view }) => view.certificates.map(({ sha256 }) => sha256)));
  return {
    tokens: tokens.map((found) => tokenCardOf(found, context)),
    problems: problems.map(({ module, isExplicit, error }) => ({ module, isNamed: isExplicit, error })),
    strangers: [...context.strangers],
    away: worthReminding(context.seen)
      .filter(({ sha256 }) => !here.has(sha256))
      .map((seen) => ({
        sha256: seen.sha256,
        commonName: seen.commonName,
        tokenLabel: seen.tokenLabel,
        notAfter: formatTime(seen.notAfter),
        daysLeft: calendarDaysLeft(seen, context.now),
        lastSeen: formatTime(seen.lastSeen),
      })),
    at: formatTime(context.now),
  };
}

function tokenCardOf({ token, source, containers, view }: FoundToken, context: SnapshotContext): TokenCard {
  const entries = containers.flatMap(({ id, certificates }) =>
    certificates.map((entry) => ({ container: id, entry })),
  );
  const certificates = entries.map(({ container, entry }) => certificateCardOf(entry, container, context));
  const hashes = new Set(certificates.map(({ sha256 }) => sha256));
  const signing = entries
    .filter(({ entry }) => entry.state === 'current' && entry.use !== 'encryption')
    .map(({ entry: { certificate } }) => heldOf(certificate, context));
  const orders = context.orders.filter(({ certificate, token: on }) =>
    certificate === null ? on === token.id : hashes.has(certificate),
  );
  return {
    id: token.id,
    kind: source.kind,
    module: source.module,
    label: token.label,
    serial: token.serial,
    serialClash: token.serialClash,
    manufacturer: token.manufacturer,
    model: token.model,
    pin: token.pin,
    sm2: view.sm2,
    containers: view.containers.map(({ id, state }) => ({
      id,
      state,
      label: containers.find((container) => container.id === id)?.label ?? '',
    })),
    certificates,
    action: mainAction(signing, orders),
  };
}

function heldOf(certificate: Certificate, { now, profiles, gatewayOf, revocations }: SnapshotContext) {
  const profile = profiles.find(certificate);
  const revocation = revocations.get(certificate.sha256)?.state;
  return {
    sha256: certificate.sha256,
    daysLeft: daysLeft(certificate, now),
    lastDay: dayOfTime(certificate.notAfter, BEIJING_MINUTES),
    hasEnded: validityAt(certificate, now) === 'expired',
    isWithdrawn: revocation === 'revoked' || revocation === 'frozen',
    rules: profile.renewal,
    hasGateway: gatewayOf(profile) !== null,
  };
}

export function certificateCardOf(
  { certificate, use, state, hasPrivateKey }: ClassifiedCertificate,
  container: string,
  { now, profiles, revocations }: Pick<SnapshotContext, 'now' | 'profiles' | 'revocations'>,
): CertificateCard {
  const profile = profiles.find(certificate);
  const search = profiles.search(certificate);
  const { subject, issuer } = certificate;
  return {
    sha256: certificate.sha256,
    container,
    use,
    state,
    expiry: expiryOf(certificate, profile, now),
    revocation: revocations.get(certificate.sha256)?.state ?? 'unknown',
    commonName: subject.commonName,
    organisation: subject.organisation,
    subject: subject.display,
    issuer: issuer.display,
    issuerName: issuer.organisation ?? issuer.commonName ?? issuer.display,
    serial: certificate.serial,
    portalSerial: portalSerial(certificate.serial, profile.serial),
    notBefore: formatTime(certificate.notBefore),
    notAfter: formatTime(certificate.notAfter),
    daysLeft: calendarDaysLeft(certificate, now),
    totalDays: Math.max(1, Math.round((certificate.notAfter - certificate.notBefore) / DAY)),
    algorithm: displayCertificate(certificate, now).publicKey,
    hasPrivateKey,
    trustNumber: extensionText(certificate, profile.trustNumber?.oids ?? []),
    profile: profile.id,
    profileCandidates: search.kind === 'ask' ? search.candidates.map(({ id }) => id) : [],
  };
}

function expiryOf(certificate: Certificate, { reminderDays }: Profile, now: number): Expiry {
  const validity = validityAt(certificate, now);
  if (validity !== 'valid') return validity;
  const soon = reminderDays[0] ?? USUAL_REMINDER_DAYS;
  return daysLeft(certificate, now) <= soon ? 'expiring' : 'valid';
}

/** As people count and as reminders do: from today's day to the last one, whatever the hour. */
function calendarDaysLeft({ notAfter }: Pick<Certificate, 'notAfter'>, now: number): number {
  return daysBetween(dayOfTime(now, BEIJING_MINUTES), dayOfTime(notAfter, BEIJING_MINUTES));
}
