// A proxy on the loopback, as companies have them: it lets CONNECT through to one server whatever name is asked for,
// and notes what passed. It can want a password, refuse, or fail to reach the server.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface ConnectProxy {
  /** `127.0.0.1:port`. */
  readonly place: string;
  /** What was asked for, in order: `CONNECT host:port`, `GET http://…`. */
  readonly asked: string[];
  /** Values of Proxy-Authorization. */
  readonly logins: string[];
  close(): Promise<void>;
}

/** @param target port on the loopback that answers for every name @param refuse status of every answer; null: none */
export async function openConnectProxy(target: number, refuse: number | null = null): Promise<ConnectProxy> {
  const [asked, logins]: [string[], string[]] = [[], []];
  const sockets = new Set<Socket>();
  const note = (method = '', url = '', login = ''): void => {
    asked.push(`${method} ${url}`);
    if (login !== '') logins.push(login);
  };
  const server = createServer((request, response) => {
    note(request.method, request.url, request.headers['proxy-authorization']);
    response.writeHead(refuse ?? 200).end('proxied');
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', (request, client: Socket, head: Buffer) => {
    note(request.method, request.url, request.headers['proxy-authorization']);
    client.on('error', () => undefined);
    if (refuse !== null) {
      client.end(`HTTP/1.1 ${String(refuse)} No\r\n\r\n`);
      return;
    }
    const onward = connect(target, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      client.pipe(onward).pipe(client);
    });
    onward.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    place: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    logins,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
