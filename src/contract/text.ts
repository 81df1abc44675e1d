// The one way to user-visible text, for command line, window and notices. Sentences live in resources/locales;
// Chinese is the reference, and a code without a Chinese sentence does not compile.
//
// In a sentence, {name} is replaced by a parameter and [ … ] is left out when a parameter inside it is null.
// A value (or each of several, joined by `, `) that is listed under `word.<name>` is shown by that word, an ISO
// time by its Beijing day.

import en from '../../resources/locales/en.json' with { type: 'json' };
import zhCn from '../../resources/locales/zh-CN.json' with { type: 'json' };
import { ERROR_NUMBERS } from '../core/errors/codes.ts';
import type {
  AppError,
  ErrorCode,
  IneligibleReason,
  SignatureObstacle,
  UntrustedReason,
} from '../core/errors/codes.ts';
import { RECOVERY } from '../core/errors/recovery.ts';
import type { Recovery } from '../core/errors/recovery.ts';

export type Locale = 'zh-CN' | 'en';

/** `advice` takes the place of the recovery's general advice. */
interface ErrorText {
  readonly message: string;
  readonly advice?: string;
}

/** What each language must have; `word` gives words for parameter values. */
interface Complete {
  readonly error: Readonly<Record<ErrorCode, ErrorText>>;
  readonly recovery: Readonly<Record<Recovery, string>>;
  readonly word: {
    readonly reason: Readonly<Record<IneligibleReason | UntrustedReason | SignatureObstacle, string>>;
  };
}

const translations: Readonly<Record<Locale, Complete>> = { 'zh-CN': zhCn, en };

/** Sections of plain sentences: all but the two with a shape of their own. */
type Section = Exclude<keyof typeof zhCn, 'error' | 'word'>;

/** `section.key`; a key may itself contain dots, for example `cli.list.empty`. */
export type TextKey = { [S in Section]: `${S}.${keyof (typeof zhCn)[S] & string}` }[Section];

export type TextParameters = Readonly<Record<string, unknown>>;

/** The sentence of a key; in Chinese where the locale lacks it. */
export function text(key: TextKey, parameters: TextParameters = {}, locale: Locale = 'zh-CN'): string {
  const dot = key.indexOf('.');
  const [section, name] = [key.slice(0, dot), key.slice(dot + 1)];
  const sentence = plainSection(locale, section)[name] ?? plainSection('zh-CN', section)[name] ?? key;
  return fill(sentence, parameters, locale);
}

export interface ErrorDescription {
  readonly message: string;
  /** What to do now. */
  readonly advice: string;
  /** Four digits that can be read over a telephone. */
  readonly number: number;
  readonly recovery: Recovery;
}

export function describeError(error: AppError, locale: Locale = 'zh-CN'): ErrorDescription {
  const recovery = RECOVERY[error.code];
  const sentences = translations[locale];
  const { message, advice }: ErrorText = sentences.error[error.code];
  const parameters = { ...error };
  return {
    message: fill(message, parameters, locale),
    advice: fill(advice ?? sentences.recovery[recovery], parameters, locale),
    number: ERROR_NUMBERS[error.code],
    recovery,
  };
}

/** As `describeError`, in words for something a CA has written already (section `accompany`, `problem.<code>`). */
export function describeProblem(error: AppError, locale: Locale = 'zh-CN'): ErrorDescription {
  const described = describeError(error, locale);
  const sentence = plainSection(locale, 'accompany')[`problem.${error.code}`];
  return sentence === undefined ? described : { ...described, message: fill(sentence, { ...error }, locale) };
}

function plainSection(locale: Locale, section: string): Readonly<Record<string, string>> {
  const sections: Readonly<Record<string, unknown>> = { ...translations[locale] };
  return (sections[section] ?? {}) as Readonly<Record<string, string>>;
}

const OPTIONAL = /\[([^\]]*)\]/g;
const PLACEHOLDER = /\{(\w+)\}/g;

function fill(sentence: string, parameters: TextParameters, locale: Locale): string {
  const isKnown = (name: string) => parameters[name] !== null && parameters[name] !== undefined;
  return sentence
    .replace(OPTIONAL, (_all, part: string) =>
      [...part.matchAll(PLACEHOLDER)].every(([, name = '']) => isKnown(name)) ? part : '',
    )
    .replace(PLACEHOLDER, (_all, name: string) => show(name, parameters[name], locale));
}

function show(name: string, value: unknown, locale: Locale): string {
  if (Array.isArray(value)) return value.map((item) => show(name, item, locale)).join(LIST_SEPARATOR[locale]);
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return '—';
  const known: Readonly<Record<string, Readonly<Record<string, string>>>> = translations[locale].word;
  const words = value.split(', ').map((part) => known[name]?.[part]);
  if (words.every((word) => word !== undefined)) return words.join(LIST_SEPARATOR[locale]);
  return ISO_TIME.test(value) ? beijingDay(value) : value;
}

const LIST_SEPARATOR: Readonly<Record<Locale, string>> = { 'zh-CN': '、', en: ', ' };
const ISO_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** `2026-12-02`: certificates and portals of this country count days in Beijing time, wherever the PC is. */
function beijingDay(iso: string): string {
  return new Date(Date.parse(iso) + 8 * 3_600_000).toISOString().slice(0, 10);
}
