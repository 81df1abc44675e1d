// Looking at the key again and again until what the CA writes is all there, days if need be. Reads only, holds
// nothing open between two looks, and is stopped by nothing that a look meets.

import { judgeKey } from '../../../core/accompany/judge.ts';
import { certificatesIn, type KeySnapshot } from '../../../core/accompany/snapshot.ts';
import type { Certificate } from '../../../core/certificate/certificate.ts';
import { isSameHolder } from '../../../core/renewal/proof.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import type { Accompaniment } from '../../adapters/accompaniments.ts';
import type { FoundToken } from '../tokens.ts';
import { authoritiesBehind, type FindIssuers } from './authorities.ts';
import type { AccompanyDeps } from './deps.ts';
import type { AccompanyDialogue, KeyLook } from './dialogue.ts';
import { findAgain, readKey } from './read-key.ts';

/** Where and what was seen last, when it is time to judge; null: the person left. */
export async function watchKey(
  deps: AccompanyDeps,
  record: Accompaniment,
  profile: Profile,
  roots: readonly Certificate[],
  dialogue: AccompanyDialogue,
): Promise<FoundToken | null> {
  const findIssuers = await deps.openIssuers();
  let content = '';
  let since = 0;
  for (;;) {
    const { look, found, snapshot } = await lookAt(deps, record, profile, roots, findIssuers);
    dialogue.progress({ stage: 'wait', look });
    if (look.kind === 'seen' && found !== null && snapshot !== null) {
      const seen = JSON.stringify(snapshot.containers);
      if (seen !== content) [content, since] = [seen, deps.clock.now()];
      if (isFinal(look, deps.clock.now() - since, deps.quiet)) return found;
    }
    const next = await dialogue.nextLook();
    if (next === 'stop') return null;
    if (next === 'judge' && found !== null) return found;
  }
}

function isFinal(
  { judgement }: Extract<KeyLook, { kind: 'seen' }>,
  unchangedFor: number,
  quiet: AccompanyDeps['quiet'],
): boolean {
  if (judgement.verdict === 'waiting') return false;
  return unchangedFor >= (judgement.verdict === 'wrong' ? quiet.whenWrong : quiet.whenRight);
}

interface Look {
  readonly look: KeyLook;
  readonly found: FoundToken | null;
  readonly snapshot: KeySnapshot | null;
}

async function lookAt(
  deps: AccompanyDeps,
  record: Accompaniment,
  profile: Profile,
  roots: readonly Certificate[],
  findIssuers: FindIssuers,
): Promise<Look> {
  const listed = await deps.tokens.list();
  const found = findAgain(listed, record.token, record.before);
  if (!found.ok) return { look: { kind: 'absent', error: found.error }, found: null, snapshot: null };
  const reading = await readKey(deps, found.value, record.before);
  if (!reading.ok) return { look: { kind: 'absent', error: reading.error }, found: null, snapshot: null };
  const { snapshot } = reading.value;
  const judgement = await judgeKey(
    {
      renewed: record.certificate,
      before: record.before,
      after: snapshot,
      opened: null,
      rules: profile.renewal,
      anchors: roots,
      authorities: await authoritiesBehind(findIssuers, record, snapshot),
      tests: { untried: { code: 'pin.required' } },
      now: deps.clock.now(),
    },
    deps.verifier,
  );
  const others = listed.tokens.filter((token) => token !== found.value);
  const elsewhere = judgement.signing === null ? writtenElsewhere(others, record, profile) : null;
  return { look: { kind: 'seen', judgement, elsewhere }, found: found.value, snapshot };
}

const HOUR = 3_600_000;

/** A certificate of the same holder, issued since the beginning, on a key that is not the one to renew. */
function writtenElsewhere(
  others: readonly FoundToken[],
  record: Accompaniment,
  { renewal }: Profile,
): string | null {
  const old = certificatesIn(record.before).find(
    ({ certificate }) => certificate.sha256 === record.certificate,
  )?.certificate;
  const other = others.find(({ containers }) =>
    containers.some(({ certificates }) =>
      certificates.some(
        ({ certificate }) =>
          old !== undefined &&
          !record.others.includes(certificate.sha256) &&
          certificate.sha256 !== old.sha256 &&
          // CAs begin a certificate some minutes before they issue it.
          certificate.notBefore > record.startedAt - HOUR &&
          isSameHolder(certificate.subject, old.subject, renewal.mutableSubject),
      ),
    ),
  );
  return other === undefined ? null : other.token.label || other.token.id;
}
