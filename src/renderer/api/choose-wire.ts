// The one place that knows which shell there is: Electron's preload puts its wire into the page, the browser shell
// is reached over the loopback.

import type { Wire } from '../../contract/client.ts';
import { createLoopbackWire } from './loopback-wire.ts';
import type { PageWire } from './page-wire.ts';

declare global {
  interface Window {
    /** Put there by Electron's preload, and by nothing else. */
    readonly assistant?: Wire;
  }
}

export function chooseWire(): PageWire {
  const { assistant } = window;
  if (assistant !== undefined) {
    return {
      ...assistant,
      onConnection(listener) {
        listener('connected');
        return () => undefined;
      },
    };
  }
  return createLoopbackWire({
    origin: window.location.origin,
    takeLaunchCode,
    storage: window.sessionStorage,
    fetch: (address, init) => window.fetch(address, init),
    openSocket: (address, protocols) => new WebSocket(address, protocols),
    wait: (ms, then) => void window.setTimeout(then, ms),
  });
}

/** Of the address `#open=<code>`, which is left without it. */
function takeLaunchCode(): string | null {
  const { hash, pathname } = window.location;
  const code = new URLSearchParams(hash.slice(1)).get('open');
  if (code !== null) window.history.replaceState(null, '', pathname);
  return code;
}
