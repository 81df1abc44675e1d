// How a request leaves this computer. The proxy's name and password stay in `authorization`, which nothing prints;
// everything that is told to somebody uses `label`.

export type Route =
  | { readonly kind: 'direct' }
  | { readonly kind: 'proxy'; readonly proxy: Proxy }
  /** A proxy is set that this program cannot use: it goes directly, and says so when that fails. */
  | { readonly kind: 'unread'; readonly setting: UnreadSetting };

/** `automatic`: a PAC script or discovery; `malformed`: no address. */
export type UnreadSetting = 'automatic' | 'socks' | 'malformed';

export interface Proxy {
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: number;
  /** `host:port`. */
  readonly label: string;
  /** Value of the header, or null. */
  readonly authorization: string | null;
}

export type FindRoute = (url: URL) => Promise<Route>;

export const DIRECT: Route = { kind: 'direct' };

/** @param address `http://user:password@host:port`, `host:port`; null: none */
export function proxyAt(address: string | null): Route {
  if (address === null) return DIRECT;
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `http://${address}`;
  const url = URL.canParse(full) ? new URL(full) : null;
  if (url !== null && /^socks/i.test(url.protocol)) return { kind: 'unread', setting: 'socks' };
  if (url === null || !/^https?:$/.test(url.protocol)) return { kind: 'unread', setting: 'malformed' };
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  const login = loginOf(url);
  if (port === 0 || login === undefined) return { kind: 'unread', setting: 'malformed' };
  return {
    kind: 'proxy',
    proxy: {
      isSecure,
      port,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      label: `${url.hostname}:${String(port)}`,
      authorization: login === null ? null : `Basic ${Buffer.from(login, 'utf8').toString('base64')}`,
    },
  };
}

/** The first answer of a PAC script, for example `PROXY host:port; DIRECT`. */
export function routeOfPacAnswer(answer: string): Route {
  const [kind = '', place = ''] = (answer.split(';')[0] ?? '').trim().split(/\s+/);
  if (kind === 'PROXY' || kind === 'HTTP') return proxyAt(place);
  if (kind === 'HTTPS') return proxyAt(`https://${place}`);
  return kind.startsWith('SOCKS') ? { kind: 'unread', setting: 'socks' } : DIRECT;
}

/** undefined: not to be decoded. */
function loginOf({ username, password }: URL): string | null | undefined {
  if (username === '' && password === '') return null;
  try {
    return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    return undefined;
  }
}
