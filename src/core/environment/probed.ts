import type { Result } from '../errors/result.ts';

export type Platform = 'linux' | 'win32';

/** Why something could not be found out. Missing files are answers, not obstacles. */
export interface Obstacle {
  readonly reason: 'toolMissing' | 'denied' | 'unavailable' | 'timeout' | 'tooLarge' | 'malformed' | 'closed';
  /** A program, a path or an address. */
  readonly what: string;
}

export type Probed<T> = Promise<Result<T, Obstacle>>;
