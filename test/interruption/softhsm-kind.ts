// RSA behind PKCS#11: SoftHSM2 through the proxy.

import { createPublicKey, verify } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostPkcs11 } from '../support/hosted.ts';
import { createProxy } from '../support/pkcs11-proxy/proxy.ts';
import { must, OLD_CONTAINER } from '../support/renewal-rig.ts';
import { createSoftHsm, runPkcs11Tool, softhsmModule } from '../support/softhsm.ts';
import { numbered, type TokenKind } from './cell-token.ts';

/** Calls that change the token or use a key; killing around a reading call lies between two of these. */
const TELLING: ReadonlySet<string> = new Set([
  'C_Login',
  'C_Logout',
  'C_Sign',
  'C_Decrypt',
  'C_GenerateKeyPair',
  'C_CreateObject',
  'C_SetAttributeValue',
  'C_DestroyObject',
]);

const LABEL = 'renewal';
const PIN = '123456';
const OLD_KEY_FILE = 'old-key.der';

export const softhsm: TokenKind = {
  name: 'PKCS#11, RSA',
  algorithm: 'RSA-2048',
  isDual: false,

  async prepare(folder, certify) {
    const hsm = await createSoftHsm();
    await hsm.addToken(LABEL);
    process.env['SOFTHSM2_CONF'] = hsm.env['SOFTHSM2_CONF'];
    const provider = hostPkcs11(hsm.module);
    await certify({ provider, pin: PIN });
    const [token] = must(await provider.listTokens());
    const [container] = must(await provider.listContainers(token?.id ?? ''));
    await writeFile(join(folder, OLD_KEY_FILE), container?.keys[0]?.publicKey ?? new Uint8Array());
    await provider.dispose();
    await cp(join(hsm.folder, 'tokens'), join(folder, 'tokens'), { recursive: true });
    await hsm.dispose();
  },

  async open(folder) {
    const config = join(folder, 'softhsm2.conf');
    await writeFile(config, `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`);
    const proxy = await createProxy(softhsmModule(), folder);
    await proxy.control();
    await proxy.clearTrace();
    return {
      driver: ['--module', proxy.module],
      wanted: LABEL,
      pin: PIN,
      environment: () => ({ ...proxy.env, SOFTHSM2_CONF: config }),
      moments: async () =>
        numbered((await proxy.calls()).map(({ name }) => name).filter((name) => TELLING.has(name))),
      killAt: ({ name, occurrence }, order) => proxy.control(`kill ${name} ${occurrence} both ${order}`),
      pullAt: ({ name, occurrence }) => proxy.control(`remove ${name} ${occurrence}`),
      async pauseAt({ name, occurrence }) {
        await proxy.control(`pause ${name} ${occurrence}`);
        return {
          async reached() {
            await proxy.waitFor('paused');
          },
        };
      },
      calm: () => proxy.control(),
      oldKeysWork: () => oldKeySigns(folder, config),
    };
  },
};

/** Asked with pkcs11-tool. */
async function oldKeySigns(folder: string, config: string): Promise<boolean> {
  const [message, signature] = [join(folder, 'message'), join(folder, 'signature')];
  await writeFile(message, 'still there');
  await runPkcs11Tool(
    config,
    ...['--token-label', LABEL, '--login', '--pin', PIN, '--sign', '--id', OLD_CONTAINER],
    ...['--mechanism', 'SHA256-RSA-PKCS', '--input-file', message, '--output-file', signature],
  );
  const key = createPublicKey({
    key: await readFile(join(folder, OLD_KEY_FILE)),
    format: 'der',
    type: 'spki',
  });
  return verify('sha256', Buffer.from('still there'), key, await readFile(signature));
}
