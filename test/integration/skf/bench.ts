import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { TokenProvider } from '../../../src/core/token/provider.ts';
import type { Result } from '../../../src/core/errors/result.ts';
import { openSkf } from '../../../src/native/skf/open.ts';
import {
  buildSoftskf,
  createSoftskfBench,
  USER_PIN,
  type SoftskfBench,
  type SoftskfBuild,
} from '../../support/softskf.ts';

export interface ProviderBench {
  readonly skf: SoftskfBench;
  readonly module: string;
  readonly provider: TokenProvider;
  rsaKey(): { readonly pkcs1: Uint8Array; readonly spki: Uint8Array };
  dispose(): void;
}

/** The provider in this process, over a softskf of that build with no device yet. */
export async function openBench(build: SoftskfBuild): Promise<ProviderBench> {
  const module = buildSoftskf(build);
  const skf = createSoftskfBench();
  Object.assign(process.env, skf.environment);
  const { provider, close } = value(await openSkf(module));
  return {
    skf,
    module,
    provider,
    rsaKey() {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      return {
        pkcs1: privateKey.export({ format: 'der', type: 'pkcs1' }),
        spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
      };
    },
    dispose() {
      skf.control();
      close();
      skf.dispose();
    },
  };
}

export function value<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** A new copy each time: the provider zeroes what it is given. */
export function pin(text: string = USER_PIN): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

export function random(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length));
}
