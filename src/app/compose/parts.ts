// What the services of the application are joined from, besides their own adapters.

import type { Result } from '../../core/errors/result.ts';
import type { StorageError } from '../../storage/storage-error.ts';
import type { DataFolder } from '../adapters/data-folder.ts';
import type { Clock, Log } from '../adapters/log.ts';
import type { FindRoute } from '../adapters/os/proxy-route.ts';
import type { TokenLock, TokenLockError } from '../adapters/token-lock.ts';
import type { TokenService } from '../services/tokens.ts';

export interface Parts {
  readonly clock: Clock;
  readonly log: Log;
  /** Cryptographically strong. */
  readonly random: (bytes: number) => Uint8Array;
  dataFolder(): Promise<Result<DataFolder, StorageError>>;
  tokens(): Promise<TokenService>;
  /** For one conversation. */
  newRoutes(): FindRoute;
  lock(token: string): Promise<Result<TokenLock, TokenLockError>>;
}
