import type { Wire } from '../../contract/client.ts';

/**
 * `lost`: tried again by itself. `ended`: the program was closed. `refused`: the page was opened without the address
 * the program gives, or the program was started anew since.
 */
export type Connection = 'connecting' | 'connected' | 'lost' | 'ended' | 'refused';

/** The way to the application, whatever the shell. */
export interface PageWire extends Wire {
  /** Told at once what it is now, and then each change. After `connected` the page reads everything again. */
  onConnection(listener: (connection: Connection) => void): () => void;
}
