// Which proxy an address goes through: what the person's environment says, else what the shell's browser engine says
// (it runs PAC scripts too), else what the desktop says. This computer itself is never reached through a proxy.

import { homedir } from 'node:os';
import { join } from 'node:path';
import type { FileProbe } from '../../../core/environment/probe.ts';
import type { WindowsProbe } from '../../../core/environment/windows-probe.ts';
import { DIRECT, routeOfPacAnswer, type FindRoute } from './proxy-route.ts';
import {
  exceptionsOf,
  fromGsettings,
  fromKde,
  fromVariables,
  fromWindows,
  isListed,
  NO_PROXY,
  routeBy,
  type ProxySettings,
} from './proxy-settings.ts';
import type { Tools } from './tools.ts';

export interface ProxySources {
  readonly variables: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly tools: Tools;
  readonly files: Pick<FileProbe, 'readText'>;
  /** null: not Windows, or it cannot be read. */
  readonly registry: Pick<WindowsProbe, 'value'> | null;
  /** What a browser engine answers for an address, as a PAC script does; null: there is none. */
  readonly resolve: ((address: string) => Promise<string>) | null;
}

const INTERNET_SETTINGS = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings';

/** The desktop is asked once, when it is first needed. */
export function createRouteFinder(sources: ProxySources): FindRoute {
  const { variables, resolve } = sources;
  const named = fromVariables(variables);
  const exceptions = exceptionsOf(variables);
  let desktop: Promise<ProxySettings> | null = null;

  return async (url) => {
    if (isLoopback(url) || isListed(exceptions, url)) return DIRECT;
    if (named !== null) return routeBy(named, url);
    if (resolve !== null) return routeOfPacAnswer(await resolve(url.href).catch(() => 'DIRECT'));
    return routeBy(await (desktop ??= readDesktop(sources)), url);
  };
}

function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|.+\.localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/.test(hostname);
}

async function readDesktop({
  variables,
  platform,
  tools,
  files,
  registry,
}: ProxySources): Promise<ProxySettings> {
  if (platform === 'win32') return registry === null ? NO_PROXY : readWindows(registry);
  if (/\bKDE\b/.test(variables['XDG_CURRENT_DESKTOP'] ?? '')) {
    const folder = variables['XDG_CONFIG_HOME'] ?? join(variables['HOME'] ?? homedir(), '.config');
    const content = await files.readText(join(folder, 'kioslaverc'));
    if (content.ok && content.value !== null) return fromKde(content.value, variables);
  }
  const listed = await tools.run('gsettings', ['list-recursively', 'org.gnome.system.proxy']);
  return listed.ok && listed.value.code === 0 ? fromGsettings(listed.value.stdout) : NO_PROXY;
}

async function readWindows(registry: Pick<WindowsProbe, 'value'>): Promise<ProxySettings> {
  const read = async (name: string): Promise<unknown> => {
    const value = await registry.value(INTERNET_SETTINGS, name);
    return value.ok ? value.value?.value : null;
  };
  const [ProxyEnable, ProxyServer, ProxyOverride, AutoConfigURL] = await Promise.all(
    ['ProxyEnable', 'ProxyServer', 'ProxyOverride', 'AutoConfigURL'].map(read),
  );
  return fromWindows({ ProxyEnable, ProxyServer, ProxyOverride, AutoConfigURL });
}
