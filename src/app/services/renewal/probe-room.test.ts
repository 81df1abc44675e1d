import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { SHIPPED_PROFILES } from '../../../contract/shipped-profiles.ts';
import { err, ok } from '../../../core/errors/result.ts';
import type { RenewalState } from '../../../core/renewal/state.ts';
import { startRenewal } from '../../../core/renewal/step.ts';
import { request } from '../../../../test/support/renewal-world.ts';
import type { RenewalContext } from './context.ts';
import { probeRoom } from './token-work.ts';

/** A token with room for so many containers; the old one is there. */
function contextOn(containers: Set<string>, room: number): RenewalContext {
  const provider = {
    deleteContainer: async (_token: string, id: string) => {
      containers.delete(id);
      return ok(undefined);
    },
    createContainer: async (_token: string, id: string) => {
      if (containers.size >= room) return err({ code: 'token.full' });
      containers.add(id);
      return ok(undefined);
    },
    generateKeyPair: async () => ok(new Uint8Array(1)),
  };
  return {
    handle: { provider, token: { id: 'token-1' } },
    profile: SHIPPED_PROFILES[0],
    old: { container: 'old', certificate: { algorithm: 'SM2' } },
    ports: { sha256Hex: (text: string) => createHash('sha256').update(text).digest('hex') },
  } as unknown as RenewalContext;
}

function stateOf(renewalId: string): RenewalState {
  return startRenewal({ ...request(), renewalId })[0];
}

const command = { do: 'probeRoom', algorithm: null } as const;

it('takes a new container where one more fits, and leaves none behind', async () => {
  const containers = new Set(['old']);
  const probed = await probeRoom(contextOn(containers, 2), command, stateOf('first'));
  expect([probed, [...containers]]).toEqual([
    ok([{ type: 'roomProbed', mode: 'new', algorithm: 'SM2' }]),
    ['old'],
  ]);
});

it('keeps the key where nothing more fits', async () => {
  const probed = await probeRoom(contextOn(new Set(['old']), 1), command, stateOf('first'));
  expect(probed).toEqual(ok([{ type: 'roomProbed', mode: 'same', algorithm: null }]));
});

it('removes what a crash of an earlier renewal of the same certificate left, instead of finding no room', async () => {
  const containers = new Set(['old']);
  const context = contextOn(containers, 2);
  const crashing = new Promise<never>(() => undefined);
  context.handle.provider.generateKeyPair = () => crashing;
  void probeRoom(context, command, stateOf('killed'));
  await Promise.resolve();
  await Promise.resolve();
  const before = containers.size;
  const probed = await probeRoom(contextOn(containers, 2), command, stateOf('another'));
  expect([before, probed, [...containers]]).toEqual([
    2,
    ok([{ type: 'roomProbed', mode: 'new', algorithm: 'SM2' }]),
    ['old'],
  ]);
});
