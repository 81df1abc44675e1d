// 陪同续期 with pkcs11-tool as the CA's assistant: it generates, a CA certifies, it writes, rightly and wrongly.

import { afterAll, beforeAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccompanyReport } from '../../src/app/services/accompany/report.ts';
import type { HostedProvider } from '../../src/native/host/host-client.ts';
import {
  createAccompanyRig,
  createAssistant,
  createSmallCa,
  watching,
  type AccompanyRig,
  type Assistant,
  type SmallCa,
} from '../support/accompany-rig.ts';
import { hostPkcs11 } from '../support/hosted.ts';
import { must } from '../support/renewal-rig.ts';
import { createSoftHsm, type SoftHsm } from '../support/softhsm.ts';

const PIN = '123456';
const LABEL = 'accompanied';

let hsm: SoftHsm;
let ca: SmallCa;
let provider: HostedProvider;
let assistant: Assistant;
let rig: AccompanyRig;
let old: Uint8Array;

beforeAll(async () => {
  hsm = await createSoftHsm();
  ca = await createSmallCa();
  process.env['SOFTHSM2_CONF'] = hsm.env['SOFTHSM2_CONF'];
  provider = hostPkcs11(hsm.module);
  assistant = createAssistant({
    folder: hsm.folder,
    tool: (...args) => hsm.pkcs11Tool('--token-label', LABEL, '--login', '--pin', PIN, ...args),
  });
});
afterAll(async () => {
  await provider.dispose();
  await hsm.dispose();
});

/** One certificate with 12 days left, and the CA's root beside it. */
beforeEach(async () => {
  await hsm.addToken(LABEL);
  const key = await assistant.generate('01');
  old = await ca.issue({ spki: key, from: -353, to: 12 });
  await assistant.write('01', old);
  await assistant.write('a0', ca.root);
  rig = await createAccompanyRig({ provider, profile: 'neutral' });
});
afterEach(async () => {
  await rig.dispose();
  await hsm.removeToken(LABEL);
});

const start = (rigged: AccompanyRig, dialogue: ReturnType<typeof watching>) =>
  rigged.service.start(
    { token: LABEL, certificate: null, roots: [], profile: null, opensPortal: true },
    dialogue,
  );

/** The right thing: a key of its own, certified, written beside the old one. */
async function writeNew(id = '02'): Promise<void> {
  const key = await assistant.generate(id);
  await assistant.write(id, await ca.issue({ spki: key }));
}

const problems = ({ steps }: AccompanyReport) =>
  Object.fromEntries(
    steps.flatMap(({ step, status, problem }) => (status === 'ok' ? [] : [[step, [status, problem?.code]]])),
  );

describe('what a CA writes while it is accompanied', () => {
  it('is proved in full, with the new key tried out, and then forgotten', async () => {
    const dialogue = watching(PIN, () => writeNew());
    const report = must(await start(rig, dialogue));
    expect({ verdict: report.verdict, problems: problems(report) }).toEqual({
      verdict: 'renewed',
      problems: {},
    });
    expect(dialogue.seen.map(({ stage }) => stage)).toEqual([
      'check',
      'record',
      'portal',
      'wait',
      'wait',
      'prove',
    ]);
    expect(must(await rig.service.list())).toEqual([]);
  });
});
