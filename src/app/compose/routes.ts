import type { WindowsReads } from '../../core/environment/windows-system.ts';
import type { FindRoute } from '../adapters/os/proxy-route.ts';

interface Options {
  readonly hostEnvironment: NodeJS.ProcessEnv;
  readonly resolveProxy?: (address: string) => Promise<string>;
  /** null: this is no Windows. */
  readonly openWindows: () => Promise<Pick<WindowsReads, 'value'> | null>;
}

/** One per conversation, because what the desktop says is read once. Loaded when it is first asked. */
export function createRoutes(options: Options): FindRoute {
  let finder: Promise<FindRoute> | null = null;
  return async (url) => (await (finder ??= load(options)))(url);
}

async function load({ hostEnvironment: variables, resolveProxy, openWindows }: Options): Promise<FindRoute> {
  const [{ createRouteFinder }, { createTools }, { createFileProbe }] = await Promise.all([
    import('../adapters/os/proxy-finder.ts'),
    import('../adapters/os/tools.ts'),
    import('../adapters/os/files.ts'),
  ]);
  return createRouteFinder({
    variables,
    platform: process.platform,
    tools: createTools(null),
    files: createFileProbe('/'),
    registry: await openWindows(),
    resolve: resolveProxy ?? null,
  });
}
