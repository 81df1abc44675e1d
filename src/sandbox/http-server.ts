import Fastify, { type FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';
import { guard } from './http-guard.ts';

export interface SandboxServer {
  readonly port: number;
  close(): Promise<void>;
}

interface ServeOptions {
  /** 0: `last`, or any free one. */
  readonly wanted: number;
  readonly last: number | null;
  /** Further origins whose hosts are accepted. */
  readonly alsoServedAt: readonly string[];
}

const BODY_LIMIT = 320 * 1024;

/** Serves on 127.0.0.1, guarded. */
export async function serve(
  options: ServeOptions,
  addRoutes: (app: FastifyInstance) => void,
): Promise<Result<SandboxServer, AppError<'request.invalid'>>> {
  const candidates =
    options.wanted === 0 ? [...(options.last === null ? [] : [options.last]), 0] : [options.wanted];
  for (const candidate of candidates) {
    const server = await listen(candidate, options.alsoServedAt, addRoutes);
    if (server !== null) return ok(server);
  }
  return err({ code: 'request.invalid', reason: `port ${options.wanted}` });
}

/** null: the port is taken or not allowed. */
async function listen(
  port: number,
  alsoServedAt: readonly string[],
  addRoutes: (app: FastifyInstance) => void,
): Promise<SandboxServer | null> {
  const app = Fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true, logger: false });
  let hosts: readonly string[] = [];
  guard(app, () => hosts);
  addRoutes(app);
  try {
    await app.listen({ host: '127.0.0.1', port });
  } catch (error) {
    await app.close();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES') return null;
    throw error;
  }
  const { port: bound } = app.server.address() as AddressInfo;
  hosts = [
    ...['127.0.0.1', 'localhost', '[::1]'].map((host) => `${host}:${bound}`),
    ...alsoServedAt.map((origin) => new URL(origin).host),
  ];
  return { port: bound, close: () => app.close() };
}
