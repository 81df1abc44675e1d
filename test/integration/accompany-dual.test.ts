// 陪同续期 of SM2 with two certificates over an SKF library: another process writes to the key behind our back.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { readEnvelope } from '../../src/app/adapters/read-envelope.ts';
import { parseCertificate } from '../../src/core/certificate/certificate.ts';
import type { HostedProvider } from '../../src/native/host/host-client.ts';
import { createAccompanyRig, watching, type AccompanyRig } from '../support/accompany-rig.ts';
import { hostSkf } from '../support/hosted-skf.ts';
import { must } from '../support/renewal-rig.ts';
import { buildSoftskf } from '../support/softskf.ts';
import { openTestSandbox, type TestSandbox } from '../support/test-sandbox.ts';
import { openSoftskfToken, type TestToken } from '../support/tokens.ts';

let key: TestToken;
let assistant: HostedProvider;
let sandbox: TestSandbox;
let rig: AccompanyRig;
let roots: readonly Uint8Array[];

beforeEach(async () => {
  key = openSoftskfToken();
  assistant = hostSkf(buildSoftskf({ ulong: 4, packed: true }));
  sandbox = await openTestSandbox();
  rig = await createAccompanyRig({ provider: key.provider, profile: 'sandbox' });
  await write(key.provider, '01', 12);
});
afterEach(async () => {
  await rig.dispose();
  await sandbox.close();
  await assistant.dispose();
  await key.dispose();
});

/** @param parts what of the pair is written, the encryption half first */
async function write(
  provider: HostedProvider,
  container: string,
  daysLeft: number,
  parts: readonly ('encryption' | 'signing')[] = ['encryption', 'signing'],
): Promise<void> {
  const [token] = must(await provider.listTokens());
  const id = token?.id ?? '';
  must(await provider.login(id, Buffer.from(key.pin), { acceptLastTry: false }));
  must(await provider.createContainer(id, container));
  const spki = must(await provider.generateKeyPair(id, container, 'SM2', '练习单位'));
  const subject = { country: 'CN', organisation: '练习单位', commonName: '练习单位' };
  const publicKey = Buffer.from(spki).toString('base64');
  const issued = must(await sandbox.operator.provision({ publicKey, request: null, subject, daysLeft }));
  const encryption = Buffer.from(issued.encryption ?? '', 'base64');
  if (parts.includes('encryption')) {
    const envelope = must(readEnvelope(issued.encryptionKey ?? '', must(parseCertificate(encryption)).spki));
    must(await provider.importEncryptionKey(id, container, envelope));
    must(await provider.writeCertificate(id, container, 'encryption', encryption));
  }
  if (parts.includes('signing')) {
    const signing = Buffer.from(issued.certificate, 'base64');
    must(await provider.writeCertificate(id, container, 'signing', signing));
  }
  must(await provider.logout(id));
  roots = issued.chain.map((der) => Buffer.from(der, 'base64'));
}

async function accompanied(happens: () => Promise<void>) {
  const [token] = must(await key.provider.listTokens());
  const input = { token: token?.id ?? '', certificate: null, profile: null, opensPortal: false };
  return must(await rig.service.start({ ...input, roots }, watching(key.pin, happens)));
}

it('proves both certificates, their keys and what they open', async () => {
  const report = await accompanied(() => write(assistant, '02', 377));
  const problems = report.steps.filter(({ status }) => status !== 'ok');
  expect({ problems, verdict: report.verdict }).toEqual({ problems: [], verdict: 'renewed' });
  expect(report.after.certificates.map(({ use, container }) => [use, container])).toEqual([
    ['signing', '02'],
    ['encryption', '02'],
  ]);
  expect(report.steps.map(({ step }) => step)).toEqual([
    'appeared',
    ...[
      'signing.key',
      'signing.subject',
      'signing.issuer',
      'signing.use',
      'signing.validity',
      'signing.chain',
    ],
    'encryption.present',
    ...['encryption.key', 'encryption.subject', 'encryption.issuer', 'encryption.use'],
    ...[
      'encryption.validity',
      'encryption.chain',
      'old.certificates',
      'old.keys',
      'test.sign',
      'test.decrypt',
    ],
  ]);
});

it.each([
  [['signing'], 'encryption.present'],
  [['encryption'], 'appeared'],
] as const)('names the half that is missing when only %j is written', async (parts, missing) => {
  const report = await accompanied(() => write(assistant, '02', 377, parts));
  const failed = report.steps.filter(({ status }) => status === 'failed');
  expect(failed.map(({ step, problem }) => [step, problem?.code])).toEqual([
    [missing, 'certificate.missing'],
  ]);
});
