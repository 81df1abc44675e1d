import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret, secret } from './secret.ts';

describe('a secret of the contract', () => {
  it('hands its bytes over once', () => {
    const typed = secret.parse('密12');
    expect([...typed.take()]).toEqual([...Buffer.from('密12', 'utf8')]);
    expect(typed.take()).toHaveLength(0);
  });

  it('shows nothing however it is printed', () => {
    const typed = new Secret('87654321');
    const shown = [
      String(typed),
      JSON.stringify({ typed }),
      inspect(typed, { depth: 9, showHidden: true }),
      inspect([{ typed }], { depth: 9 }),
    ];
    expect(shown.filter((text) => text.includes('87654321'))).toEqual([]);
    expect(shown[0]).toBe('[secret]');
  });

  it.each([
    ['empty', ''],
    ['too long', '1'.repeat(257)],
    ['no text', 12345678],
  ])('refuses one that is %s without repeating it', (_name, value) => {
    const parsed = secret.safeParse(value);
    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error?.issues)).not.toContain('12345678');
  });
});
