// What a page of ours, opened in the person's browser, can find out there, and which browser it is.

import type { BrowserMode } from '../profile/guidance.ts';
import type { Probed } from './probed.ts';

/** Asked once: opens a window in front of the person. `closed`: the page went away without an answer. */
export interface BrowserProbe {
  readonly show: (question: PageQuestion) => Probed<BrowserSight>;
}

export interface PageQuestion {
  /** What the CA's page asks for, the best first; empty: any. */
  readonly modes: readonly BrowserMode[];
  /** What the page is given to read, as a portal would be; null: no key is plugged in. */
  readonly certificate: { readonly holder: string; readonly until: string } | null;
}

export interface BrowserSight {
  readonly userAgent: string;
  /** `Chromium 142`; empty where the engine has no `userAgentData`. */
  readonly brands: readonly string[];
  /** null: not Internet Explorer's engine. */
  readonly documentMode: number | null;
  readonly isSecure: boolean | null;
  /** Of local network access; null: the engine knows no such permission. */
  readonly permission: 'granted' | 'prompt' | 'denied' | null;
  /** Another port of this computer was read by a page. */
  readonly request: { readonly by: 'fetch' | 'xhr'; readonly isRead: boolean };
  /** null: the engine has no WebSocket. */
  readonly socket: boolean | null;
  /** A control could be made; null: not Internet Explorer's engine. */
  readonly activeX: boolean | null;
}

export interface BrowserKind {
  /** With its version, for example `Chromium 142`. */
  readonly name: string;
  readonly engine: 'chromium' | 'trident' | 'gecko' | 'webkit' | 'other';
  /** Of the Chromium it is made from; null elsewhere. */
  readonly major: number | null;
}

/** The most particular first: all of the Chromium family call themselves Chrome as well. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/QIHU|360SE|360EE|360Chrome/i, '360浏览器'],
  [/qaxbrowser/i, '奇安信可信浏览器'],
  [/\bUOS\b/, 'UOS浏览器'],
  [/MetaSr|SE 2\.X/, '搜狗浏览器'],
  [/Edg(?:e|A)?\/(\d+)/, 'Microsoft Edge'],
  [/OPR\/(\d+)/, 'Opera'],
  [/Firefox\/(\d+)/, 'Firefox'],
  [/Chrom(?:e|ium)\/(\d+)/, 'Chrome'],
  [/Version\/(\d+).*Safari/, 'Safari'],
];

export function browserKind({
  userAgent,
  brands,
  documentMode,
}: Pick<BrowserSight, 'userAgent' | 'brands' | 'documentMode'>): BrowserKind {
  const [pattern, plain = null] = NAMES.find(([one]) => one.test(userAgent)) ?? [];
  if (documentMode !== null || /Trident\/|MSIE /.test(userAgent)) {
    const is360 = plain === '360浏览器' || plain === '搜狗浏览器';
    return { name: is360 ? `${plain}（兼容模式）` : 'IE内核', engine: 'trident', major: null };
  }
  const major = Number(/Chrom(?:e|ium)\/(\d+)/.exec(userAgent)?.[1] ?? Number.NaN);
  const own = pattern?.exec(userAgent)?.[1];
  const isPlainChromium =
    plain === 'Chrome' && brands.length > 0 && !brands.some((one) => /^Google/.test(one));
  const name = isPlainChromium ? 'Chromium' : (plain ?? userAgent.slice(0, 60));
  if (Number.isInteger(major)) return { name: `${name} ${own ?? String(major)}`, engine: 'chromium', major };
  const engine = plain === 'Firefox' ? 'gecko' : plain === 'Safari' ? 'webkit' : 'other';
  return { name: own === undefined ? name : `${name} ${own}`, engine, major: null };
}

/** From these versions a page of a site needs leave to reach this computer (Local Network Access). */
export const LOCAL_NETWORK_SINCE = { fetch: 142, WebSocket: 147 } as const;

/** By what a page of a site is asked for leave; null: by nothing. */
export function asksLeaveFor({ major }: BrowserKind): readonly string[] | null {
  const ways = Object.entries(LOCAL_NETWORK_SINCE).flatMap(([way, since]) =>
    major !== null && major >= since ? [way] : [],
  );
  return ways.length === 0 ? null : ways;
}
