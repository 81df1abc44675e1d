// One story of the demonstration: a practice certificate with few days left, a rehearsal CA, a renewal from
// beginning to end. The same code as for a real key; only the answers are given in the person's place.

import { randomBytes } from 'node:crypto';
import { createDocumentDigest } from '../../app/adapters/document-digest.ts';
import type { Application } from '../../app/compose.ts';
import type { RenewalDialogue } from '../../app/services/renewal/dialogue.ts';
import type { RenewalReport } from '../../app/services/renewal/report.ts';
import { viewSealTest, type SealTestView } from '../../app/services/seal-on-key-view.ts';
import type { FoundToken } from '../../app/services/tokens.ts';
import { daysLeft } from '../../core/certificate/certificate.ts';
import { formatTime } from '../../core/certificate/time.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { Phase } from '../../core/renewal/state.ts';
import type { KeyAlgorithm } from '../../core/token/token.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { locale } from '../locale.ts';
import type { Output } from '../output.ts';
import { sayTest } from '../seal-test-lines.ts';
import { provisionToken } from '../../app/services/provisioning.ts';

export interface StoryOptions {
  readonly application: Application;
  readonly found: FoundToken;
  readonly pin: Uint8Array;
  readonly algorithm: KeyAlgorithm;
  /** Folder of the rehearsal CA; may be removed afterwards. */
  readonly sandboxFolder: string;
  readonly output: Output;
  readonly signal: AbortSignal;
}

export interface Story {
  readonly report: RenewalReport;
  /** DER, for signing. */
  readonly old: Uint8Array;
  /** DER, the new one for encryption; null: there is one for everything. */
  readonly encryption: Uint8Array | null;
  readonly sealTest: SealTestView;
  /** The page that was sealed, a PDF; null: it could not be. */
  readonly page: Uint8Array | null;
}

const DAYS_LEFT = 12;

export async function tellStory(options: StoryOptions): Promise<Result<Story, AppError>> {
  const { application, output, sandboxFolder } = options;
  const opened = await application.openSandbox({ folder: sandboxFolder, settings: { auto: true } });
  if (!opened.ok) return opened;
  const sandbox = opened.value;
  try {
    const started = await sandbox.start(0);
    if (!started.ok) return started;
    output.say(output.words('demo.sandbox', { url: started.value.url }));
    return await renewOn(options, sandbox, started.value.url);
  } finally {
    await sandbox.stop();
  }
}

async function renewOn(
  options: StoryOptions,
  sandbox: Sandbox,
  gateway: string,
): Promise<Result<Story, AppError>> {
  const { application, found, pin, algorithm, output, signal } = options;
  const provisioned = await provisionToken(application, sandbox.operator, found, {
    pin: Uint8Array.from(pin),
    acceptLastTry: false,
    container: randomBytes(8).toString('hex'),
    algorithm,
    commonName: '张三',
    daysLeft: DAYS_LEFT,
  });
  if (!provisioned.ok) return provisioned;
  const { certificate } = provisioned.value;
  output.say(
    output.words('demo.provision', {
      notAfter: formatTime(certificate.notAfter),
      daysLeft: daysLeft(certificate, application.clock.now()),
    }),
  );
  if (signal.aborted) return err({ code: 'gateway.cancelled' });
  output.say(output.words('demo.renew'));
  const service = await application.renewals(true);
  if (!service.ok) return service;
  const renewed = await service.value.start(
    { token: found.token.id, certificate: certificate.sha256, gateway, roots: [], mode: null },
    answerAll(options),
  );
  if (!renewed.ok) return err(renewed.error.error);
  const encryption = await encryptionFrom(options, renewed.value);
  if (!encryption.ok) return encryption;
  const tested = await testSeal(options);
  if (!tested.ok) return tested;
  const story = { report: renewed.value, old: certificate.der, encryption: encryption.value };
  return ok({ ...story, ...tested.value });
}

/** What the person would do last: does the key sign and seal? */
async function testSeal({
  application,
  found,
  pin,
  output,
}: StoryOptions): Promise<Result<Pick<Story, 'sealTest' | 'page'>, AppError>> {
  output.say(output.words('demo.seal'));
  const now = await (await application.tokens()).find(found.token.id);
  if (!now.ok) return now;
  const options = { acceptLastTry: false, seal: null };
  const tested = await (await application.sealTest()).run(now.value, Uint8Array.from(pin), options);
  if (!tested.ok) return tested;
  const sealTest = viewSealTest(now.value, tested.value, createDocumentDigest(), locale);
  sayTest(sealTest, null, output);
  return ok({ sealTest, page: tested.value.page });
}

/** Read from the token, where it is now. */
async function encryptionFrom(
  { application, found }: StoryOptions,
  { certificates }: RenewalReport,
): Promise<Result<Uint8Array | null, AppError>> {
  const written = certificates.find(({ use }) => use === 'encryption');
  if (written === undefined) return ok(null);
  const read = await (await application.tokens()).findCertificate(written.sha256, found.token.id);
  return read.ok ? ok(read.value.entry.certificate.der) : read;
}

/** What the CA has on file goes into the form; consent and agreements are those of the rehearsal. */
function answerAll({ pin, output, signal }: StoryOptions): RenewalDialogue {
  let lastPhase: Phase | null = null;
  return {
    askPin: ({ previous }) =>
      Promise.resolve(previous === null ? { pin: Uint8Array.from(pin), acceptLastTry: false } : null),
    askAuthorisationCode: () => Promise.resolve(null),
    giveConsent: () => Promise.resolve(true),
    acceptAgreements: () => Promise.resolve(true),
    fillForm: (fields) => Promise.resolve(Object.fromEntries(fields.map(({ name, value }) => [name, value]))),
    showSeal({ kind, name, maker }) {
      if (kind !== 'none') output.say(`  ${output.words(`sealPlan.${kind}`, { name, maker })}`);
    },
    showPayment: () => undefined,
    waitForOrder: () => Promise.resolve(false),
    progress({ phase, item }) {
      if (phase !== lastPhase) output.say(`  ${output.words(`phase.${phase}`, { item })}`);
      lastPhase = phase;
    },
    isStopRequested: () => signal.aborted,
  };
}
