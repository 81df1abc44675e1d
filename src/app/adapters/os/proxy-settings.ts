// What a computer says about its proxies, whoever says it: environment variables, the desktop, Windows. All are read
// into one shape, and one function decides from it how an address is reached.

import { BlockList, isIP } from 'node:net';
import { DIRECT, proxyAt, type Route } from './proxy-route.ts';

export interface ProxySettings {
  /** Addresses as they were written; null: none. */
  readonly http: string | null;
  readonly https: string | null;
  readonly socks: string | null;
  /** Hosts reached directly: `.example.cn`, `10.*`, `10.0.0.0/8`, `host:8443`, `<local>`, `*`. */
  readonly exceptions: readonly string[];
  /** The exceptions are the only ones that go through the proxy (KDE). */
  readonly isReversed: boolean;
  /** A PAC script or discovery decides. */
  readonly isAutomatic: boolean;
}

export const NO_PROXY: ProxySettings = {
  ...{ http: null, https: null, socks: null, exceptions: [], isReversed: false, isAutomatic: false },
};

export function routeBy(settings: ProxySettings, url: URL): Route {
  if (isListed(settings.exceptions, url) !== settings.isReversed) return DIRECT;
  if (settings.isAutomatic) return { kind: 'unread', setting: 'automatic' };
  const address = url.protocol === 'https:' ? settings.https : settings.http;
  return proxyAt(address ?? settings.socks);
}

/** Of a program started by a shell; a lower-case name comes first, as in other programs. */
export function fromVariables(variables: NodeJS.ProcessEnv): ProxySettings | null {
  const read = (name: string): string | null =>
    nonEmpty(variables[name]) ?? nonEmpty(variables[name.toUpperCase()]);
  const all = read('all_proxy');
  const [http, https] = [read('http_proxy') ?? all, read('https_proxy') ?? all];
  return http === null && https === null ? null : { ...NO_PROXY, http, https };
}

/** Those of `no_proxy`, which hold for every setting. */
export function exceptionsOf(variables: NodeJS.ProcessEnv): readonly string[] {
  return splitList(variables['no_proxy'] ?? variables['NO_PROXY'] ?? '');
}

/** @param listed what `gsettings list-recursively org.gnome.system.proxy` prints; GNOME, UKUI and Deepin keep it there */
export function fromGsettings(listed: string): ProxySettings {
  const values = new Map(
    listed.split('\n').flatMap((line) => {
      const [, schema = '', key = '', value = ''] =
        /^org\.gnome\.system\.proxy(\.\w+)? (\S+) (.*)$/.exec(line) ?? [];
      return key === '' ? [] : [[`${schema}.${key}`.replace(/^\./, ''), value] as const];
    }),
  );
  const word = (name: string) => /^'(.*)'$/.exec(values.get(name) ?? '')?.[1] ?? '';
  const mode = word('mode');
  if (mode !== 'manual') return { ...NO_PROXY, isAutomatic: mode === 'auto' };
  const port = (name: string) => /(\d+)$/.exec(values.get(name) ?? '')?.[1] ?? '0';
  const place = (scheme: string) =>
    word(`${scheme}.host`) === '' ? null : `${word(`${scheme}.host`)}:${port(`${scheme}.port`)}`;
  const login = [word('http.authentication-user'), word('http.authentication-password')];
  const needsLogin = values.get('http.use-authentication') === 'true' && login[0] !== '';
  const withLogin = (at: string | null) =>
    needsLogin && at !== null && at === place('http')
      ? `http://${login.map(encodeURIComponent).join(':')}@${at}`
      : at;
  return {
    ...NO_PROXY,
    http: withLogin(place('http')),
    https: withLogin(place('https')),
    socks: socksAt(place('socks')),
    exceptions: [...(values.get('ignore-hosts') ?? '').matchAll(/'([^']*)'/g)].map(([, host = '']) => host),
  };
}

/** @param content of `kioslaverc`; addresses there are `http://host 8080` */
export function fromKde(content: string, variables: NodeJS.ProcessEnv): ProxySettings {
  const [, section = ''] = /^\[Proxy Settings\]\s*\n((?:(?!\[)[^\n]*\n?)*)/m.exec(content) ?? [];
  const value = (name: string): string | null =>
    nonEmpty(new RegExp(`^${name}(?:\\[\\$e\\])?=(.*)$`, 'm').exec(section)?.[1]?.trim());
  const kind = value('ProxyType') ?? '0';
  if (kind === '2' || kind === '3') return { ...NO_PROXY, isAutomatic: true };
  if (kind !== '1' && kind !== '4') return NO_PROXY;
  // Kind 4 holds names of variables where kind 1 holds addresses.
  const address = (name: string): string | null => {
    const written = value(name);
    return nonEmpty((kind === '4' ? variables[written ?? ''] : written)?.replace(/ +(\d+)$/, ':$1'));
  };
  return {
    ...NO_PROXY,
    http: address('httpProxy'),
    https: address('httpsProxy'),
    socks: socksAt(address('socksProxy')),
    exceptions: splitList(address('NoProxyFor') ?? ''),
    isReversed: value('ReversedException') === 'true',
  };
}

export interface WindowsValues {
  readonly ProxyEnable: unknown;
  readonly ProxyServer: unknown;
  readonly ProxyOverride: unknown;
  readonly AutoConfigURL: unknown;
}

/** WinINET: one proxy for all, or `http=host:port;https=host:port;socks=host:port`. */
export function fromWindows(values: WindowsValues): ProxySettings {
  const { ProxyEnable, ProxyServer, ProxyOverride, AutoConfigURL } = values;
  if (typeof AutoConfigURL === 'string' && AutoConfigURL !== '') return { ...NO_PROXY, isAutomatic: true };
  if (ProxyEnable !== 1 || typeof ProxyServer !== 'string') return NO_PROXY;
  const parts = splitList(ProxyServer).map((part) => /^(\w+)=(.+)$/.exec(part) ?? part);
  const of = (scheme: string): string | null => {
    for (const part of parts) if (typeof part !== 'string' && part[1] === scheme) return part[2] ?? null;
    return parts.find((part) => typeof part === 'string') ?? null;
  };
  const hasParts = parts.some((part) => typeof part !== 'string');
  return {
    ...NO_PROXY,
    http: of('http'),
    https: of('https'),
    socks: hasParts ? socksAt(of('socks')) : null,
    exceptions: splitList(typeof ProxyOverride === 'string' ? ProxyOverride : ''),
  };
}

function socksAt(place: string | null): string | null {
  return place === null || place.includes('://') ? place : `socks://${place}`;
}

function nonEmpty(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

function splitList(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((part) => part !== '');
}

export function isListed(exceptions: readonly string[], url: URL): boolean {
  return exceptions.some((entry) => isException(entry, url));
}

function isException(entry: string, url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const [, name = '', wantedPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
  const bare = isIP(entry) === 6 ? entry.toLowerCase() : name.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  if (isIP(entry) !== 6 && wantedPort !== undefined && wantedPort !== port) return false;
  if (bare === '<local>') return !host.includes('.') && isIP(host) === 0;
  if (bare.includes('/')) return isInNetwork(host, bare);
  const suffix = bare.replace(/^\*?\.(?=[^*]*$)/, '');
  if (suffix.includes('*')) {
    const parts = suffix.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`).test(host);
  }
  return host === suffix || (suffix !== '' && isIP(host) === 0 && host.endsWith(`.${suffix}`));
}

/** @param network `10.0.0.0/8` */
function isInNetwork(host: string, network: string): boolean {
  const [address = '', length = ''] = network.split('/');
  const family = isIP(address);
  const bits = Number(length);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(length) || bits > (family === 4 ? 32 : 128))
    return false;
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, bits, kind);
  return list.check(host, kind);
}
