// A rehearsal CA served by `ukey sandbox` in a process of its own, and keys with few days left from it.

import { createSoftHsm, type SoftHsm } from './softhsm.ts';
import { createUkey, type Ended, type Ukey } from './ukey.ts';

export interface Rehearsal {
  readonly hsm: SoftHsm;
  readonly ukey: Ukey;
  readonly gateway: string;
  /** PEM file of the CA's root. */
  readonly root: string;
  /** A new token with one certificate; answers the token's label. */
  addKey(
    label: string,
    options?: { readonly daysLeft?: number; readonly algorithm?: string },
  ): Promise<string>;
  /** `ukey sandbox …` */
  sandbox(...args: readonly string[]): Promise<Ended>;
  /** The CA's program ends, and is there again at the same address with all it knew. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  dispose(): Promise<void>;
}

export const PIN = '123456';

export async function createRehearsal(...serveOptions: readonly string[]): Promise<Rehearsal> {
  const hsm = await createSoftHsm();
  const ukey = await createUkey({ SOFTHSM2_CONF: hsm.env['SOFTHSM2_CONF'] });
  const serve = async (...options: readonly string[]) => {
    const running = ukey.start(['sandbox', ...serveOptions, ...options]);
    await running.printed('Ctrl-C');
    return running;
  };
  let served = await serve();
  const told = await ukey.run(['sandbox', 'set', '--json']);
  if (told.code !== 0) throw new Error(told.stderr);
  const gateway = served.said(/http:\/\/127\.0\.0\.1:\d+/);
  const root = served.said(/\/\S+root\.pem/);
  const goDown = async () => {
    served.child.kill('SIGTERM');
    await served.ended;
  };
  return {
    hsm,
    ukey,
    gateway,
    root,
    async addKey(label, { daysLeft = 12, algorithm = 'EC-P256' } = {}) {
      await hsm.addToken(label);
      const options = ['--token', label, '--days-left', String(daysLeft), '--algorithm', algorithm];
      const provisioned = await ukey.run(['sandbox', 'provision', ...options, '--pin-stdin'], [PIN]);
      if (provisioned.code !== 0) throw new Error(provisioned.stderr);
      return label;
    },
    sandbox: (...args) => ukey.run(['sandbox', ...args]),
    goDown,
    async comeBack() {
      served = await serve('--port', new URL(gateway).port);
    },
    async dispose() {
      await goDown();
      await ukey.dispose();
      await hsm.dispose();
    },
  };
}
