import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import en from '../../resources/locales/en.json' with { type: 'json' };
import zhCn from '../../resources/locales/zh-CN.json' with { type: 'json' };
import { ERROR_NUMBERS } from '../core/errors/codes.ts';
import type { AppError, ErrorCode } from '../core/errors/codes.ts';
import { describeError, text } from './text.ts';
import type { Locale } from './text.ts';

const described: readonly (readonly [AppError, Locale, string, string])[] = [
  [
    { code: 'pin.incorrect', attemptsLeft: 2 },
    'zh-CN',
    'UKey密码不正确，还可以再试 2 次。',
    '请核对大小写和输入法后重新输入。记不清时先不要再试，向颁发机构询问解锁办法。',
  ],
  [
    { code: 'pin.incorrect', attemptsLeft: null },
    'zh-CN',
    'UKey密码不正确。',
    '请核对大小写和输入法后重新输入。记不清时先不要再试，向颁发机构询问解锁办法。',
  ],
  [
    { code: 'certificate.expired', notAfter: '2026-12-01T16:00:00Z' },
    'zh-CN',
    '证书已于 2026-12-02 到期。',
    '颁发机构可能允许过期后续期，也可能要求重新办理，请联系颁发机构。',
  ],
  [
    { code: 'renewal.notEligible', reason: 'tooEarly', day: null },
    'zh-CN',
    '现在不能续期：还没有到续期时间。',
    '请联系证书的颁发机构，并告诉对方错误编号。',
  ],
  [
    { code: 'renewal.consentNeeded', consent: 'oldRevoked, pointOfNoReturn' },
    'zh-CN',
    '这一步需要您明确同意：旧证书将被吊销，还没有开标的加密标书之后可能解不开、原位更换密钥：从生成新密钥起无法退回',
    '请先看清说明，同意后再继续。',
  ],
  [
    { code: 'token.ambiguous', wanted: 'A', matches: ['A1', 'A2'] },
    'en',
    'Several keys match "A": A1, A2.',
    'Leave only the key you want to use plugged in and try again.',
  ],
  [
    { code: 'software.missing', packages: 'softhsm2', command: 'apt-get install softhsm2' },
    'zh-CN',
    '缺少需要的软件：softhsm2。',
    '请运行：apt-get install softhsm2',
  ],
];

describe('what a person reads about an error', () => {
  it.each(described)('%o in %s', (error, locale, message, advice) => {
    expect(describeError(error, locale)).toMatchObject({ message, advice });
  });

  it('gives the number for the telephone and the kind of recovery', () => {
    expect(describeError({ code: 'pin.locked' })).toEqual({
      message: 'UKey密码已锁定。',
      advice: '请联系颁发机构，按它的办法解锁密码。解锁之前不要再试。',
      number: 2003,
      recovery: 'unblockPin',
    });
  });

  it('shows a plain sentence by its key', () => {
    expect(text('recovery.plugIn')).toBe('请插入UKey，等几秒后再试。');
  });
});

describe('the text catalogue', () => {
  const catalogues = [
    ['zh-CN', zhCn],
    ['en', en],
  ] as const;
  const carried = errorDataFields();

  it.each(catalogues)('%s names in an error sentence only what the error carries', (_locale, catalogue) => {
    const foreign = Object.entries(catalogue.error).flatMap(([code, sentences]) =>
      placeholders(Object.values(sentences).join(' '))
        .filter((name) => !carried(code as ErrorCode).includes(name))
        .map((name) => `${code}: {${name}}`),
    );
    expect(foreign).toEqual([]);
  });

  it.each(catalogues)('%s has no sentence for a code that does not exist', (_locale, catalogue) => {
    expect(Object.keys(catalogue.error).filter((code) => !(code in ERROR_NUMBERS))).toEqual([]);
  });

  it('fills the same placeholders in every language and has no English sentence without a Chinese one', () => {
    const chinese = new Map(sentences(zhCn));
    const different = sentences(en)
      .filter(([key]) => !key.endsWith('.advice'))
      .filter(([key, sentence]) => {
        const original = chinese.get(key);
        return original === undefined || String(placeholders(original)) !== String(placeholders(sentence));
      });
    expect(different).toEqual([]);
  });
});

function placeholders(sentence: string): string[] {
  return [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();
}

/** Every sentence of a catalogue with its dotted path. */
function sentences(node: unknown, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, node]];
  return Object.entries(node as Record<string, unknown>).flatMap(([key, child]) =>
    sentences(child, path === '' ? key : `${path}.${key}`),
  );
}

/** Field names of each code's data, read from the declaration of `ErrorData` because types are gone at run time. */
function errorDataFields(): (code: ErrorCode) => readonly string[] {
  const path = new URL('../core/errors/codes.ts', import.meta.url);
  const source = ts.createSourceFile('codes.ts', readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const fields = new Map<string, string[]>();
  for (const statement of source.statements) {
    if (!ts.isInterfaceDeclaration(statement) || statement.name.text !== 'ErrorData') continue;
    for (const member of statement.members) {
      if (!ts.isPropertySignature(member) || member.type === undefined) continue;
      if (!ts.isStringLiteral(member.name) || !ts.isTypeLiteralNode(member.type)) continue;
      const names = member.type.members.map((field) => field.name?.getText(source) ?? '');
      fields.set(member.name.text, names);
    }
  }
  return (code) => fields.get(code) ?? [];
}
