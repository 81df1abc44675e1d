// What was plugged in and pulled, and what drivers answered, in the log: support reads it in the report's timeline.

import type { Log } from '../adapters/log.ts';
import type { Presence, PresenceSnapshot } from './presence.ts';

export function logPresence(presence: Pick<Presence, 'subscribe'>, log: Log): void {
  let devices: readonly string[] = [];
  let problems: readonly string[] = [];
  presence.subscribe(({ changes, snapshot }) => {
    for (const { kind, token } of changes) {
      if (kind !== 'changed') log.write('info', `token.${kind}`, { token: token.id, module: token.module });
    }
    const plugged = snapshot.devices.map(({ usbId }) => usbId);
    for (const device of without(plugged, devices)) log.write('info', 'device.plugged', { device });
    for (const device of without(devices, plugged)) log.write('info', 'device.pulled', { device });
    const failing = snapshot.problems.map(nameOf);
    const fresh = new Set(without(failing, problems));
    for (const problem of snapshot.problems) {
      const { module, error } = problem;
      if (fresh.has(nameOf(problem))) log.write('warn', 'driver.failed', { module, error });
    }
    [devices, problems] = [plugged, failing];
  });
}

function nameOf({ module, error }: PresenceSnapshot['problems'][number]): string {
  return `${module} ${error.code} ${error.native?.value ?? ''}`;
}

/** Two equal ones count as two. */
function without(all: readonly string[], some: readonly string[]): readonly string[] {
  const left = [...some];
  return all.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
