import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));

const MEANINGLESS = /(^|[-/])(utils?|helpers?|common|manager|misc)([-./]|$)/;

describe('names under src', () => {
  it('are in kebab-case', () => {
    const words = files.flatMap((path) => [basename(path), ...dirname(path).split('/')]);
    expect(words.filter((name) => !/^\.$|^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?(\.ts)?$/.test(name))).toEqual(
      [],
    );
  });

  it('say what is in the file', () => {
    expect(files.filter((path) => MEANINGLESS.test(path))).toEqual([]);
  });
});
