// Asks a program on this computer as a portal's page would: on the loopback only, whatever its certificate, never
// through a proxy, bounded in time and size. Such services have certificates of their own making.

import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { WebSocket } from 'ws';
import type { LocalQuestion, Obstacle } from '../../../core/environment/probe.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';

const LIMIT_MS = 2000;
const MAX_ANSWER = 256 * 1024;

type Answer = Result<string, Obstacle>;

export async function askLocally(question: LocalQuestion, signal: AbortSignal | null): Promise<Answer> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const either = signal === null ? limit : AbortSignal.any([limit, signal]);
  const isSocket = question.scheme === 'ws' || question.scheme === 'wss';
  return isSocket ? overSocket(question, either) : overHttp(question, either);
}

function addressOf({ scheme, port, path }: LocalQuestion): string {
  return `${scheme}://127.0.0.1:${String(port)}${path}`;
}

const failed = (reason: Obstacle['reason'], question: LocalQuestion): Answer =>
  err({ reason, what: addressOf(question) });

function readAnswer(text: string, question: LocalQuestion): Answer {
  const read = question.read(text);
  return read === null ? failed('malformed', question) : ok(read);
}

function overHttp(question: LocalQuestion, signal: AbortSignal): Promise<Answer> {
  const { scheme, type, body } = question;
  const send = scheme === 'https' ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const sending = send(addressOf(question), {
      method: 'POST',
      agent: false,
      rejectUnauthorized: false,
      signal,
      headers: {
        ...(type === null ? {} : { 'content-type': type }),
        'content-length': Buffer.byteLength(body),
      },
    });
    sending.on('response', (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('data', (part: Buffer) => {
        parts.push(part);
        size += part.length;
        if (size <= MAX_ANSWER) return;
        resolve(failed('malformed', question));
        sending.destroy();
      });
      response.on('end', () => resolve(readAnswer(Buffer.concat(parts).toString('utf8'), question)));
      response.on('error', () => resolve(failed('unavailable', question)));
    });
    sending.on('error', (error: NodeJS.ErrnoException) => resolve(failed(reasonOf(error, signal), question)));
    sending.end(body);
  });
}

/** HPE_*: it answers, and not in HTTP. */
function reasonOf({ code = '' }: NodeJS.ErrnoException, signal: AbortSignal): Obstacle['reason'] {
  if (signal.aborted) return 'timeout';
  return code.startsWith('HPE_') || code === 'EPROTO' ? 'malformed' : 'unavailable';
}

function overSocket(question: LocalQuestion, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = new WebSocket(addressOf(question), {
      rejectUnauthorized: false,
      perMessageDeflate: false,
      maxPayload: MAX_ANSWER,
    });
    let isOpen = false;
    let left = MAX_ANSWER;
    const end = (answer: Answer): void => {
      resolve(answer);
      socket.terminate();
    };
    signal.addEventListener(
      'abort',
      () => end(failed(left < MAX_ANSWER ? 'malformed' : 'timeout', question)),
      {
        once: true,
      },
    );
    socket.on('open', () => {
      isOpen = true;
      socket.send(question.body);
    });
    socket.on('message', (data: Buffer, isBinary) => {
      left -= data.length + 1;
      const read = isBinary ? null : question.read(data.toString('utf8'));
      if (read !== null) end(ok(read));
      else if (left < 0) end(failed('malformed', question));
    });
    // Before it opened: whatever listens there speaks no WebSocket, or nothing listens any more.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(failed(error.code === 'ECONNREFUSED' ? 'unavailable' : 'malformed', question)),
    );
    socket.on('close', () => end(failed(isOpen ? 'unavailable' : 'malformed', question)));
  });
}
