// What checks may know of keys: through the same services as everybody, read once for all of them.

import type { DriverTrouble, KeyList, KeyProbe, SeenToken } from '../../../core/environment/probe.ts';
import { done } from '../../../core/errors/result.ts';
import type { FoundToken, TokenService } from '../tokens.ts';

export interface KeyProbeDeps extends Pick<KeyProbe, 'revocation' | 'unfinished'> {
  readonly tokens: () => Promise<TokenService>;
  /** Id of the only key it is about; absent: all. */
  readonly token?: string | undefined;
}

export function createKeyProbe({ tokens, token: own, revocation, unfinished }: KeyProbeDeps): KeyProbe {
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
    revocation,
    unfinished,
  };
}

/** What is wrong with a certificate is told by the certificate's own check. */
function troubleOf({ module, error }: { module: string; error: DriverTrouble['error'] }): DriverTrouble[] {
  return error.code === 'certificate.unparsable' ? [] : [{ module, error }];
}
