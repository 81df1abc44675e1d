import type { Capabilities } from '../../contract/views/application-views.ts';
import type { AppError } from '../../core/errors/codes.ts';
import type { Result } from '../../core/errors/result.ts';
import type { BrowserMode } from '../../core/profile/guidance.ts';

/** What the window around the page does for the application. */
export interface ShellPort {
  readonly capabilities: Capabilities;
  /** @param address http or https, listed by a profile @param browsers the best first; empty: any */
  openPortal(address: string, browsers: readonly BrowserMode[]): Promise<Result<void, AppError>>;
  /** @param path an absolute folder of ours */
  openFolder(path: string): Promise<Result<void, AppError>>;
  /** Ends the program soon; null: not from the page. */
  readonly quit: (() => void) | null;
  setAutostart(isOn: boolean): Promise<Result<void, AppError>>;
}
