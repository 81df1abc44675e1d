import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';

export interface GatewayAddress {
  readonly origin: string;
  /** Origin and path, without a final slash. */
  readonly base: string;
  readonly secure: boolean;
  /** Host to connect to. A `localhost` goes to 127.0.0.1 whatever this computer's hosts file says. */
  readonly connectTo: string;
}

const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

/** https anywhere, http to loopback only; no user name, query or fragment. */
export function gatewayAddress(
  text: string,
): Result<GatewayAddress, AppError<'gateway.insecure' | 'request.invalid'>> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return invalid();
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return invalid();
  const secure = url.protocol === 'https:';
  if (!secure && !LOOPBACK.test(url.hostname)) return err({ code: 'gateway.insecure', gateway: url.origin });
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return ok({
    origin: url.origin,
    base: url.origin + url.pathname.replace(/\/+$/, ''),
    secure,
    connectTo: host === 'localhost' && !secure ? '127.0.0.1' : host,
  });
}

function invalid(): Result<never, AppError<'request.invalid'>> {
  return err({ code: 'request.invalid', reason: 'gateway address' });
}
