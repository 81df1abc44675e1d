import { err, ok } from '../../errors/result.ts';
import { TIME_SERVICE, TIME_UNITS } from '../checks/system.ts';
import type { Repair } from '../repair.ts';
import { planWindows, serviceChange } from './windows-changes.ts';

const ON = { active: true, enabled: true };

/** Turns on the first of these that is installed; on Windows the service. */
function switchOn(id: Repair['id'], units: readonly string[], service: string | null): Repair {
  return {
    id,
    platforms: service === null ? ['linux'] : ['linux', 'win32'],
    admin: true,
    ticked: true,
    async plan(_facts, view) {
      if (service !== null && view.windows !== null)
        return planWindows(view, service, async (reading) => ok([await serviceChange(reading, service)]));
      for (const unit of units) {
        const state = await view.system.service(unit);
        if (!state.ok) return state;
        const { exists, active, enabled } = state.value;
        if (!exists) continue;
        if (active && enabled) return err({ reason: 'notNeeded', what: unit });
        return ok({
          changes: [{ kind: 'service', unit, before: { active, enabled }, after: ON }],
          effects: [],
        });
      }
      return err({ reason: 'notInstalled', what: units[0] ?? '' });
    },
  };
}

export const pcscdEnable = switchOn('pcscd.enable', ['pcscd.socket'], null);
export const timeSynchronise = switchOn('time.synchronise', TIME_UNITS, TIME_SERVICE);
