// A key with a certificate that has a few days left, the rehearsal CA that issued it, and the renewal service
// between them: everything real, in temporary folders and on loopback.

import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder, type DataFolder } from '../../src/app/adapters/data-folder.ts';
import { createDocumentDigest } from '../../src/app/adapters/document-digest.ts';
import { createGatewayClient } from '../../src/app/adapters/gateway-client.ts';
import { createJournals } from '../../src/app/adapters/journal.ts';
import { silentLog } from '../../src/app/adapters/log.ts';
import { readEnvelope } from '../../src/app/adapters/read-envelope.ts';
import { sealEnvelope } from '../../src/app/adapters/seal-envelope.ts';
import { createSealBackup } from '../../src/app/adapters/seal-backup.ts';
import { createSessionVault } from '../../src/app/adapters/session-vault.ts';
import { createSignatureVerifier } from '../../src/app/adapters/signature-verifier.ts';
import { acquireTokenLock } from '../../src/app/adapters/token-lock.ts';
import type { RenewalDialogue } from '../../src/app/services/renewal/dialogue.ts';
import { createRenewalService, type RenewalService } from '../../src/app/services/renewal/renewal-service.ts';
import type { StartInput } from '../../src/app/services/renewal/request.ts';
import { createCertificateReader } from '../../src/core/certificate/certificate-reader.ts';
import { NEUTRAL_PROFILE, SHIPPED_PROFILES } from '../../src/contract/shipped-profiles.ts';
import { parseCertificate } from '../../src/core/certificate/certificate.ts';
import { successorRule } from '../../src/core/profile/choose-profile.ts';
import type { Profile, RenewalRules } from '../../src/core/profile/profile.ts';
import type { Result } from '../../src/core/errors/result.ts';
import type { TokenProvider } from '../../src/core/token/provider.ts';
import type { KeyAlgorithm, KeyContainer, Token } from '../../src/core/token/token.ts';
import type { FaultyGateway } from './faulty-gateway.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import type { SettingsChange } from '../../src/sandbox/settings.ts';

export interface TokenUnderTest {
  readonly provider: TokenProvider;
  readonly pin: string;
}

export interface RigOptions extends TokenUnderTest {
  readonly algorithm?: KeyAlgorithm;
  readonly settings?: SettingsChange;
  readonly rules?: Partial<RenewalRules>;
  readonly daysLeft?: number;
  /** A seal of the CA lies on the key; how its data object is made of it. */
  readonly sealedAs?: (seal: Uint8Array) => Uint8Array;
  /** Milliseconds this computer's clock is wrong by. */
  readonly clockError?: number;
  /** A proxy between the renewal and the CA. */
  readonly front?: FaultyGateway;
  /** For one gateway call. */
  readonly timeoutMs?: number;
}

export interface Rig {
  readonly service: RenewalService;
  readonly dialogue: RenewalDialogue;
  readonly sandbox: Sandbox;
  readonly gateway: string;
  readonly data: DataFolder;
  /** Folder of the rehearsal CA. */
  readonly caFolder: string;
  readonly token: Token;
  /** What `start` needs; `change` overrides. */
  input(change?: Partial<StartInput>): StartInput;
  containers(): Promise<readonly KeyContainer[]>;
  dispose(): Promise<void>;
}

export const OLD_CONTAINER = '01';

export async function createRig(options: RigOptions): Promise<Rig> {
  const { provider, pin, settings = {}, rules = {}, clockError = 0 } = options;
  const folder = await mkdtemp(join(tmpdir(), 'renewal-'));
  const clock = { now: () => Date.now() + clockError };
  const sandbox = must(
    await openSandbox({
      folder: join(folder, 'sandbox'),
      clock: () => Date.now(),
      random: randomBytes,
      verifier: createSignatureVerifier(),
      settings,
    }),
  );
  const { front } = options;
  const { url } = must(await sandbox.start(0, front === undefined ? {} : { alsoServedAt: [front.url] }));
  front?.forwardTo(url);
  const gateway = front?.url ?? url;
  const data = must(await openDataFolder(join(folder, 'data')));
  const [token] = must(await provider.listTokens());
  if (token === undefined) throw new Error('no token');
  await provision(options, sandbox, token);
  const profiles = [NEUTRAL_PROFILE, ...SHIPPED_PROFILES].map((profile) => withRules(profile, rules));
  const service = createRenewalService({
    findToken: () => Promise.resolve({ ok: true, value: { provider, token } }),
    readCertificate: createCertificateReader(),
    verifier: createSignatureVerifier(),
    seal: sealEnvelope,
    readEnvelope,
    clock,
    random: randomBytes,
    sha256Hex: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    stayOpen: true,
    journals: createJournals(data),
    lock: (id) => acquireTokenLock(data, id, silentLog),
    openGateway: (address) => createGatewayClient({ url: address, timeoutMs: options.timeoutMs ?? 5_000 }),
    sealBackup: (id) => createSealBackup(data, id),
    digest: createDocumentDigest(),
    vault: (id) => createSessionVault(data, id),
    profiles: {
      find: () => byId(profiles, 'sandbox'),
      byId: (id) => byId(profiles, id),
      isSuccessor: successorRule(() => byId(profiles, 'sandbox')),
    },
    obstacles: () => Promise.resolve([]),
    run: { tokenMs: () => 0, elapsed: () => performance.now(), now: clock.now },
  });
  return {
    service,
    dialogue: agreeable(pin),
    sandbox,
    gateway,
    data,
    caFolder: join(folder, 'sandbox'),
    token,
    input: (change = {}) => ({
      token: token.id,
      certificate: null,
      gateway,
      roots: [],
      mode: null,
      ...change,
    }),
    containers: () => readAll(provider, token, pin),
    async dispose() {
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Says yes to everything, types the right PIN once, and never waits. */
export function agreeable(pin: string): RenewalDialogue {
  return {
    askPin: ({ previous }) =>
      Promise.resolve(previous === null ? { pin: Buffer.from(pin), acceptLastTry: false } : null),
    askAuthorisationCode: () => Promise.resolve(null),
    giveConsent: () => Promise.resolve(true),
    acceptAgreements: () => Promise.resolve(true),
    fillForm: (fields) =>
      Promise.resolve(
        Object.fromEntries(
          fields.map(({ name, value }) => [name, value === '' ? (FORM_VALUES[name] ?? '练习') : value]),
        ),
      ),
    showPayment: () => undefined,
    waitForOrder: () => Promise.resolve(false),
    progress: () => undefined,
  };
}

const FORM_VALUES: Readonly<Record<string, string>> = { phone: '13800000000', mobile: '13800000000' };

export function must<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** Generates a key in the old container and has the CA certify it, as if long ago. */
export async function provision(
  { provider, pin, algorithm = 'EC-P256', daysLeft = 12, sealedAs }: RigOptions,
  sandbox: Sandbox,
  token: Token,
): Promise<void> {
  must(await provider.login(token.id, Buffer.from(pin), { acceptLastTry: false }));
  must(await provider.createContainer(token.id, OLD_CONTAINER));
  const spki = must(await provider.generateKeyPair(token.id, OLD_CONTAINER, algorithm, '练习单位'));
  const { certificate, encryption, encryptionKey, seal } = must(
    await sandbox.operator.provision({
      publicKey: Buffer.from(spki).toString('base64'),
      request: null,
      subject: { country: 'CN', organisation: '练习单位', commonName: '练习单位' },
      daysLeft,
      seal: sealedAs !== undefined,
    }),
  );
  if (encryption !== null && encryptionKey !== null) {
    const der = Buffer.from(encryption, 'base64');
    const envelope = must(readEnvelope(encryptionKey, must(parseCertificate(der)).spki));
    must(await provider.importEncryptionKey(token.id, OLD_CONTAINER, envelope));
    must(await provider.writeCertificate(token.id, OLD_CONTAINER, 'encryption', der));
  }
  const der = Buffer.from(certificate, 'base64');
  must(await provider.writeCertificate(token.id, OLD_CONTAINER, 'signing', der));
  if (seal !== null && sealedAs !== undefined) {
    const content = sealedAs(Buffer.from(seal.seal, 'base64'));
    must(await provider.writeDataObject(token.id, seal.object, content));
  }
  must(await provider.logout(token.id));
}

async function readAll(provider: TokenProvider, token: Token, pin: string): Promise<readonly KeyContainer[]> {
  must(await provider.login(token.id, Buffer.from(pin), { acceptLastTry: false }));
  const containers = must(await provider.listContainers(token.id));
  must(await provider.logout(token.id));
  return containers;
}

function withRules(profile: Profile, rules: Partial<RenewalRules>): Profile {
  return { ...profile, renewal: { ...profile.renewal, ...rules } };
}

function byId(profiles: readonly Profile[], id: string): Profile {
  return profiles.find((profile) => profile.id === id) ?? NEUTRAL_PROFILE;
}
