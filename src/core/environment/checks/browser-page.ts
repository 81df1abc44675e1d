// What the person's own browser can do, found out by a page of ours in it. The page comes from this computer, so the
// browser's question about local network access cannot be provoked by it: that part is told from the version.

import type { BrowserMode } from '../../profile/guidance.ts';
import { asksLeaveFor, browserKind, type BrowserKind, type BrowserSight } from '../browser-page.ts';
import { advice, defineCheck, fine, problem } from '../check.ts';
import type { Probe } from '../probe.ts';
import { readPolicy } from './browser.ts';
import { currentCertificates } from './certificate.ts';
import { caAddresses } from './system.ts';

export const browserPage = defineCheck({
  id: 'browser.page',
  number: 79,
  ref: 'W-30',
  group: 'browser',
  layer: 'browser',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: false,
  onRequest: { limitMs: 100_000 },
  outcomes: {
    reads: fine,
    noKey: fine,
    blocked: problem(),
    partly: advice(),
    otherMode: advice(),
    noActiveX: problem(),
    denied: advice(),
  },
  async run(probe) {
    const [profile, certificates] = await Promise.all([probe.subject.profile(), currentCertificates(probe)]);
    const portal = profile?.portals.find(({ use }) => use === 'renew');
    const [first] = certificates;
    const certificate =
      first === undefined
        ? null
        : {
            holder: masked(first.certificate.subject.commonName ?? ''),
            until: beijingDay(first.certificate.notAfter),
          };
    const modes = portal?.browsers ?? [];
    const shown = await probe.browser.show({ modes, certificate });
    if (!shown.ok) return shown.error;
    const sight = shown.value;
    const kind = browserKind(sight);
    const facts = {
      browser: kind.name,
      documentMode: sight.documentMode,
      userAgent: sight.userAgent,
      isSecure: sight.isSecure,
      permission: sight.permission,
      ways: waysOf(sight, true),
      failed: waysOf(sight, false),
      asks: await leaveAsked(probe, kind),
      modes: [...modes],
      shown: certificate?.holder ?? null,
      until: certificate?.until ?? null,
    };
    return { outcome: judge(sight, kind, modes, certificate !== null), facts };
  },
});

function judge(sight: BrowserSight, kind: BrowserKind, modes: readonly BrowserMode[], hasKey: boolean) {
  if (waysOf(sight, true).length === 0) return 'blocked';
  if (!isWanted(kind, modes)) return 'otherMode';
  if (sight.activeX === false) return 'noActiveX';
  if (waysOf(sight, false).length > 0) return 'partly';
  if (sight.permission === 'denied') return 'denied';
  return hasKey ? 'reads' : 'noKey';
}

/** Browsers with two engines show the same old one in their compatible mode. */
function isWanted({ engine }: BrowserKind, modes: readonly BrowserMode[]): boolean {
  return (
    modes.length === 0 ||
    (engine === 'trident' ? modes.some((mode) => mode !== 'chromium') : modes.includes('chromium'))
  );
}

function waysOf({ request, socket }: BrowserSight, works: boolean): readonly string[] {
  const tried = [
    [request.by === 'fetch' ? 'fetch' : 'XMLHttpRequest', request.isRead],
    ['WebSocket', socket],
  ] as const;
  return tried.flatMap(([way, result]) => (result === works ? [way] : []));
}

/** null: no portal of this profile is asked about, or the administrator has allowed them all. */
async function leaveAsked(probe: Probe, kind: BrowserKind): Promise<readonly string[] | null> {
  const asks = asksLeaveFor(kind);
  if (asks === null) return null;
  const family = kind.name.startsWith('Microsoft Edge') ? 'Edge' : 'Chrome';
  const [policy, origins] = await Promise.all([readPolicy(probe, [family]), caAddresses(probe)]);
  const isAllowed =
    policy.ok && origins.length > 0 && origins.every((one) => policy.value.allowed.includes(one));
  return isAllowed ? null : asks;
}

/** `张三` → `张＊`, `练习企业有限公司` → `练＊＊＊＊＊＊司`: other programs of this computer may read it. */
function masked(name: string): string {
  const characters = Array.from(name);
  return characters
    .map((character, index) =>
      index === 0 || (index === characters.length - 1 && characters.length > 2) ? character : '＊',
    )
    .join('');
}

/** Certificates of this country end on days of Beijing. */
function beijingDay(time: number): string {
  return new Date(time + 8 * 3_600_000).toISOString().slice(0, 10);
}
