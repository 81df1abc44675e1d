import { fileURLToPath } from 'node:url';
import { forkChild } from '../../src/native/host/fork-channel.ts';
import {
  createHostedProvider,
  type HostClientDeps,
  type HostedProvider,
} from '../../src/native/host/host-client.ts';

/** Built by the test run before tests in this folder tree start. */
export const hostPath = fileURLToPath(new URL('../../out/host.mjs', import.meta.url));

type HostOptions = Partial<Omit<HostClientDeps, 'start' | 'openChannel'>> & {
  onNoise?: (text: string) => void;
};

/** A PKCS#11 module behind the real, built host; the host sees this process's environment. */
export function hostPkcs11(module: string, options: HostOptions = {}): HostedProvider {
  return host('pkcs11', module, options);
}

/** A key file behind the real, built host. */
export function hostSoftwareKey(path: string, options: HostOptions = {}): HostedProvider {
  return host('software', path, options);
}

function host(kind: string, module: string, options: HostOptions): HostedProvider {
  const { onNoise = () => undefined, ...rest } = options;
  return createHostedProvider({
    start: { kind, module },
    openChannel: () => forkChild(hostPath, onNoise),
    onBug: (text) => {
      throw new Error(text);
    },
    ...rest,
  });
}
