// What reminding has to remember: what was shown when, what was put off, and the bid openings the person named.

import { join } from 'node:path';
import * as z from 'zod';
import type { Result } from '../../core/errors/result.ts';
import type { Opening, ShownNotice, Snooze } from '../../core/notice/notice.ts';
import type { DataFolder } from './data-folder.ts';
import { createStateFile, type StateReading } from './state-file.ts';
import type { StorageError } from '../../storage/storage-error.ts';

const VERSION = 1;

/** Of each list the newest are kept. */
const MAX_ENTRIES = 1000;

export interface ReminderState {
  readonly shown: readonly ShownNotice[];
  readonly snoozes: readonly Snooze[];
  readonly openings: readonly Opening[];
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const id = z.string().max(200);
const day = z.iso.date();
const kind = z.enum([
  'orderReady',
  'orderRejected',
  'openingPassed',
  'expired',
  'expiring',
  'tokenInserted',
  'tokenRemoved',
  'pinAttempts',
  'pinLocked',
  'renewalDone',
  'statusChanged',
  'accompaniment',
]);

const listOf = <T extends z.ZodType>(entry: T) => z.array(entry).max(MAX_ENTRIES);

const reminderState: z.ZodType<ReminderState> = z.strictObject({
  shown: listOf(z.strictObject({ certificate: sha256, kind, about: id.nullable(), day })),
  snoozes: listOf(z.strictObject({ certificate: sha256, kind, since: day, until: day })),
  openings: listOf(
    z.strictObject({
      id,
      certificate: sha256.nullable(),
      at: z.number().int(),
      uploaded: z.enum(['notUploaded', 'canRedo', 'cannotRedo']),
      remindAfter: z.boolean(),
    }),
  ),
});

export type ReminderReading = Promise<Result<StateReading<ReminderState>, StorageError>>;

export interface Reminders {
  read(): ReminderReading;
  recordShown(shown: readonly ShownNotice[]): ReminderReading;
  /** Takes the place of an earlier one of the same certificate and kind. */
  snooze(snooze: Snooze): ReminderReading;
  /** Takes the place of an earlier one with the same id. */
  nameOpening(opening: Opening): ReminderReading;
  removeOpening(openingId: string): ReminderReading;
}

export function createReminders(folder: Pick<DataFolder, 'seen'>, clock: { now(): number }): Reminders {
  const file = createStateFile<ReminderState>({
    path: join(folder.seen, 'reminders.json'),
    version: VERSION,
    schema: reminderState,
    empty: { shown: [], snoozes: [], openings: [] },
    clock,
  });
  return {
    read: () => file.read(),
    recordShown: (shown) =>
      file.update((state) => ({ ...state, shown: [...state.shown, ...shown].slice(-MAX_ENTRIES) })),
    snooze: (snooze) =>
      file.update((state) => {
        const others = state.snoozes.filter(
          (one) => one.certificate !== snooze.certificate || one.kind !== snooze.kind,
        );
        return { ...state, snoozes: [...others, snooze].slice(-MAX_ENTRIES) };
      }),
    nameOpening: (opening) =>
      file.update((state) => {
        const others = state.openings.filter((one) => one.id !== opening.id);
        return { ...state, openings: [...others, opening].slice(-MAX_ENTRIES) };
      }),
    removeOpening: (openingId) =>
      file.update((state) => ({
        ...state,
        openings: state.openings.filter((one) => one.id !== openingId),
      })),
  };
}
