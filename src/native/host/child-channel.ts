/**
 * One running child process of ours, however it was started: forked by Node, or by Electron. `onExit` fires
 * once, also when it could not be started.
 */
export interface ChildChannel {
  readonly pid: number | null;
  /** Copies the message before it returns. */
  post(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: () => void): void;
  /** Asks the child to end after the call under way. */
  disconnect(): void;
  kill(): void;
}
