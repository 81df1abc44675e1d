// What checks may know of keys: through the same services as everybody, read once for all of them.

import type {
  DriverTrouble,
  KeyList,
  KeyProbe,
  KeySeals,
  SeenToken,
} from '../../../core/environment/probe.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { done, ok, type Result } from '../../../core/errors/result.ts';
import { checkSealUse, sealStateAt } from '../../../core/seal/document-signer.ts';
import { createDocumentDigest } from '../../adapters/document-digest.ts';
import { currentSigning, readSeals } from '../seals-on-key.ts';
import type { FoundToken, TokenService } from '../tokens.ts';

export interface KeyProbeDeps extends Pick<KeyProbe, 'revocation' | 'unfinished'> {
  readonly tokens: () => Promise<TokenService>;
  readonly now: () => number;
  /** Id of the only key it is about; absent: all. */
  readonly token?: string | undefined;
}

export function createKeyProbe(deps: KeyProbeDeps): KeyProbe {
  const { tokens, now, token: own, revocation, unfinished } = deps;
  const isMeant = ({ token }: FoundToken) => own === undefined || token.id === own;
  const found = new Map<SeenToken, FoundToken>();
  let list: Promise<KeyList> | null = null;

  async function read(): Promise<KeyList> {
    const listed = await (await tokens()).list();
    const seen = listed.tokens.filter(isMeant).map((one) => {
      const token = { ...one.source, token: one.token, containers: one.containers };
      found.set(token, one);
      return token;
    });
    return { tokens: seen, problems: listed.problems.flatMap(troubleOf) };
  }

  return {
    list: () => (list ??= read()),
    async reread(token) {
      const known = found.get(token);
      if (known === undefined) return done;
      const again = await known.source.provider.listContainers(known.token.id);
      return again.ok ? done : again;
    },
    async seals(token) {
      const known = found.get(token);
      const none = { states: [], unrecognised: 0 };
      return known === undefined ? ok(none) : sealsOf(known, now());
    },
    revocation,
    unfinished,
  };
}

async function sealsOf(found: FoundToken, now: number): Promise<Result<KeySeals, AppError>> {
  const signing = currentSigning(found);
  if (!signing.ok) return ok({ states: [], unrecognised: 0 });
  const read = await readSeals(found.source.provider, found.token.id);
  if (!read.ok) return read;
  const { seals, unrecognised } = read.value;
  const digest = createDocumentDigest();
  const states = seals.map(({ seal }) => {
    if (checkSealUse(seal, signing.value.certificate, now, digest).ok) return 'usable';
    const state = sealStateAt(seal, now);
    return state === 'valid' ? 'notListed' : state;
  });
  return ok({ states, unrecognised: unrecognised.length });
}

/** What is wrong with a certificate is told by the certificate's own check. */
function troubleOf({ module, error }: { module: string; error: DriverTrouble['error'] }): DriverTrouble[] {
  return error.code === 'certificate.unparsable' ? [] : [{ module, error }];
}
