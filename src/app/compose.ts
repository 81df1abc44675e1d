// Builds the application from its ports, for every face. The only file of app that knows drivers and the
// rehearsal CA. What is heavy is imported when it is first wanted, and driver hosts start before that.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RevocationState } from '../core/environment/probe.ts';
import type { AppError } from '../core/errors/codes.ts';
import { ok, type Result } from '../core/errors/result.ts';
import type { OpenChild } from '../native/host/child-channel.ts';
import { forkChild } from '../native/host/fork-channel.ts';
import { createHostedProvider, type HostedProvider } from '../native/host/host-client.ts';
import type { HostStart } from '../native/host/protocol.ts';
import type { createPresenceClient } from '../native/presence/presence-client.ts';
import type { WindowsClient } from '../native/windows/windows-client.ts';
import { describeDevice, vendorModules } from '../native/vendors/modules.ts';
import type { OperatorConnection } from '../sandbox/operator-client.ts';
import type { Sandbox, SandboxOptions } from '../sandbox/sandbox.ts';
import type { Parts } from './compose/parts.ts';
import { loadReading, type Reading } from './compose/reading.ts';
import { createRoutes } from './compose/routes.ts';
import { openDataFolder, type DataFolder, type StorageError } from './adapters/data-folder.ts';
import { keysInFolder } from './adapters/key-folder.ts';
import type { Clock, Log } from './adapters/log.ts';
import type { ElevatedProgram } from './adapters/os/elevate.ts';
import type { OwnParts } from './adapters/os/open-probe.ts';
import { realPath } from './adapters/real-path.ts';
import type { TokenLock, TokenLockError } from './adapters/token-lock.ts';
import type { AccompanyService } from './services/accompany/accompany-service.ts';
import type { StatusService } from './services/certificate-status.ts';
import type { DecryptionService } from './services/decryption.ts';
import type { EnvironmentService } from './services/environment/environment-service.ts';
import type { ProfileFileError } from './adapters/profile-files.ts';
import type { HistoryService } from './services/history.ts';
import type { OrderService } from './services/orders.ts';
import type { PinService } from './services/pins.ts';
import type { ProfileBook } from './services/profiles.ts';
import { lookEarly } from './services/early-look.ts';
import type { News, Presence } from './services/presence.ts';
import type { RenewalService } from './services/renewal/renewal-service.ts';
import type { SealService } from './services/seal.ts';
import type { SealTestService } from './services/seal-test.ts';
import type { SoftwareKeyService } from './services/software-keys.ts';
import { createSourcePool, type DriverFile, type SourcePool } from './services/source-pool.ts';
import type { TokenService, TokenSource } from './services/tokens.ts';

export type { DriverFile } from './services/source-pool.ts';

export interface ApplicationOptions {
  readonly dataDir: string;
  /** What the person named; they come before those found on this computer. */
  readonly drivers: readonly DriverFile[];
  /** Also use the drivers that are installed here. */
  readonly findModules: boolean;
  /** Key files in this folder count as plugged in. */
  readonly keyFolder?: string;
  /** The built `host.mjs`; `presence.mjs` lies beside it. */
  readonly hostPath: string;
  readonly hostEnvironment: NodeJS.ProcessEnv;
  /** What of this program the environment check looks after; left out: nothing is installed. */
  readonly own?: OwnParts;
  /** How repairs of the system are made; left out: in Node, by `elevated-repair.mjs` beside the host; null: not at all. */
  readonly elevated?: ElevatedProgram | null;
  /** How children are started; left out: by Node. */
  readonly openChild?: OpenChild;
  /** What a browser engine says about an address, as a PAC script does; left out: the system's settings are read. */
  readonly resolveProxy?: (address: string) => Promise<string>;
  readonly clock: Clock;
  /** Cryptographically strong. */
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
}

/** Milliseconds spent so far, monotonic. */
export interface Meter {
  tokenMs(): number;
  gatewayMs(): number;
}

export interface Application {
  readonly log: Log;
  readonly clock: Clock;
  readonly meter: Meter;
  dataFolder(): Promise<Result<DataFolder, StorageError>>;
  tokens(): Promise<TokenService>;
  /** Starts to watch what is plugged in, at the first call; until `dispose`. */
  presence(): Promise<Presence>;
  /** Every driver and key file in use now. */
  drivers(): readonly DriverFile[];
  pins(): Promise<PinService>;
  seals(): Promise<SealService>;
  sealTest(): Promise<SealTestService>;
  decryption(): Promise<DecryptionService>;
  softwareKeys(): Promise<SoftwareKeyService>;
  /** One writer per token, across processes. */
  lock(token: string): Promise<Result<TokenLock, TokenLockError>>;
  /** @param stayOpen the token stays logged in while an order waits */
  renewals(stayOpen: boolean): Promise<Result<RenewalService, StorageError>>;
  /** All there are, and the files that were left out. */
  profiles(): Promise<{ readonly book: ProfileBook; readonly refused: readonly ProfileFileError[] }>;
  history(): Promise<Result<HistoryService, StorageError>>;
  orders(): Promise<Result<OrderService, StorageError>>;
  /** 冻结, 解冻, 撤销 at a CA with a gateway. */
  certificateStatus(): Promise<Result<StatusService, AppError>>;
  environment(): Promise<EnvironmentService>;
  /** What CAs last said of certificates, by SHA-256; asks nobody. */
  revocations(): Promise<ReadonlyMap<string, RevocationState>>;
  /** Renewals at a CA without a gateway. */
  accompaniments(): Promise<Result<AccompanyService, StorageError>>;
  openSandbox(options: Pick<SandboxOptions, 'folder' | 'settings'>): Promise<Result<Sandbox, AppError>>;
  connectSandbox(folder: string): Promise<Result<OperatorConnection, AppError>>;
  /** Ends the driver hosts, each after the call under way. */
  dispose(): Promise<void>;
}

export function createApplication(options: ApplicationOptions): Application {
  const { clock, log } = options;
  const spent = { token: 0, gateway: 0 };
  const spendToken = (ms: number) => (spent.token += ms);
  const pool = openPool(options, spendToken);
  let tokens: Promise<TokenService> | null = null;
  let presence: Promise<Presence> | null = null;
  let folder: Promise<Result<DataFolder, StorageError>> | null = null;
  let reading: Promise<Reading> | null = null;
  let windows: Promise<WindowsClient | null> | null = null;
  const askWindows = () => (windows ??= openWindows(options));
  const openReading = () => (reading ??= loadReading(options.dataDir, options));

  async function loadTokens(): Promise<TokenService> {
    const early = new Map(pool.current().map((source) => [source, lookEarly(source, clock)]));
    const [{ createTokenService }, { profiles, readCertificate }] = await Promise.all([
      import('./services/tokens.ts'),
      openReading(),
    ]);
    const rules = { isSuccessor: profiles.isSuccessor, readCertificate };
    // Where presence looks all the time, a look from before a key was plugged in would deny it.
    const sources = () => pool.current().map((each) => (presence === null ? early.get(each) : null) ?? each);
    return createTokenService({ sources, clock, rules });
  }

  async function loadPresence(): Promise<Presence> {
    const [
      { createPresence },
      { logPresence },
      { createPresenceClient },
      { isTokenLocked },
      { profiles, readCertificate },
      opened,
    ] = await Promise.all([
      import('./services/presence.ts'),
      import('./services/presence-log.ts'),
      import('../native/presence/presence-client.ts'),
      import('./adapters/token-lock.ts'),
      openReading(),
      application.dataFolder(),
    ]);
    const presence = createPresence({
      pool,
      listen: (onNews) => startListening(createPresenceClient, options, onNews),
      // Without a data folder nothing is locked, and nothing is written to keys either.
      isBusy: (token) => (opened.ok ? isTokenLocked(opened.value, token) : Promise.resolve(false)),
      deviceOf: (usbId) => describeDevice(usbId, options.findModules ? installedModules() : []),
      clock,
      rules: { isSuccessor: profiles.isSuccessor, readCertificate },
    });
    logPresence(presence, options.log);
    return presence;
  }

  /** An operation may have changed what is on the token. */
  async function releaseAndLook(lock: TokenLock): Promise<void> {
    await lock.release();
    void (await presence)?.look();
  }

  const parts: Parts = {
    ...{ clock, log, random: options.random },
    dataFolder: () => (folder ??= openDataFolder(options.dataDir)),
    tokens: () => (tokens ??= loadTokens()),
    newRoutes: () => createRoutes({ ...options, openWindows: askWindows }),
    async lock(token) {
      const opened = await parts.dataFolder();
      if (!opened.ok) return opened;
      const { acquireTokenLock } = await import('./adapters/token-lock.ts');
      const lock = await acquireTokenLock(opened.value, token, log);
      if (!lock.ok) return lock;
      await (await presence)?.yieldTo(token);
      return ok({ release: () => releaseAndLook(lock.value) });
    },
  };

  const application: Application = {
    log,
    clock,
    meter: { tokenMs: () => spent.token, gatewayMs: () => spent.gateway },
    dataFolder: parts.dataFolder,
    tokens: parts.tokens,
    presence: () => (presence ??= loadPresence()),
    lock: parts.lock,
    drivers: () => pool.current().map(({ kind, module }) => ({ kind, module })),
    async pins() {
      const { createPinService } = await import('./services/pins.ts');
      return createPinService({ lock: application.lock });
    },
    async seals() {
      const { loadSeals } = await import('./compose/seals.ts');
      return loadSeals(options, application);
    },
    async sealTest() {
      const { loadSealTest } = await import('./compose/seals.ts');
      return loadSealTest(options, application);
    },
    async decryption() {
      const [{ createDecryptionService }, { checkTarget, readMessage, writePlaintext }] = await Promise.all([
        import('./services/decryption.ts'),
        import('./adapters/message-file.ts'),
      ]);
      const files = { read: readMessage, checkTarget, write: writePlaintext };
      return createDecryptionService({ lock: application.lock, files });
    },
    async softwareKeys() {
      const { createSoftwareKeyService } = await import('./services/software-keys.ts');
      return createSoftwareKeyService({
        open: (keystore) => openHost(options, { kind: 'software', module: keystore }, spendToken),
        lock: application.lock,
      });
    },
    async renewals(stayOpen) {
      const opened = await application.dataFolder();
      if (!opened.ok) return opened;
      const { loadRenewals } = await import('./compose/renewals.ts');
      return ok(
        await loadRenewals({
          ...parts,
          folder: opened.value,
          reading: openReading(),
          environment: application.environment,
          stayOpen,
          tokenMs: () => spent.token,
          onGatewayMs: (ms) => (spent.gateway += ms),
        }),
      );
    },
    async profiles() {
      const { profiles, refused } = await openReading();
      return { book: profiles, refused };
    },
    async history() {
      const renewals = await application.renewals(true);
      if (!renewals.ok) return renewals;
      const { createHistoryService } = await import('./services/history.ts');
      return ok(createHistoryService({ lock: application.lock, unfinished: renewals.value.unfinished }));
    },
    async orders() {
      const renewals = await application.renewals(false);
      if (!renewals.ok) return renewals;
      const [{ createOrderService }, { createGatewayClient }] = await Promise.all([
        import('./services/orders.ts'),
        import('./adapters/gateway-client.ts'),
      ]);
      const openGateway = (url: string) => createGatewayClient({ url, findRoute: parts.newRoutes() });
      return ok(createOrderService({ renewals: renewals.value, openGateway, clock }));
    },
    async certificateStatus() {
      const { loadCertificateStatus } = await import('./compose/certificate-status.ts');
      return loadCertificateStatus(parts, options.dataDir, await application.renewals(true));
    },
    async environment() {
      const [{ loadEnvironment }, { createDriverProbe }] = await Promise.all([
        import('./compose/environment.ts'),
        import('../native/vendors/driver-probe.ts'),
      ]);
      const ports = { ...options, newRoutes: parts.newRoutes, windows: await askWindows() };
      return loadEnvironment(ports, application, createDriverProbe(options.drivers));
    },
    async accompaniments() {
      const { loadAccompaniments } = await import('./compose/accompaniments.ts');
      return loadAccompaniments(parts, await openReading(), application.environment);
    },
    async revocations() {
      const { createRevocationCache } = await import('./adapters/revocation-cache.ts');
      return createRevocationCache(options.dataDir).all();
    },
    async openSandbox(sandbox) {
      const [{ openSandbox }, ports] = await Promise.all([
        import('../sandbox/sandbox.ts'),
        sandboxPorts(options),
      ]);
      return openSandbox({ ...ports, ...sandbox });
    },
    async connectSandbox(sandboxFolder) {
      const [{ connectOperator }, ports] = await Promise.all([
        import('../sandbox/operator-client.ts'),
        sandboxPorts(options),
      ]);
      return connectOperator({ ...ports, folder: sandboxFolder });
    },
    async dispose() {
      await (await presence)?.dispose();
      (await windows)?.dispose();
      await Promise.all(pool.opened().map(({ provider }) => provider.dispose()));
    },
  };
  return application;
}

interface HostedSource extends TokenSource {
  readonly kind: DriverFile['kind'];
  readonly provider: HostedProvider;
}

function openPool(options: ApplicationOptions, spend: (ms: number) => void): SourcePool<HostedSource> {
  const { drivers, findModules, keyFolder } = options;
  return createSourcePool({
    named: drivers,
    keyFiles: () => (keyFolder === undefined ? [] : keysInFolder(keyFolder)),
    installed: () => (findModules ? installedModules() : []),
    realPath,
    open: (file, isExplicit) => ({
      kind: file.kind,
      module: file.module,
      isExplicit,
      provider: openHost(options, file, spend),
    }),
  });
}

function installedModules() {
  return vendorModules(process.platform, process.arch, existsSync);
}

/** Starts the process that listens to the USB bus and to folders of key files. */
function startListening(
  createClient: typeof createPresenceClient,
  options: ApplicationOptions,
  onNews: (news: News) => void,
): () => void {
  const { drivers, hostPath, hostEnvironment, openChild = forkChild, keyFolder, log } = options;
  const client = createClient({
    openChannel: () =>
      openChild(
        join(dirname(hostPath), 'presence.mjs'),
        (text) => log.write('debug', 'presence.noise', { stack: text }),
        hostEnvironment,
      ),
    onMessage: onNews,
    onLost: (ms) => log.write('warn', 'presence.lost', { ms }),
  });
  const named = drivers.filter(({ kind }) => kind === 'software').map(({ module }) => dirname(module));
  client.watch([...new Set([...named, ...(keyFolder === undefined ? [] : [keyFolder])])]);
  return client.dispose;
}

/** The process that asks Windows; it starts at the first question. null: this is no Windows. */
async function openWindows(options: ApplicationOptions): Promise<WindowsClient | null> {
  if (process.platform !== 'win32') return null;
  const { hostPath, hostEnvironment, openChild = forkChild, log } = options;
  const { createWindowsClient } = await import('../native/windows/windows-client.ts');
  return createWindowsClient({
    openChannel: () =>
      openChild(
        join(dirname(hostPath), 'windows.mjs'),
        (text) => log.write('debug', 'windows.noise', { stack: text }),
        hostEnvironment,
      ),
    onBug: (call, stack) => log.write('error', 'windows.threw', { call, stack }),
  });
}

/** A process that holds one driver; it starts at the first call. */
function openHost(
  { hostPath, hostEnvironment, openChild = forkChild, log }: ApplicationOptions,
  start: HostStart,
  spend: (ms: number) => void,
): HostedProvider {
  const { module } = start;
  return createHostedProvider({
    start,
    openChannel: () =>
      openChild(
        hostPath,
        (text) => log.write('debug', 'driver.noise', { module, stack: text }),
        hostEnvironment,
      ),
    onCall: ({ method, ms, nativeMs }) => {
      spend(nativeMs ?? ms);
      log.write('debug', 'token.called', { module, call: method, ms: Math.round(ms) });
    },
    onBug: (stack) => log.write('error', 'driver.threw', { module, stack }),
  });
}

async function sandboxPorts({ clock, random }: ApplicationOptions) {
  const { createSignatureVerifier } = await import('./adapters/signature-verifier.ts');
  return { clock: () => clock.now(), random, verifier: createSignatureVerifier() };
}
