// The keys that are renewed. Each answers what names it to `ukey`: environment, options, label and PIN.

import { loadSource } from '../load-source.mjs';
import { ukey } from './ukey.mjs';

export async function softHsmKey(createSoftHsm) {
  const hsm = await createSoftHsm();
  const { label, pin } = await hsm.addToken('bench');
  return { env: hsm.env, options: ['--module', hsm.module], label, pin, dispose: hsm.dispose };
}

/** Packed structures and 4-byte numbers, as most vendors' libraries have them. */
export async function skfKey(createSoftHsm) {
  const { buildSoftskf, createSoftskfBench, USER_PIN } = await loadSource('test/support/softskf.ts');
  const library = buildSoftskf({ ulong: 4, packed: true });
  const hsm = await createSoftHsm();
  const { home, addDevice, addApplication, dispose } = createSoftskfBench();
  addDevice('key1', { label: 'bench' });
  addApplication('key1', 'GMAPP');
  return {
    // Of the three variables only this one: control file and trace cost time in every call.
    env: { ...hsm.env, SOFTSKF_HOME: home },
    home,
    library,
    options: ['--skf', library],
    label: 'bench',
    pin: USER_PIN,
    async dispose() {
      dispose();
      await hsm.dispose();
    },
  };
}

/** @param data folder of the program, where it finds the key again without being told */
export async function softwareKey(createSoftHsm, data) {
  const hsm = await createSoftHsm();
  const [label, pin] = ['bench', '123456'];
  await ukey(
    ['softkey', 'create', '--label', label, '--pin-stdin', '--json', '--data-dir', data],
    pin,
    hsm.env,
  );
  return { env: hsm.env, options: [], label, pin, dispose: hsm.dispose };
}
