// A loopback proxy in front of the sandbox that misbehaves as real gateways and networks do: at the n-th request
// of a call it answers rubbish, or nothing, or loses the answer to a change that was made. It can also call back
// at an exact moment, so that a test can kill a process there.

import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GATEWAY_CALLS, type GatewayCall } from '../../src/contract/gateway.ts';

export type Fault =
  /** Takes the request and never answers. */
  | { readonly kind: 'neverAnswers' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'html' }
  /** A complete answer that is only the first half of its JSON. */
  | { readonly kind: 'halfJson' }
  /** The connection ends in the middle of the body. */
  | { readonly kind: 'cutOff' }
  /** Sends until the client goes away. */
  | { readonly kind: 'endless' }
  | { readonly kind: 'redirect'; readonly location: string }
  /** The connection ends before the request reached the CA. */
  | { readonly kind: 'drop' }
  /** The CA has done its work; the connection ends without an answer. */
  | { readonly kind: 'loseAnswer' }
  /** Changes the parsed answer of a call that succeeded; may be async. */
  | { readonly kind: 'rewrite'; readonly change: (answer: never) => unknown };

export interface Moment {
  readonly call: GatewayCall;
  /** How often the call was made so far, this time included. */
  readonly count: number;
  readonly when: 'beforeForward' | 'beforeReply';
}

export interface FaultyGateway {
  readonly url: string;
  /** Where healthy requests go. The sandbox must be started with `alsoServedAt: [url]`. */
  forwardTo(url: string): void;
  /** @param count which request of the call, from 1; 'every' for all */
  fault(call: GatewayCall, count: number | 'every', fault: Fault): void;
  /** Awaited at every moment; null removes it. */
  watch(watcher: ((moment: Moment) => void | Promise<void>) | null): void;
  heal(): void;
  /** Calls that arrived, in order. */
  readonly calls: readonly GatewayCall[];
  close(): Promise<void>;
}

const ROUTES = (Object.keys(GATEWAY_CALLS) as GatewayCall[]).map((call) => ({
  call,
  method: GATEWAY_CALLS[call].method,
  pattern: new RegExp(`^${GATEWAY_CALLS[call].path.replace(/\{\w+\}/g, '[^/]+')}$`),
}));

export async function openFaultyGateway(): Promise<FaultyGateway> {
  let target: URL | null = null;
  let faults: { call: GatewayCall; count: number | 'every'; fault: Fault }[] = [];
  let watcher: ((moment: Moment) => void | Promise<void>) | null = null;
  const calls: GatewayCall[] = [];

  async function handle(incoming: IncomingMessage, reply: ServerResponse): Promise<void> {
    const path = (incoming.url ?? '').split('?')[0] ?? '';
    const call = ROUTES.find(({ method, pattern }) => method === incoming.method && pattern.test(path))?.call;
    if (call !== undefined) calls.push(call);
    const count = calls.filter((made) => made === call).length;
    const fault =
      faults.find((set) => set.call === call && (set.count === 'every' || set.count === count))?.fault ??
      null;
    const body = await readAll(incoming);
    if (call !== undefined) await watcher?.({ call, count, when: 'beforeForward' });
    if (fault !== null && answerInstead(fault, incoming, reply)) return;
    if (target === null) throw new Error('forwardTo was not called');
    const answer = await forward(target, incoming, body);
    if (call !== undefined) await watcher?.({ call, count, when: 'beforeReply' });
    if (fault === null) send(reply, answer);
    else await spoil(fault, answer, incoming, reply);
  }

  const server = createServer((incoming, reply) => {
    handle(incoming, reply).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    forwardTo: (url) => {
      target = new URL(url);
    },
    fault: (call, count, fault) => faults.push({ call, count, fault }),
    watch: (next) => {
      watcher = next;
    },
    heal: () => {
      faults = [];
    },
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Host included, so that the login statement names the address that the client used. */
function forward(target: URL, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: target.hostname,
        port: target.port,
        path: incoming.url,
        method: incoming.method,
        headers: incoming.headers,
        agent: false,
      },
      (response) => {
        readAll(response).then(
          (content) =>
            resolve({
              status: response.statusCode ?? 0,
              contentType: response.headers['content-type'] ?? '',
              body: content,
            }),
          reject,
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function send(reply: ServerResponse, { status, contentType, body }: Answer): void {
  reply.writeHead(status, { 'content-type': contentType }).end(body);
}

/** Faults that never reach the CA. Answers whether there was one. */
function answerInstead(fault: Fault, incoming: IncomingMessage, reply: ServerResponse): boolean {
  switch (fault.kind) {
    case 'neverAnswers':
      return true;
    case 'drop':
      incoming.socket.destroy();
      return true;
    case 'status':
      send(reply, { status: fault.status, contentType: 'text/plain', body: Buffer.from('broken') });
      return true;
    case 'html':
      send(reply, { status: 200, contentType: 'text/html', body: Buffer.from('<h1>欢迎</h1>') });
      return true;
    case 'redirect':
      reply.writeHead(302, { location: fault.location }).end();
      return true;
    case 'endless':
      sendEndlessly(reply);
      return true;
    default:
      return false;
  }
}

function sendEndlessly(reply: ServerResponse): void {
  reply.writeHead(200, { 'content-type': 'application/json' });
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const more = () => {
    while (!reply.destroyed && reply.write(chunk));
  };
  reply.on('drain', more);
  more();
}

/** Faults in the answer to what the CA has done. */
async function spoil(
  fault: Fault,
  answer: Answer,
  incoming: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  const half = answer.body.subarray(0, Math.floor(answer.body.length / 2));
  if (fault.kind === 'loseAnswer') {
    incoming.socket.destroy();
  } else if (fault.kind === 'halfJson') {
    send(reply, { ...answer, body: half });
  } else if (fault.kind === 'cutOff') {
    reply.writeHead(answer.status, {
      'content-type': answer.contentType,
      'content-length': answer.body.length,
    });
    reply.write(half, () => incoming.socket.destroy());
  } else if (fault.kind === 'rewrite' && answer.status === 200) {
    const changed = await fault.change(JSON.parse(answer.body.toString('utf8')) as never);
    send(reply, { ...answer, body: Buffer.from(JSON.stringify(changed)) });
  } else {
    send(reply, answer);
  }
}
