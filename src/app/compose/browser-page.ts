import { dirname, join } from 'node:path';
import type { BrowserProbe } from '../../core/environment/browser-page.ts';
import type { Log } from '../adapters/log.ts';
import { openPortalPage } from '../adapters/portal-browser.ts';

interface Ports {
  readonly hostPath: string;
  readonly hostEnvironment: NodeJS.ProcessEnv;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
}

/** A person may have to find a menu of the browser first. */
const LIMIT_MS = 90_000;

/** The server is loaded when a page is shown. */
export function createBrowserPage(ports: Ports, signal: AbortSignal): BrowserProbe {
  const { hostPath, hostEnvironment: variables, random, log } = ports;
  return {
    async show(question) {
      const { createBrowserProbe } = await import('../browser-page/ask-browser.ts');
      const probe = createBrowserProbe(
        {
          script: join(dirname(hostPath), '../resources/browser-page/page.js'),
          openPage: (address, browsers) =>
            openPortalPage({ address, browsers }, { platform: process.platform, variables }),
          random,
          limit: () => AbortSignal.timeout(LIMIT_MS),
          reportBug(path, thrown) {
            const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
            log.write('error', 'call.threw', { call: path, stack });
          },
        },
        signal,
      );
      return probe.show(question);
    },
  };
}
