// The rehearsal CA as a whole: a folder, a clock, and an HTTP server on 127.0.0.1. Certificates from here are
// worth nothing outside a rehearsal, and its private keys lie in the folder unprotected.

import { decodeBase64 } from '../core/certificate/base64.ts';
import { encodePem } from '../core/certificate/pem.ts';
import type { SignatureVerifier } from '../core/certificate/signature-verifier.ts';
import type { AppError } from '../core/errors/codes.ts';
import { done, err, ok, type Result } from '../core/errors/result.ts';
import { createHierarchy, storedAuthority, type Random, type StoredAuthority } from './authorities.ts';
import { openAuthorityBook, type AuthorityBook } from './authority-book.ts';
import type { Ca } from './ca.ts';
import { addGatewayRoutes } from './gateway-routes.ts';
import { serve, type SandboxServer } from './http-server.ts';
import { createOperator, runOperatorCall, type SandboxOperator } from './operator.ts';
import { addOperatorRoutes, type OperatorRun } from './operator-routes.ts';
import { addPublicationRoutes } from './publication-routes.ts';
import { removeServerFile, writeServerFile, type ServerFile } from './server-file.ts';
import { settingsSchema, type SettingsChange } from './settings.ts';
import { STATE_SCHEMA, type SandboxState } from './state.ts';
import { attempt, openStore, type Store, type StoreError } from './store.ts';

export interface SandboxOptions {
  readonly folder: string;
  /** Milliseconds since 1970 UTC. */
  readonly clock: () => number;
  /** Cryptographically strong random bytes. */
  readonly random: Random;
  readonly verifier: SignatureVerifier;
  /** Changed and stored when the sandbox opens; what is left out stays. */
  readonly settings?: SettingsChange;
}

export interface StartOptions {
  /** Further origins that lead here, for example of a proxy: accepted as Host and in login statements. */
  readonly alsoServedAt?: readonly string[];
}

export interface Sandbox {
  /**
   * Serves on 127.0.0.1. Port 0: the last one used, so that addresses in certificates and journals stay good,
   * or any free one. A given port that is taken is `request.invalid`.
   */
  start(
    port: number,
    options?: StartOptions,
  ): Promise<
    Result<{ readonly url: string; readonly port: number }, AppError<'request.invalid'> | StoreError>
  >;
  readonly operator: SandboxOperator;
  readonly rootPem: string;
  /** Ends the server, waits for running changes and gives the folder free. */
  stop(): Promise<void>;
}

export async function openSandbox(options: SandboxOptions): Promise<Result<Sandbox, StoreError>> {
  const { folder, clock, random } = options;
  const opened = await openStore(folder, () => firstState({ folder, now: clock(), random }));
  if (!opened.ok) return opened;
  const store = opened.value;
  const loaded = await openAuthorityBook(folder, store.read(), random);
  if (loaded === null) {
    await store.close();
    return err({ code: 'storage.damaged', path: folder });
  }
  const sandbox = createSandbox(options, store, loaded);
  const changed = await sandbox.operator.changeSettings(options.settings ?? {});
  if (changed.ok) return ok(sandbox);
  await store.close();
  return err(changed.error as StoreError);
}

async function firstState(birth: Parameters<typeof createHierarchy>[1]): Promise<SandboxState> {
  const { root, issuing, successor } = await createHierarchy('rsa', birth);
  return {
    schema: STATE_SCHEMA,
    settings: settingsSchema.parse({}),
    port: null,
    authorities: {
      root: storedAuthority(root),
      issuing: storedAuthority(issuing),
      successor: storedAuthority(successor),
    },
    certificates: [],
    escrow: [],
    orders: [],
    challenges: [],
    sessions: [],
    answers: {},
  };
}

function createSandbox(options: SandboxOptions, store: Store, authorities: AuthorityBook): Sandbox {
  const { folder, clock, random, verifier } = options;
  let server: SandboxServer | null = null;

  const caAt = (requestOrigin: string): Ca => ({
    now: clock() + store.read().settings.clockOffsetSeconds * 1000,
    random,
    verifier,
    authorities,
    origin: originAt(server?.port ?? store.read().port),
    requestOrigin,
  });
  const runOperator: OperatorRun = (call, input) => runOperatorCall(store, call, input, caAt(''));

  return {
    async start(port, { alsoServedAt = [] } = {}) {
      const token = Buffer.from(random(32)).toString('base64url');
      const originOf = (host: string) =>
        alsoServedAt.find((origin) => new URL(origin).host === host) ?? `http://${host}`;
      const served = await serve({ wanted: port, last: store.read().port, alsoServedAt }, (app) => {
        addGatewayRoutes(app, store, (host) => caAt(originOf(host)));
        addPublicationRoutes(app, store, caAt);
        addOperatorRoutes(app, token, runOperator);
      });
      if (!served.ok) return served;
      server = served.value;
      const noted = await noteServer(folder, store, { port: server.port, pid: process.pid, token });
      if (!noted.ok) {
        await server.close();
        server = null;
        return noted;
      }
      return ok({ url: `http://127.0.0.1:${server.port}`, port: server.port });
    },
    operator: createOperator(runOperator),
    rootPem: pemOf(store.read().authorities.root),
    async stop() {
      if (server !== null) removeServerFile(folder);
      await server?.close();
      server = null;
      await store.close();
    },
  };
}

function pemOf({ certificate }: StoredAuthority): string {
  return encodePem('CERTIFICATE', decodeBase64(certificate) ?? new Uint8Array());
}

function originAt(port: number | null): string | null {
  return port === null ? null : `http://127.0.0.1:${port}`;
}

async function noteServer(
  folder: string,
  store: Store,
  content: ServerFile,
): Promise<Result<void, StoreError>> {
  const stored = await store.change((draft) => {
    draft.port = content.port;
    return Promise.resolve({ save: true, value: undefined });
  });
  if (!stored.ok) return stored;
  return attempt(folder, async () => {
    await writeServerFile(folder, content);
    return done;
  });
}
