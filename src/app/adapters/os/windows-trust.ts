// Whom a Windows computer trusts: the stores ROOT of the computer and of the person. Firefox's own database cannot be
// read without its tools and is left out.

import type { TrustProbe } from '../../../core/environment/probe.ts';
import type { StoreName } from '../../../core/environment/windows-probe.ts';
import type { WindowsReads } from '../../../core/environment/windows-system.ts';
import type { Obstacle } from '../../../core/environment/probed.ts';
import { ok, type Result } from '../../../core/errors/result.ts';
import { sha256Hex } from './anchors.ts';
import { createIssuerChains, type ChainOptions } from './issuer-chain.ts';

export function createWindowsTrust(windows: Pick<WindowsReads, 'store'>, options: ChainOptions): TrustProbe {
  return {
    async system() {
      const roots = await bothPlaces(windows, 'ROOT');
      return roots.ok ? ok(new Set(roots.value.map(sha256Hex))) : roots;
    },
    nss: async () => ok([]),
    chain: createIssuerChains(options, async () => {
      const stores = await Promise.all([bothPlaces(windows, 'ROOT'), bothPlaces(windows, 'CA')]);
      return stores.flatMap((store) => (store.ok ? store.value : []));
    }),
  };
}

async function bothPlaces(
  windows: Pick<WindowsReads, 'store'>,
  name: StoreName,
): Promise<Result<readonly Uint8Array[], Obstacle>> {
  const [machine, user] = await Promise.all([windows.store(name, 'machine'), windows.store(name, 'user')]);
  if (!machine.ok) return machine;
  if (!user.ok) return user;
  return ok([...machine.value, ...user.value].map(({ der }) => der));
}
