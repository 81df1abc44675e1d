// A WebSocket with its limits: it is asked every 30 s whether anybody is there, and a visitor that does not read is
// cut off instead of filling the memory.

import type { RawData, WebSocket } from 'ws';
import type { LoopbackSocket } from './loopback-route.ts';

const PING_MS = 30_000;
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

/** RFC 6455 §7.4.1 */
const POLICY_VIOLATION = 1008;

export function createLoopbackSocket(socket: WebSocket): LoopbackSocket {
  let isAnswering = true;
  let hear: ((text: string) => void) | null = null;
  const pings = setInterval(() => {
    if (!isAnswering) socket.terminate();
    isAnswering = false;
    socket.ping();
  }, PING_MS);
  pings.unref();
  socket.on('pong', () => (isAnswering = true));
  socket.on('close', () => clearInterval(pings));
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (hear === null || isBinary || !(data instanceof Buffer)) socket.close(POLICY_VIOLATION);
    else hear(data.toString('utf8'));
  });
  return {
    send(message) {
      if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate();
      else socket.send(JSON.stringify(message));
    },
    onMessage: (listener) => (hear = listener),
    onClose: (listener) => void socket.on('close', listener),
    close: () => socket.close(1000),
  };
}
