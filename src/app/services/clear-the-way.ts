// The gate before a renewal: what would make it fail is shown with its remedy, and looked at again as often as the
// person wishes. Nothing is begun while something is left.

import type { Finding } from '../../core/environment/check.ts';
import type { Undertaking } from '../../core/environment/renewal-gate.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { done, err, type Result } from '../../core/errors/result.ts';

export interface Gate {
  /** Problems only. @param profile null: as the key's certificate says */
  obstacles(to: Undertaking, token: string, profile: string | null): Promise<readonly Finding[]>;
}

export interface GateDialogue {
  /** true: the person has done something about it, look again; false, or left out: not now. */
  removeObstacles?(obstacles: readonly Finding[]): Promise<boolean>;
}

export async function clearTheWay(
  gate: Gate,
  dialogue: GateDialogue,
  to: Undertaking,
  token: string,
  profile: string | null = null,
): Promise<Result<void, AppError<'environment.unfit'>>> {
  for (;;) {
    const obstacles = await gate.obstacles(to, token, profile);
    if (obstacles.length === 0) return done;
    if ((await dialogue.removeObstacles?.(obstacles)) !== true) {
      return err({ code: 'environment.unfit', checks: obstacles.map(({ id }) => id) });
    }
  }
}
