// Guard and preflight: may the certificate be renewed now, and is the key fit for what the CA will do with it?
// Needs no PIN and writes nothing.

import { daysLeft, type Certificate } from '../../../core/certificate/certificate.ts';
import { formatTime } from '../../../core/certificate/time.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { ok, type Result } from '../../../core/errors/result.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { checkEligibility } from '../../../core/renewal/eligibility.ts';
import type { PinState } from '../../../core/token/token.ts';
import type { FoundToken } from '../tokens.ts';
import type { CheckFinding } from './dialogue.ts';

/** An error: the CA's rules do not let it be renewed now. Everything else is a finding. */
export async function preflight(
  found: FoundToken,
  certificate: Certificate,
  { renewal }: Profile,
  others: number,
  now: number,
): Promise<Result<readonly CheckFinding[], AppError>> {
  const eligible = checkEligibility(certificate, renewal, now);
  if (!eligible.ok) return eligible;
  const days = daysLeft(certificate, now);
  return ok([
    finding('eligible', 'ok', null, { daysLeft: days < 0 ? null : days }),
    finding('clock', 'notChecked', null, { now: formatTime(now) }),
    await pinFinding(found),
    await roomFinding(found),
    finding('environment', 'ok'),
    others === 0 ? finding('alone', 'ok') : finding('alone', 'attention', null, { others }),
  ]);
}

function finding(
  check: CheckFinding['check'],
  status: CheckFinding['status'],
  problem: AppError | null = null,
  facts: CheckFinding['facts'] = {},
): CheckFinding {
  return { check, status, problem, facts };
}

async function pinFinding({ source, token }: FoundToken): Promise<CheckFinding> {
  const status = await source.provider.readPinStatus(token.id);
  if (!status.ok) return finding('pin', 'notChecked', status.error);
  const { state, attemptsLeft } = status.value;
  const problem = PIN_PROBLEMS[state] ?? null;
  const facts = { state, attemptsLeft };
  if (problem !== null) return finding('pin', 'attention', problem, facts);
  return finding(
    'pin',
    state === 'low' ? 'attention' : state === 'unknown' ? 'notChecked' : 'ok',
    null,
    facts,
  );
}

const PIN_PROBLEMS: Readonly<Partial<Record<PinState, AppError>>> = {
  locked: { code: 'pin.locked' },
  final: { code: 'pin.lastTry' },
  uninitialised: { code: 'pin.uninitialised' },
};

/** Enough for the certificates of one renewal; a key with less cannot be expected to take them. */
const BYTES_NEEDED = 8_192;

async function roomFinding({ source, token }: FoundToken): Promise<CheckFinding> {
  const capacity = await source.provider.readCapacity(token.id);
  if (!capacity.ok) return finding('room', 'notChecked', capacity.error);
  const { freeContainers, freeBytes } = capacity.value;
  if (freeContainers === null && freeBytes === null) return finding('room', 'notChecked');
  const isFull = freeContainers === 0 || (freeBytes !== null && freeBytes < BYTES_NEEDED);
  return isFull
    ? finding('room', 'attention', { code: 'token.full' }, { freeContainers, freeBytes })
    : finding('room', 'ok', null, { freeContainers, freeBytes });
}
