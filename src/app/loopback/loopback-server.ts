// The one server this program listens with. It listens on 127.0.0.1 only, so a page in a browser is the visitor to
// keep out: DNS rebinding is stopped by the Host header, foreign pages and programs by what each route admits.
// Whoever is not admitted, and whatever they ask for, gets the same empty answer: no version, no word about tokens,
// no permission for other origins.

import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import {
  MAX_MESSAGE_BYTES,
  type CallRoute,
  type LoopbackRoute,
  type PageRoute,
  type SocketRoute,
} from './loopback-route.ts';
import { createLoopbackSocket } from './loopback-socket.ts';
import { createRequestBudget, type RequestBudget } from './request-budget.ts';
import { visitorOf } from './visitor.ts';

export interface LoopbackServer {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** Tells open sockets that the program ends (1001) and lets go of the port. */
  close(): Promise<void>;
}

export interface LoopbackOptions {
  /** Tried in this order; 0: any free one. */
  readonly ports: readonly number[];
  readonly routes: readonly LoopbackRoute[];
  /** A throw in a route is a bug; the visitor sees the empty answer. */
  reportBug(path: string, thrown: unknown): void;
  /** Milliseconds that only go forward. */
  elapsed(): number;
}

const LIMITS = {
  connections: 100,
  callsPerSecond: 50,
  callsAtOnce: 300,
  /** For a request to arrive whole, and for a connection without one. */
  idleMs: 10_000,
  headerBytes: 8 * 1024,
} as const;

/** `request.invalid`: none of the ports is free. */
export async function openLoopback(
  options: LoopbackOptions,
): Promise<Result<LoopbackServer, AppError<'request.invalid'>>> {
  for (const port of options.ports) {
    const server = await listen(port, options);
    if (server !== null) return ok(server);
  }
  return err({ code: 'request.invalid', reason: `port ${options.ports.join(', ')}` });
}

/** null: the port is taken or not allowed. */
async function listen(port: number, options: LoopbackOptions): Promise<LoopbackServer | null> {
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    bodyLimit: MAX_MESSAGE_BYTES,
    requestTimeout: LIMITS.idleMs,
    keepAliveTimeout: LIMITS.idleMs,
    http: {
      maxHeaderSize: LIMITS.headerBytes,
      headersTimeout: LIMITS.idleMs,
      connectionsCheckingInterval: 2000,
    },
    clientErrorHandler: (_error, socket) => socket.destroy(),
  });
  app.server.maxConnections = LIMITS.connections;
  let origin = '';
  await addRoutes(app, options, () => origin);
  try {
    await app.listen({ host: '127.0.0.1', port });
  } catch (thrown) {
    await app.close();
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES') return null;
    throw thrown;
  }
  const { port: bound } = app.server.address() as AddressInfo;
  origin = `http://127.0.0.1:${bound}`;
  return { port: bound, origin, close: () => app.close() };
}

async function addRoutes(
  app: FastifyInstance,
  { routes, reportBug, elapsed }: LoopbackOptions,
  origin: () => string,
): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: MAX_MESSAGE_BYTES,
      handleProtocols: (offered) =>
        sockets(routes).find(({ protocol }) => offered.has(protocol))?.protocol ?? false,
    },
    errorHandler: (_error, socket) => socket.terminate(),
    preClose(done) {
      for (const client of app.websocketServer.clients) client.close(1001);
      app.websocketServer.close();
      done();
    },
  });
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request, reply) => {
    const isForUs = `http://${request.headers.host ?? ''}` === origin();
    if (!isForUs || request.is404) await refuse(reply);
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply));
  app.setErrorHandler((error: { readonly statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      reportBug(request.routeOptions.url ?? '', error);
      return refuse(reply);
    }
    return reply.code(status).send({ ok: false, error: { code: 'request.invalid', reason: 'body' } });
  });
  const budget = createRequestBudget(LIMITS.callsPerSecond, LIMITS.callsAtOnce, elapsed);
  for (const route of routes) {
    if (route.kind === 'call') addCall(app, route, origin, budget);
    else if (route.kind === 'socket') addSocket(app, route, origin, budget, reportBug);
    else addPages(app, route, origin);
  }
}

function sockets(routes: readonly LoopbackRoute[]): readonly SocketRoute[] {
  return routes.filter((route) => route.kind === 'socket');
}

function addCall(app: FastifyInstance, route: CallRoute, origin: () => string, budget: RequestBudget): void {
  app.post(route.path, {
    bodyLimit: route.maxBytes,
    onRequest: admit(route, origin, budget),
    async handler(request, reply) {
      const answer = await route.answer({
        body: request.body,
        parameters: request.params as Readonly<Record<string, string>>,
        visitor: visitorOf(request.raw, origin()),
      });
      return reply.header('cache-control', 'no-store').send(answer);
    },
  });
}

function addSocket(
  app: FastifyInstance,
  route: SocketRoute,
  origin: () => string,
  budget: RequestBudget,
  reportBug: LoopbackOptions['reportBug'],
): void {
  app.get(
    route.path,
    { websocket: true, onRequest: admit(route, origin, budget) },
    (socket: WebSocket, request) => {
      try {
        route.open(createLoopbackSocket(socket), visitorOf(request.raw, origin()));
      } catch (thrown) {
        reportBug(route.path, thrown);
        socket.terminate();
      }
    },
  );
}

function addPages(app: FastifyInstance, route: PageRoute, origin: () => string): void {
  app.get('/*', {
    onRequest: admit(route, origin, null),
    async handler(request, reply) {
      const [path = '/'] = request.url.split('?');
      const page = await route.read(path, origin());
      return page === null ? refuse(reply) : reply.headers(page.headers).send(page.body);
    },
  });
}

/** Before a byte of the body is read. */
function admit(
  route: LoopbackRoute,
  origin: () => string,
  budget: RequestBudget | null,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request, reply) => {
    if (!route.admits(visitorOf(request.raw, origin()))) await refuse(reply);
    else if (budget !== null && !budget.take()) await reply.code(429).send();
  };
}

/** The answer to everybody who is not admitted, and to whatever there is not. */
function refuse(reply: FastifyReply): FastifyReply {
  return reply.code(404).header('cache-control', 'no-store').header('connection', 'close').send();
}
