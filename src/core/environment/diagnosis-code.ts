// The six digits a person reads to the hotline: layer, check (two), outcome, number of further problems, and a
// check digit (Luhn, ISO/IEC 7812-1 Annex B). 000000: nothing is wrong. docs/environment-checks.md lists the numbers.

import { LAYERS, type Check, type Finding } from './check.ts';
import { verdictOf } from './order.ts';

export function diagnosisCode(checks: readonly Check[], findings: readonly Finding[]): string {
  const { layer } = verdictOf(findings);
  const problems = findings.filter(({ status }) => status === 'problem');
  const first = problems.find((finding) => finding.layer === layer) ?? problems[0];
  const check = checks.find(({ id }) => id === first?.id);
  if (first === undefined || check === undefined) return '000000';
  const digits = [
    layer === null ? 9 : LAYERS.indexOf(layer) + 1,
    Math.floor(check.number / 10),
    check.number % 10,
    Object.keys(check.outcomes).indexOf(first.outcome),
    Math.min(problems.length - 1, 9),
  ];
  return [...digits, checkDigit(digits)].join('');
}

export interface Diagnosis {
  readonly check: Check;
  readonly outcome: string;
  /** At most 9. */
  readonly furtherProblems: number;
}

/** `none`: the code says that nothing was wrong; null: misread, or of another version. */
export function readDiagnosisCode(checks: readonly Check[], code: string): Diagnosis | 'none' | null {
  if (!/^\d{6}$/.test(code)) return null;
  if (code === '000000') return 'none';
  const digits = Array.from(code, Number);
  if (checkDigit(digits.slice(0, 5)) !== digits[5]) return null;
  const [, tens = 0, ones = 0, place = 0, furtherProblems = 0] = digits;
  const check = checks.find(({ number }) => number === tens * 10 + ones);
  const outcome = check === undefined ? undefined : Object.keys(check.outcomes)[place];
  return check === undefined || outcome === undefined ? null : { check, outcome, furtherProblems };
}

function checkDigit(digits: readonly number[]): number {
  const sum = digits.toReversed().reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return (10 - (sum % 10)) % 10;
}
