import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHECKS } from './all-checks.ts';
import { defineCheck, fine, finding, problem, unanswered, type Answer } from './check.ts';
import { diagnosisCode, readDiagnosisCode } from './diagnosis-code.ts';
import { selectChecks, unknownIds, verdictOf } from './order.ts';

const catalogue = JSON.parse(
  readFileSync(new URL('../../../resources/locales/zh-CN.json', import.meta.url), 'utf8'),
) as { check: Record<string, string> };

describe('the checks', () => {
  it('have ids and numbers of their own', () => {
    const repeated = <T>(list: readonly T[]) => list.filter((one, index) => list.indexOf(one) !== index);
    expect([repeated(CHECKS.map(({ id }) => id)), repeated(CHECKS.map(({ number }) => number))]).toEqual([
      [],
      [],
    ]);
  });

  it('have a title, a sentence for every outcome and advice for every trouble', () => {
    const wanted = CHECKS.flatMap(({ id, outcomes }) => [
      id,
      ...Object.entries(outcomes).flatMap(([outcome, { status }]) => [
        `${id}.${outcome}`,
        ...(status === 'problem' || status === 'advice' ? [`${id}.${outcome}.advice`] : []),
      ]),
    ]);
    expect(wanted.filter((key) => catalogue.check[key] === undefined)).toEqual([]);
  });

  it('leave no sentence behind', () => {
    const known = new Set(
      CHECKS.flatMap(({ id, outcomes }) => [
        id,
        ...Object.keys(outcomes).map((outcome) => `${id}.${outcome}`),
      ]),
    );
    const own = Object.keys(catalogue.check).filter((key) => !/^(unknown|layer|group)\./.test(key));
    expect(own.filter((key) => !known.has(key.replace(/\.advice$/, '')))).toEqual([]);
  });

  it('need only checks that exist', () => {
    const ids = CHECKS.map(({ id }) => id);
    expect(CHECKS.flatMap(({ needs }) => needs).filter((id) => !ids.includes(id))).toEqual([]);
  });
});

const question = (id: string, number: number, needs: readonly string[] = []) =>
  defineCheck({
    id,
    number,
    ref: `C-${String(number)}`,
    group: 'key',
    layer: id === 'a.plug' ? 'physical' : 'driver',
    platforms: id === 'w.only' ? ['win32'] : ['linux'],
    needs,
    blocksRenewal: id === 'a.plug',
    outcomes: { fine, broken: problem() },
    run: () => Promise.resolve<Answer<'fine' | 'broken'>>({ outcome: 'fine', facts: {} }),
  });
const [plug, driver, windows] = [
  question('a.plug', 1),
  question('b.driver', 42, ['a.plug']),
  question('w.only', 3),
];
const asked = { ...question('b.page', 6), onRequest: { limitMs: 1 } };
const all = [driver, plug, windows, asked];

describe('choosing checks', () => {
  it.each([
    ['all of a system, needs first', [], ['a.plug', 'b.driver']],
    ['one with what it needs', ['b.driver'], ['a.plug', 'b.driver']],
    ['by the beginning of its id', ['a'], ['a.plug']],
    ['by the catalogue', ['C-1'], ['a.plug']],
    ['none of another system', ['w.only'], []],
    ['by the beginning of its id, but not what has to be named', ['b'], ['a.plug', 'b.driver']],
    ['what has to be named', ['b.page'], ['b.page']],
  ])('takes %s', (_, only, ids) => {
    expect(selectChecks(all, 'linux', only).map(({ id }) => id)).toEqual(ids);
  });

  it('names what is no check', () => {
    expect(unknownIds(all, ['a', 'a.pl', 'C-42'])).toEqual(['a.pl']);
  });

  it('refuses checks that need each other', () => {
    const [x, y] = [question('x', 5, ['y']), question('y', 6, ['x'])];
    expect(() => selectChecks([x, y], 'linux', [])).toThrow('x y x');
  });
});

describe('the verdict', () => {
  const broken = (check: typeof plug) => finding(check, { outcome: 'broken', facts: {} }, 1);

  it('names the first broken layer on the way from the plug to the page', () => {
    expect(verdictOf([broken(driver), broken(plug), unanswered(windows, 'timeout', {}, 1)])).toEqual({
      ...{ isFit: false, blocksRenewal: true, problems: 2, advice: 0, unknown: 1, fine: 0 },
      layer: 'physical',
    });
  });

  it.each([
    ['nothing', [], '000000'],
    ['a driver', [broken(driver)], '34210'],
    ['a plug and a driver', [broken(driver), broken(plug)], '10111'],
  ])('has a code a person can read out: %s', (_, findings, digits) => {
    const code = diagnosisCode(all, findings);
    expect(code.startsWith(digits)).toBe(true);
    const read = readDiagnosisCode(all, code);
    expect(read === 'none' ? 'none' : read?.outcome).toBe(findings.length === 0 ? 'none' : 'broken');
  });

  it('notices a digit that was misheard, and two that were exchanged', () => {
    const code = diagnosisCode(all, [broken(driver)]);
    const misheard = Array.from({ length: 6 }, (_, place) =>
      [...Array(10).keys()].map((digit) => `${code.slice(0, place)}${String(digit)}${code.slice(place + 1)}`),
    ).flat();
    const others = [...misheard, `${code[1]!}${code[0]!}${code.slice(2)}`].filter((one) => one !== code);
    expect(others.filter((one) => readDiagnosisCode(all, one) !== null)).toEqual([]);
  });
});
