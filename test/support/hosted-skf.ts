import { forkChild } from '../../src/native/host/fork-channel.ts';
import {
  createHostedProvider,
  type HostClientDeps,
  type HostedProvider,
} from '../../src/native/host/host-client.ts';
import { hostPath } from './hosted.ts';

/** An SKF library behind the real, built host; the host sees this process's environment. */
export function hostSkf(
  module: string,
  options: Partial<Omit<HostClientDeps, 'openChannel'>> = {},
): HostedProvider {
  return createHostedProvider({
    start: { kind: 'skf', module },
    openChannel: () => forkChild(hostPath, () => undefined),
    onBug: (text) => {
      throw new Error(text);
    },
    ...options,
  });
}
