// The whole proof of what the CA wrote: with a PIN, so that private keys are seen and tried out.

import { judgeKey, type KeyJudgement } from '../../../core/accompany/judge.ts';
import type { KeyTests, TriedKeys } from '../../../core/accompany/kept.ts';
import type { KeySnapshot } from '../../../core/accompany/snapshot.ts';
import type { Certificate } from '../../../core/certificate/certificate.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import type { Accompaniment } from '../../adapters/accompaniments.ts';
import { testDecryption, testSignature } from '../key-test.ts';
import { logIn } from '../login.ts';
import type { FoundToken } from '../tokens.ts';
import { authoritiesBehind } from './authorities.ts';
import type { AccompanyDeps } from './deps.ts';
import type { AccompanyDialogue } from './dialogue.ts';
import { readKey } from './read-key.ts';

export interface WholeProof {
  readonly judgement: KeyJudgement;
  readonly after: KeySnapshot;
  /** The person gave a PIN and it was right. */
  readonly isTested: boolean;
}

export async function proveKey(
  deps: AccompanyDeps,
  record: Accompaniment,
  profile: Profile,
  roots: readonly Certificate[],
  found: FoundToken,
  dialogue: AccompanyDialogue,
): Promise<Result<WholeProof, AppError>> {
  const seen = await readKey(deps, found, null);
  if (!seen.ok) return seen;
  const after = seen.value.snapshot;
  const authorities = await authoritiesBehind(await deps.openIssuers(), record, after);
  const judge = (opened: KeySnapshot | null, tests: KeyTests): Promise<KeyJudgement> =>
    judgeKey(
      {
        ...{ renewed: record.certificate, before: record.before, after, opened, tests },
        ...{ rules: profile.renewal, anchors: roots, authorities, now: deps.clock.now() },
      },
      deps.verifier,
    );
  const first = await judge(null, UNTRIED);
  // Without a new certificate there is nothing to try out.
  if (first.signing === null) return ok({ judgement: first, after, isTested: false });
  const tested = await underLogin(deps, found, dialogue, async () => {
    const reading = await readKey(deps, found, after);
    if (!reading.ok) return reading;
    const opened = reading.value.snapshot;
    const tests = await tryKeys(deps, found, await judge(opened, UNTRIED));
    return ok(await judge(opened, tests ?? UNTRIED));
  });
  const judgement = tested.ok ? tested.value : await judge(null, { untried: tested.error });
  return ok({ judgement, after, isTested: tested.ok });
}

const UNTRIED: KeyTests = { untried: { code: 'pin.required' } };

/** Verified state is cleared again, whatever happened. */
async function underLogin<T>(
  deps: AccompanyDeps,
  { source: { provider }, token }: FoundToken,
  dialogue: AccompanyDialogue,
  work: () => Promise<Result<T, AppError>>,
): Promise<Result<T, AppError>> {
  const held = await deps.lock(token.id);
  if (!held.ok) return held;
  try {
    const login = await logIn(provider, token, dialogue.askPin);
    if (!login.ok) return login;
    try {
      return await work();
    } finally {
      await provider.logout(token.id);
    }
  } finally {
    await held.value.release();
  }
}

async function tryKeys(
  deps: AccompanyDeps,
  { source: { provider }, token }: FoundToken,
  { signing, encryption, steps }: KeyJudgement,
): Promise<TriedKeys | null> {
  const hasKey = (step: 'signing.key' | 'encryption.key') =>
    steps.some((one) => one.step === step && one.status !== 'failed');
  if (signing === null) return null;
  const keyIn = (container: string) => ({ provider, token: token.id, container });
  const withoutKey = err({ code: 'key.notFound' } as const);
  const sign = hasKey('signing.key')
    ? await testSignature(deps, keyIn(signing.container.id), signing.certificate)
    : withoutKey;
  const opening = encryption ?? (signing.use === 'both' ? signing : null);
  if (opening === null) return { sign, decrypt: null };
  const opens = hasKey(encryption === null ? 'signing.key' : 'encryption.key');
  const decrypt = opens
    ? await testDecryption(deps, keyIn(opening.container.id), 'encryption', opening.certificate.spki)
    : withoutKey;
  return { sign, decrypt };
}
