// What CAs said of certificates, by SHA-256: believed as long as the CA said, and shown in lists without asking
// anybody. A file that cannot be read is as good as none.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RevocationState } from '../../core/environment/probe.ts';
import { writeDurably } from '../../storage/durable-file.ts';
import { makeFolder } from '../../storage/make-folder.ts';

interface Entry extends RevocationState {
  /** Epoch milliseconds. */
  readonly until: number;
}

export interface RevocationCache {
  /** null: nothing that still holds. */
  readonly read: (sha256: string, now: number) => Promise<RevocationState | null>;
  /** The last that was heard of each certificate, however old. */
  readonly all: () => Promise<ReadonlyMap<string, RevocationState>>;
  readonly remember: (sha256: string, state: RevocationState, until: number) => Promise<void>;
}

const MAX_ENTRIES = 500;

export function createRevocationCache(dataFolder: string): RevocationCache {
  const folder = join(dataFolder, 'seen');
  const path = join(folder, 'revocation.json');
  let last: Promise<unknown> = Promise.resolve();

  async function load(): Promise<Map<string, Entry>> {
    try {
      const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
      const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
      return new Map(entries.filter((entry): entry is [string, Entry] => isEntry(entry[1])));
    } catch {
      return new Map();
    }
  }

  return {
    async read(sha256, now) {
      const entry = (await load()).get(sha256);
      return entry !== undefined && entry.until > now ? stateOf(entry) : null;
    },
    async all() {
      return new Map([...(await load())].map(([sha256, entry]) => [sha256, stateOf(entry)]));
    },
    remember(sha256, state, until) {
      const turn = last.then(async () => {
        const entries = await load();
        entries.delete(sha256);
        entries.set(sha256, { ...state, until });
        const kept = Object.fromEntries([...entries].slice(-MAX_ENTRIES));
        try {
          makeFolder(folder);
        } catch {
          return;
        }
        await writeDurably(path, `${JSON.stringify(kept)}\n`);
      });
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

function stateOf({ state, at, reason, source }: Entry): RevocationState {
  return { state, at, reason, source };
}

function isEntry(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { state, source, until } = value as Partial<Entry>;
  return (
    ['good', 'revoked', 'frozen'].includes(state ?? '') &&
    ['ocsp', 'crl', 'gateway'].includes(source ?? '') &&
    typeof until === 'number'
  );
}
