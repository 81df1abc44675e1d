// Quit, logout and suspend wait while a key is being written. Told to end, the program ends by itself as soon as
// that is over.

import type { AppPart, BlockerPart, PowerPart, Preventable } from './electron-parts.ts';

export interface HoldOptions {
  readonly app: Pick<AppPart, 'on' | 'exit'>;
  readonly power: PowerPart;
  readonly blocker: BlockerPart;
  isWriting(): boolean;
  /** Says why the program does not end yet. */
  onHeld(): void;
  /** The keys may have been changed meanwhile. */
  onResume(): void;
  dispose(): Promise<void>;
  /** `dispose` threw; the program ends all the same. */
  onFailure(thrown: unknown): void;
  /** A moment, after which is looked again. */
  pause(): Promise<void>;
}

export interface Hold {
  /** Ends the program, now or when nothing is being written any more. */
  quit(): void;
  /** From then on windows may close. */
  isEnding(): boolean;
  /** The session of the person ends (Windows tells the window). */
  onSessionEnd(event: Preventable): void;
  /** Something happened: this computer stays awake while a key is being written. */
  review(): void;
}

export function createHold(options: HoldOptions): Hold {
  const { app, power, blocker, isWriting, onHeld } = options;
  let awake: number | null = null;
  let ending: Promise<void> | null = null;

  function review(): void {
    if (isWriting()) {
      awake ??= blocker.start('prevent-app-suspension');
    } else if (awake !== null) {
      blocker.stop(awake);
      awake = null;
    }
  }

  function quit(): void {
    if (isWriting()) onHeld();
    ending ??= end();
  }

  async function end(): Promise<void> {
    while (isWriting()) await options.pause();
    review();
    await options.dispose().catch(options.onFailure);
    app.exit(0);
  }

  function onSessionEnd(event: Preventable): void {
    if (isWriting()) event.preventDefault();
    quit();
  }

  app.on('before-quit', (event) => {
    event.preventDefault();
    quit();
  });
  power.on('shutdown', (event) => {
    event?.preventDefault();
    quit();
  });
  power.on('resume', options.onResume);

  return { quit, review, onSessionEnd, isEnding: () => ending !== null && !isWriting() };
}
