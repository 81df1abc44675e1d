// The last days of the log as a timeline: what was plugged, what was done, what drivers answered. The log is
// redacted where it is written; nothing is added here.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface TimelineEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly event: string;
  /** The other fields of the line as `name=value`. */
  readonly details: readonly string[];
}

const FILES = ['assistant.log.4', 'assistant.log.3', 'assistant.log.2', 'assistant.log.1', 'assistant.log'];
const DAYS = 7;
const MAX_ENTRIES = 500;
const HIDDEN = new Set(['at', 'event', 'level', 'stack']);

/** Oldest first, at most the newest 500; lines that cannot be read are passed over. */
export async function readTimeline(dataFolder: string, now: number): Promise<readonly TimelineEntry[]> {
  const since = now - DAYS * 86_400_000;
  const texts = await Promise.all(
    FILES.map((name) => readFile(join(dataFolder, 'log', name), 'utf8').catch(() => '')),
  );
  return texts
    .flatMap((text) => text.split('\n'))
    .flatMap((line) => readLine(line) ?? [])
    .filter(({ at }) => Date.parse(at) >= since && Date.parse(at) <= now)
    .slice(-MAX_ENTRIES);
}

function readLine(line: string): TimelineEntry | null {
  try {
    const parsed = JSON.parse(line) as Readonly<Record<string, unknown>> | null;
    const { at, event, level } = parsed ?? {};
    if (typeof at !== 'string' || typeof event !== 'string' || level === 'debug') return null;
    const details = Object.entries(parsed ?? {})
      .filter(([name]) => !HIDDEN.has(name))
      .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    return { at, event, details };
  } catch {
    return null;
  }
}
