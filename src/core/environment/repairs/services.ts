import { err, ok } from '../../errors/result.ts';
import { TIME_UNITS } from '../checks/system.ts';
import type { Repair } from '../repair.ts';

const ON = { active: true, enabled: true };

/** Turns on the first of these that is installed. */
function switchOn(id: Repair['id'], units: readonly string[]): Repair {
  return {
    id,
    platforms: ['linux'],
    admin: true,
    ticked: true,
    async plan(_facts, view) {
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

export const pcscdEnable = switchOn('pcscd.enable', ['pcscd.socket']);
export const timeSynchronise = switchOn('time.synchronise', TIME_UNITS);
