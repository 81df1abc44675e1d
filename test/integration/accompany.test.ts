// 陪同续期 with pkcs11-tool as the CA's assistant: it generates, a CA certifies, it writes, rightly and wrongly.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AccompanyReport } from '../../src/app/services/accompany/report.ts';
import { parseCertificate } from '../../src/core/certificate/certificate.ts';
import type { HostedProvider } from '../../src/native/host/host-client.ts';
import {
  createAccompanyRig,
  createAssistant,
  createSmallCa,
  watching,
  type AccompanyRig,
  type AccompanyRigOptions,
  type Assistant,
  type SmallCa,
} from '../support/accompany-rig.ts';
import { hostPkcs11 } from '../support/hosted.ts';
import { must } from '../support/renewal-rig.ts';
import { createSoftHsm, type SoftHsm } from '../support/softhsm.ts';

const PIN = '123456';

let hsm: SoftHsm;
let ca: SmallCa;
let provider: HostedProvider;
let count = 0;
let label: string;
let assistant: Assistant;
let rig: AccompanyRig;
let oldKey: Uint8Array;
let old: Uint8Array;

beforeAll(async () => {
  hsm = await createSoftHsm();
  ca = await createSmallCa();
  process.env['SOFTHSM2_CONF'] = hsm.env['SOFTHSM2_CONF'];
  provider = hostPkcs11(hsm.module);
});
afterAll(async () => {
  await provider.dispose();
  await hsm.dispose();
});

function assistantAt(token: string): Assistant {
  const tool = (...args: readonly string[]) =>
    hsm.pkcs11Tool('--token-label', token, '--login', '--pin', PIN, ...args);
  return createAssistant({ folder: hsm.folder, tool });
}

/** A key with one certificate that has 12 days left, and the CA's root beside it. */
beforeEach(async () => {
  count += 1;
  label = `key ${String(count)}`;
  await hsm.addToken(label);
  assistant = assistantAt(label);
  oldKey = await assistant.generate('01');
  old = await ca.issue({ spki: oldKey, from: -353, to: 12, use: 'signing' });
  await assistant.write('01', old);
  await assistant.write('a0', ca.root);
  rig = await open();
});
afterEach(async () => {
  await rig.dispose();
  await hsm.removeToken(label);
});

const open = (options: Partial<AccompanyRigOptions> = {}) =>
  createAccompanyRig({ provider, profile: 'neutral', ...options });

const start = (dialogue: ReturnType<typeof watching>, { service }: AccompanyRig = rig) =>
  service.start({ token: label, certificate: null, roots: [], profile: null, opensPortal: true }, dialogue);

/** The right thing: a key of its own, certified, written beside the old one. */
async function writeNew(id = '02'): Promise<void> {
  const key = await assistant.generate(id);
  await assistant.write(id, await ca.issue({ spki: key, use: 'signing' }));
}

const problems = ({ steps }: AccompanyReport) =>
  Object.fromEntries(
    steps.flatMap(({ step, status, problem }) =>
      problem === null ? [] : [[step, `${status} ${problem.code}`]],
    ),
  );

describe('what a CA writes while it is accompanied', () => {
  it('is proved by what this computer knows of the CA where the key has nothing of it', async () => {
    await assistant.remove('a0', 'cert');
    const knowing = await open({ authorities: [must(parseCertificate(ca.root))] });
    const report = must(
      await start(
        watching(PIN, () => writeNew()),
        knowing,
      ),
    );
    await knowing.dispose();
    expect([report.verdict, problems(report)]).toEqual(['renewed', {}]);
  });

  it('is proved in full, with the new key tried out, and then forgotten', async () => {
    const dialogue = watching(PIN, () => writeNew());
    const report = must(await start(dialogue));
    expect({ verdict: report.verdict, problems: problems(report), isOpen: report.isOpen }).toEqual({
      ...{ verdict: 'renewed', problems: {}, isOpen: false },
    });
    expect(report.before.count).toEqual({ signing: 1, encryption: 0, keys: 1, seals: 0 });
    expect(report.after.count).toEqual({ signing: 2, encryption: 0, keys: 2, seals: 0 });
    const stages = dialogue.seen.map(({ stage }) => stage);
    expect(stages).toEqual(['check', 'record', 'portal', 'wait', 'wait', 'prove']);
    expect(must(await rig.service.list())).toEqual([]);
  });

  it('is judged without a PIN as far as that goes, and can be tried out later', async () => {
    const report = must(await start(watching(null, () => writeNew())));
    expect({ verdict: report.verdict, problems: problems(report), isOpen: report.isOpen }).toEqual({
      verdict: 'incomplete',
      problems: { 'signing.key': 'notChecked pin.required', 'test.sign': 'notChecked pin.required' },
      isOpen: true,
    });
    const again = must(await rig.service.resume({ id: report.id }, watching(PIN)));
    expect({ verdict: again.verdict, isOpen: again.isOpen }).toEqual({ verdict: 'renewed', isOpen: false });
  });

  it('is never tried out with a wrong PIN twice', async () => {
    const report = must(await start(watching('999999', () => writeNew())));
    expect(problems(report)).toEqual({
      'signing.key': 'notChecked pin.required',
      'test.sign': 'notChecked pin.incorrect',
    });
  });

  it('may replace the certificate over the same key, which is told', async () => {
    const report = must(
      await start(
        watching(PIN, async () => {
          await assistant.remove('01', 'cert');
          await assistant.write('01', await ca.issue({ spki: oldKey, use: 'signing' }));
        }),
      ),
    );
    expect({ verdict: report.verdict, problems: problems(report), isOpen: report.isOpen }).toEqual({
      verdict: 'incomplete',
      problems: { 'old.certificates': 'notChecked certificate.replaced' },
      isOpen: false,
    });
  });

  it('brings both certificates where there were both', async () => {
    const spki = await assistant.generate('0e', 'rsa:2048');
    await assistant.write('0e', await ca.issue({ spki, from: -353, to: 12, use: 'encryption' }));
    const dialogue = watching(PIN, async () => {
      await writeNew('02');
      const fresh = await assistant.generate('2e', 'rsa:2048');
      await assistant.write('2e', await ca.issue({ spki: fresh, use: 'encryption' }));
    });
    const report = must(await start(dialogue));
    expect({ verdict: report.verdict, problems: problems(report) }).toEqual({
      verdict: 'renewed',
      problems: {},
    });
    expect(report.steps.at(-1)).toMatchObject({ step: 'test.decrypt', status: 'ok' });
    expect(report.after.certificates.map(({ use, container }) => [use, container])).toEqual([
      ['signing', '02'],
      ['encryption', '2e'],
    ]);
  });
});

type Wrong = readonly [title: string, happens: () => Promise<void>, named: Readonly<Record<string, string>>];

const WRONG: readonly Wrong[] = [
  [
    'a certificate for another key',
    async () => {
      await assistant.generate('02');
      await assistant.write('02', await ca.issue({ spki: await assistant.generate('03'), use: 'signing' }));
    },
    { 'signing.key': 'failed certificate.keyMismatch', 'test.sign': 'failed key.notFound' },
  ],
  [
    'a certificate without a private key',
    async () => {
      await assistant.write('02', await ca.issue({ spki: await assistant.generate('02'), use: 'signing' }));
      await assistant.remove('02', 'privkey');
    },
    { 'signing.key': 'failed certificate.withoutKey', 'test.sign': 'failed key.notFound' },
  ],
  [
    'a certificate of another holder',
    async () => {
      const spki = await assistant.generate('02');
      await assistant.write('02', await ca.issue({ spki, use: 'signing', commonName: '别的单位' }));
    },
    { 'signing.subject': 'failed certificate.subjectMismatch' },
  ],
  [
    'the same certificate again',
    () => assistant.write('02', old),
    { appeared: 'failed certificate.repeated' },
  ],
  [
    'the old certificate and its key deleted',
    async () => {
      await writeNew();
      await assistant.remove('01', 'cert', 'privkey', 'pubkey');
    },
    { 'old.certificates': 'failed certificate.removed', 'old.keys': 'failed key.removed' },
  ],
  [
    'only the old private key deleted, which shows with the PIN',
    async () => {
      await writeNew();
      await assistant.remove('01', 'privkey');
    },
    { 'old.keys': 'failed key.removed' },
  ],
  [
    'everything deleted and nothing written',
    () => assistant.remove('01', 'cert', 'privkey', 'pubkey'),
    {
      appeared: 'notChecked certificate.missing',
      'old.certificates': 'failed certificate.removed',
      'old.keys': 'failed key.removed',
    },
  ],
  [
    'only the encryption certificate',
    async () => {
      const spki = await assistant.generate('02');
      await assistant.write('02', await ca.issue({ spki, use: 'encryption' }));
    },
    { appeared: 'failed certificate.missing' },
  ],
];

describe('what a CA writes wrongly is named:', () => {
  it.each(WRONG)('%s', async (_title, happens, named) => {
    const report = must(await start(watching(PIN, happens)));
    expect({ verdict: report.verdict, problems: problems(report), isOpen: report.isOpen }).toEqual({
      ...{ verdict: 'wrong', problems: named, isOpen: true },
    });
  });

  it('the encryption certificate missing', async () => {
    const spki = await assistant.generate('0e');
    await assistant.write('0e', await ca.issue({ spki, from: -353, to: 12, use: 'encryption' }));
    const report = must(await start(watching(PIN, () => writeNew())));
    expect(problems(report)).toEqual({ 'encryption.present': 'failed certificate.missing' });
  });

  it('written to another key that is plugged in', async () => {
    const other = `${label} other`;
    await hsm.addToken(other);
    const dialogue = watching(PIN, async () => {
      const elsewhere = assistantAt(other);
      await elsewhere.write('02', await ca.issue({ spki: await elsewhere.generate('02'), use: 'signing' }));
    });
    const left = await start(dialogue);
    expect(left).toMatchObject({ ok: false, error: { error: { code: 'accompaniment.waiting' } } });
    expect(dialogue.seen.at(-1)).toMatchObject({ stage: 'wait', look: { kind: 'seen', elsewhere: other } });
    await hsm.removeToken(other);
  });

  it('and is put right by the CA, without beginning again', async () => {
    const wrong = must(
      await start(
        watching(PIN, async () => {
          await assistant.write('02', await ca.issue({ spki: oldKey, commonName: '别的单位' }));
        }),
      ),
    );
    const dialogue = watching(PIN, async () => {
      await assistant.remove('02', 'cert');
      await writeNew('03');
    });
    // What is wrong stays in sight until it is gone: the first look of the second run is still the old state.
    const { service } = await open({ folder: rig.folder, quiet: { whenRight: 0, whenWrong: 3_600_000 } });
    const report = must(await service.resume({ id: wrong.id }, dialogue));
    expect([wrong.verdict, report.verdict]).toEqual(['wrong', 'renewed']);
  });
});

describe('before the portal', () => {
  it('opens the page of the profile and copies the serial number as it wants it', async () => {
    const opened: string[] = [];
    const own = await open({ profile: 'szca-bidding', onOpen: (address) => opened.push(address) });
    const dialogue = watching(null);
    await start(dialogue, own);
    await own.dispose();
    const [portal] = dialogue.seen.filter(({ stage }) => stage === 'portal');
    expect({ opened, portal }).toMatchObject({
      opened: ['https://wt.szca.com'],
      portal: { guide: { profile: 'szca-bidding', writeButton: '立即更新' }, error: null },
    });
  });

  it('stops where the CA does not renew yet, and records nothing', async () => {
    const own = await open({ rules: { daysBefore: 5 } });
    const refused = await start(watching(PIN), own);
    expect({ refused, open: must(await own.service.list()) }).toMatchObject({
      refused: { ok: false, error: { error: { code: 'renewal.notEligible', reason: 'tooEarly' }, id: null } },
      open: [],
    });
    await own.dispose();
  });

  it('advises on unopened bids, remembers the opening and goes on only if the person says so', async () => {
    const opening = Date.now() + 5 * 86_400_000;
    const advised: string[] = [];
    const dialogue = {
      ...watching(PIN),
      askBids: () => Promise.resolve({ opening, uploaded: 'canRedo', remindAfter: true } as const),
      confirmAdvice: (advice: string) => Promise.resolve(advised.push(advice) > 1),
    };
    const stopped = await start(dialogue);
    expect(stopped).toMatchObject({
      ok: false,
      error: { error: { code: 'renewal.consentNeeded' }, id: null },
    });
    const remembered = must(await rig.reminders.read()).value.openings;
    expect({ advised, remembered }).toMatchObject({
      advised: ['renewAfterOpening'],
      remembered: [{ at: opening, uploaded: 'canRedo', remindAfter: true }],
    });
  });

  it('is not begun twice for one certificate, but given up when the person wants', async () => {
    const first = await start(watching(PIN));
    const id = first.ok ? null : first.error.id;
    expect(await start(watching(PIN))).toMatchObject({
      ok: false,
      error: { error: { code: 'accompaniment.unfinished', id } },
    });
    must(await rig.service.abandon(id ?? ''));
    expect(await rig.service.resume({ id: null }, watching(PIN))).toMatchObject({
      ok: false,
      error: { error: { code: 'accompaniment.notFound' } },
    });
  });
});

describe('while waiting', () => {
  it('goes on after another process took over, with the key pulled and plugged in between', async () => {
    const left = await start(watching(PIN));
    const id = left.ok ? '' : (left.error.id ?? '');
    await hsm.pull();
    const dialogue = watching(
      PIN,
      () => hsm.plug(),
      () => writeNew(),
    );
    const report = must(await (await rig.again()).resume({ id }, dialogue));
    const looks = dialogue.seen.flatMap((seen) =>
      seen.stage === 'wait' ? [seen.look.kind === 'seen' ? seen.look.judgement.verdict : seen.look.kind] : [],
    );
    expect({ looks, verdict: report.verdict }).toEqual({
      looks: ['absent', 'waiting', 'incomplete'],
      verdict: 'renewed',
    });
  });

  it('does not take a half-written key for the CA’s last word', async () => {
    const patient = await open({ quiet: { whenRight: 0, whenWrong: 3_600_000 } });
    const spki = await assistant.generate('0e');
    await assistant.write('0e', await ca.issue({ spki, from: -353, to: 12, use: 'encryption' }));
    const dialogue = watching(
      PIN,
      () => writeNew('02'),
      async () => {
        const fresh = await assistant.generate('2e');
        await assistant.write('2e', await ca.issue({ spki: fresh, use: 'encryption' }));
      },
    );
    const report = must(await start(dialogue, patient));
    expect(report.verdict).toBe('renewed');
    await patient.dispose();
  });
});
