import { describe, expect, it } from 'vitest';
import type { RegistryValue } from '../../../core/environment/windows-probe.ts';
import { ok } from '../../../core/errors/result.ts';
import { createRouteFinder, type ProxySources } from './proxy-finder.ts';
import { proxyAt, routeOfPacAnswer, type Route } from './proxy-route.ts';

const GNOME = `org.gnome.system.proxy mode 'manual'
org.gnome.system.proxy use-same-proxy true
org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', '10.0.0.0/8', '*.local']
org.gnome.system.proxy autoconfig-url ''
org.gnome.system.proxy.ftp host ''
org.gnome.system.proxy.ftp port 0
org.gnome.system.proxy.http authentication-password 'p w'
org.gnome.system.proxy.http authentication-user 'clerk'
org.gnome.system.proxy.http enabled false
org.gnome.system.proxy.http host 'proxy.corp'
org.gnome.system.proxy.http port 3128
org.gnome.system.proxy.http use-authentication true
org.gnome.system.proxy.https host 'tls.corp'
org.gnome.system.proxy.https port 3129
org.gnome.system.proxy.socks host ''
org.gnome.system.proxy.socks port 0
`;
const KDE = `[Other]
httpsProxy=http://wrong 1

[Proxy Settings][$Version]
update_info=x

[Proxy Settings]
NoProxyFor=.inner.cn
ProxyType=1
httpsProxy=http://kde.corp 8080
`;

interface Computer {
  readonly variables?: NodeJS.ProcessEnv;
  readonly gsettings?: string;
  readonly kioslaverc?: string;
  readonly registry?: Readonly<Record<string, string | number>>;
  readonly resolve?: string;
}

function finder({ variables = {}, gsettings, kioslaverc, registry, resolve }: Computer) {
  const sources: ProxySources = {
    variables: { HOME: '/home/clerk', ...variables },
    platform: registry === undefined ? 'linux' : 'win32',
    tools: {
      run: (name) =>
        Promise.resolve(
          gsettings === undefined
            ? { ok: false, error: { reason: 'toolMissing', what: name } }
            : ok({ code: 0, stdout: gsettings, stderr: '' }),
        ),
    },
    files: {
      readText: (path) =>
        Promise.resolve(ok(path === '/home/clerk/.config/kioslaverc' ? (kioslaverc ?? null) : null)),
    },
    registry:
      registry === undefined ? null : { value: (_key, name) => Promise.resolve(ok(typed(registry[name]))) },
    resolve: resolve === undefined ? null : () => Promise.resolve(resolve),
  };
  return createRouteFinder(sources);
}

function typed(value: string | number | undefined): RegistryValue | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? { type: 'text', value } : { type: 'number', value };
}

/** `host:port` with `*` where a name and password go along, or how else. */
function told(route: Route): string {
  if (route.kind !== 'proxy') return route.kind === 'unread' ? route.setting : 'direct';
  const { label, isSecure, authorization } = route.proxy;
  return `${isSecure ? 'https ' : ''}${label}${authorization === null ? '' : '*'}`;
}

const CA = 'https://ra.example.cn/path';
const both = { https_proxy: 'http://p:8080', HTTP_PROXY: 'plain:3128' };
const kde = { XDG_CURRENT_DESKTOP: 'KDE' };

it.each<[string, Computer, string, string]>([
  ['no setting', {}, CA, 'direct'],
  ['a variable', { variables: both }, CA, 'p:8080'],
  ['a variable for another scheme', { variables: both }, 'http://crl.example.cn/', 'plain:3128'],
  ['ALL_PROXY', { variables: { ALL_PROXY: 'https://safe' } }, CA, 'https safe:443'],
  ['a lower-case variable first', { variables: { ...both, HTTPS_PROXY: 'other:1' } }, CA, 'p:8080'],
  ['a name and password', { variables: { HTTPS_PROXY: 'http://me:s%40crt@p:8080' } }, CA, 'p:8080*'],
  ['an empty variable', { variables: { https_proxy: '', HTTPS_PROXY: '' } }, CA, 'direct'],
  ['a SOCKS proxy', { variables: { all_proxy: 'socks5h://p:1080' } }, CA, 'socks'],
  ['an address that is none', { variables: { https_proxy: 'http://p:99999' } }, CA, 'malformed'],
  ['this computer by name', { variables: both }, 'https://localhost:8443/', 'direct'],
  ['this computer by number', { variables: both }, 'http://127.0.0.1:8000/', 'direct'],
  ['this computer in IPv6', { variables: both }, 'http://[::1]:8000/', 'direct'],
  ['an exception', { variables: { ...both, NO_PROXY: 'a.cn, .example.cn' } }, CA, 'direct'],
  ['an exception for another name', { variables: { ...both, no_proxy: 'ample.cn' } }, CA, 'p:8080'],
  ['an exception for another port', { variables: { ...both, no_proxy: 'example.cn:8443' } }, CA, 'p:8080'],
  ['an exception for all', { variables: { ...both, no_proxy: '*' } }, CA, 'direct'],
  ['an excepted network', { variables: { ...both, no_proxy: '10.0.0.0/8' } }, 'https://10.9.8.7/', 'direct'],
  [
    'an excepted IPv6 address',
    { variables: { ...both, no_proxy: 'fd00::1' } },
    'https://[fd00::1]/',
    'direct',
  ],
  ['a number that ends alike', { variables: { ...both, no_proxy: '9.8.7' } }, 'https://10.9.8.7/', 'p:8080'],
  ['GNOME', { gsettings: GNOME }, CA, 'tls.corp:3129'],
  ['GNOME with a password', { gsettings: GNOME }, 'http://crl.example.cn/', 'proxy.corp:3128*'],
  ['an exception of GNOME', { gsettings: GNOME }, 'https://ca.local/', 'direct'],
  ['an exception for GNOME', { gsettings: GNOME, variables: { NO_PROXY: 'example.cn' } }, CA, 'direct'],
  ['GNOME without a proxy', { gsettings: GNOME.replace("'manual'", "'none'") }, CA, 'direct'],
  ['a script in GNOME', { gsettings: GNOME.replace("'manual'", "'auto'") }, CA, 'automatic'],
  ['a variable beside GNOME', { gsettings: GNOME, variables: both }, CA, 'p:8080'],
  ['KDE', { variables: kde, kioslaverc: KDE }, CA, 'kde.corp:8080'],
  ['an exception of KDE', { variables: kde, kioslaverc: KDE }, 'https://ra.inner.cn/', 'direct'],
  [
    'the only host KDE proxies',
    { variables: kde, kioslaverc: `${KDE}ReversedException=true\n` },
    'https://ra.inner.cn/',
    'kde.corp:8080',
  ],
  ['a script in KDE', { variables: kde, kioslaverc: KDE.replace('=1', '=2') }, CA, 'automatic'],
  [
    'variables named by KDE',
    { variables: { ...kde, CORP: 'corp:1' }, kioslaverc: '[Proxy Settings]\nProxyType=4\nhttpsProxy=CORP\n' },
    CA,
    'corp:1',
  ],
  ['Windows', { registry: { ProxyEnable: 1, ProxyServer: 'w:8080' } }, CA, 'w:8080'],
  ['Windows by scheme', { registry: { ProxyEnable: 1, ProxyServer: 'http=a:1;https=b:2' } }, CA, 'b:2'],
  ['Windows with SOCKS', { registry: { ProxyEnable: 1, ProxyServer: 'socks=s:1' } }, CA, 'socks'],
  ['Windows switched off', { registry: { ProxyEnable: 0, ProxyServer: 'w:8080' } }, CA, 'direct'],
  [
    'an exception of Windows',
    { registry: { ProxyEnable: 1, ProxyServer: 'w:8080', ProxyOverride: 'ra.*.cn;<local>' } },
    CA,
    'direct',
  ],
  [
    'a name without dots on Windows',
    { registry: { ProxyEnable: 1, ProxyServer: 'w:8080', ProxyOverride: '<local>' } },
    'https://intranet/',
    'direct',
  ],
  ['a script on Windows', { registry: { AutoConfigURL: 'http://wpad/p.pac' } }, CA, 'automatic'],
  ['a browser engine', { resolve: 'PROXY pac.corp:8080; DIRECT', gsettings: GNOME }, CA, 'pac.corp:8080'],
  ['a browser engine that goes directly', { resolve: 'DIRECT', gsettings: GNOME }, CA, 'direct'],
])('%s decides', async (_title, computer, address, expected) => {
  expect(told(await finder(computer)(new URL(address)))).toBe(expected);
});

describe('a proxy', () => {
  it('is named without the name and password it wants', () => {
    expect(proxyAt('http://me:s%40cret@p.corp:8080')).toEqual({
      kind: 'proxy',
      proxy: {
        ...{ isSecure: false, host: 'p.corp', port: 8080, label: 'p.corp:8080' },
        authorization: `Basic ${Buffer.from('me:s@cret').toString('base64')}`,
      },
    });
  });

  it.each([
    ['HTTPS p:443', 'https p:443'],
    ['SOCKS5 p:1080; DIRECT', 'socks'],
    ['', 'direct'],
  ])('of a script that answers "%s"', (answer, expected) => {
    expect(told(routeOfPacAnswer(answer))).toBe(expected);
  });
});
