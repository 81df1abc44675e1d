import { describe, expect, it } from 'vitest';
import type { TokenProvider } from '../../core/token/provider.ts';
import { createSourcePool, type DriverFile } from './source-pool.ts';

interface Here {
  readonly named?: readonly DriverFile[];
  keyFiles?: readonly string[];
  installed?: readonly DriverFile[];
}

function poolOver(here: Here, links: Readonly<Record<string, string>> = {}) {
  const opened: string[] = [];
  const pool = createSourcePool({
    named: here.named ?? [],
    keyFiles: () => here.keyFiles ?? [],
    installed: () => here.installed ?? [],
    realPath: (path) => links[path] ?? path,
    open({ kind, module }, isExplicit) {
      opened.push(module);
      return { kind, module, isExplicit, provider: {} as TokenProvider };
    },
  });
  const shown = () =>
    pool.current().map(({ kind, module, isExplicit }) => `${kind} ${module}${isExplicit ? ' named' : ''}`);
  return { pool, opened, shown };
}

describe('the drivers and key files there are', () => {
  it('has what the person named first, and each file once whatever it is called', () => {
    const here: Here = {
      named: [{ kind: 'pkcs11', module: '/link.so' }],
      keyFiles: ['/keys/a.ukey'],
      installed: [
        { kind: 'skf', module: '/maker.so' },
        { kind: 'pkcs11', module: '/maker.so' },
        { kind: 'pkcs11', module: '/real.so' },
      ],
    };
    expect(poolOver(here, { '/link.so': '/real.so' }).shown()).toEqual([
      'pkcs11 /link.so named',
      'software /keys/a.ukey named',
      'skf /maker.so',
      'pkcs11 /maker.so',
    ]);
  });

  it('finds what came later only when it looks again', () => {
    const here: Here = {};
    const { pool, shown } = poolOver(here);
    here.installed = [{ kind: 'skf', module: '/maker.so' }];
    here.keyFiles = ['/keys/a.ukey'];
    const before = shown();
    pool.refresh();
    expect({ before, after: shown() }).toEqual({
      before: [],
      after: ['software /keys/a.ukey named', 'skf /maker.so'],
    });
  });

  it('keeps the process of a key file that goes away and comes back', () => {
    const here: Here = { keyFiles: ['/keys/a.ukey'] };
    const { pool, opened } = poolOver(here);
    const [first] = pool.current();
    here.keyFiles = [];
    pool.refresh();
    const whileAway = pool.current();
    here.keyFiles = ['/keys/a.ukey'];
    pool.refresh();
    expect({ whileAway, back: pool.current()[0] === first, opened }).toEqual({
      whileAway: [],
      back: true,
      opened: ['/keys/a.ukey'],
    });
  });
});
