import { daysLeft, validityAt, type Certificate } from '../certificate/certificate.ts';
import type { AppError } from '../errors/codes.ts';
import { done, err, type Result } from '../errors/result.ts';
import type { RenewalRules } from '../profile/profile.ts';

const DAY = 86_400_000;

/**
 * Whether the profile's rules let this certificate be renewed now. The CA's server decides finally.
 *
 * @param now trusted time (the gateway's), epoch milliseconds
 */
export function checkEligibility(
  certificate: Certificate,
  rules: RenewalRules,
  now: number,
): Result<void, AppError<'renewal.notEligible' | 'certificate.notYetValid'>> {
  const validity = validityAt(certificate, now);
  if (validity === 'notYetValid') {
    return err({
      code: 'certificate.notYetValid',
      notBefore: new Date(certificate.notBefore).toISOString(),
    });
  }
  if (validity === 'expired') {
    return rules.expired === 'refused'
      ? err({ code: 'renewal.notEligible', reason: 'expired', day: null })
      : done;
  }
  if (rules.daysBefore === null || daysLeft(certificate, now) <= rules.daysBefore) return done;
  const first = certificate.notAfter - rules.daysBefore * DAY;
  return err({
    code: 'renewal.notEligible',
    reason: 'tooEarly',
    day: new Date(first).toISOString().slice(0, 10),
  });
}
