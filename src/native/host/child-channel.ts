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

/**
 * Starts a built program (`out/host.mjs`, `out/presence.mjs`) as a child.
 * @param onNoise what it writes to its standard output or error, which never reaches ours
 * @param environment variables of the child, for drivers that are configured by them
 */
export type OpenChild = (
  program: string,
  onNoise: (text: string) => void,
  environment: NodeJS.ProcessEnv,
) => ChildChannel;
