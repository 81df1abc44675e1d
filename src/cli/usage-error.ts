import { text, type TextKey, type TextParameters } from '../contract/text.ts';
import type { AppError } from '../core/errors/codes.ts';
import { locale } from './locale.ts';

type UsageKey = TextKey extends infer K ? (K extends `cli.usage.${infer Name}` ? Name : never) : never;

/** A mistake before the words for it are loaded. */
export interface Misuse {
  readonly key: UsageKey;
  readonly parameters: TextParameters;
}

/** What is wrong with a command line, as a sentence from the catalogue (`cli.usage.…`). */
export function usageError(key: UsageKey, parameters: TextParameters = {}): AppError<'usage.invalid'> {
  return { code: 'usage.invalid', reason: text(`cli.usage.${key}`, parameters, locale) };
}
