import { expect, it } from 'vitest';
import { readOptions } from './options.ts';

it('the arguments are those of the browser shell, between what Electron is given', () => {
  const given = [
    '--no-sandbox',
    '/app',
    '--data-dir',
    '/d',
    '--practice',
    '--skf',
    '/a.so',
    '--module=/b.so',
  ];
  expect(
    readOptions([...given, '--remote-debugging-port=0', '--keystore', '/c.ukey', '--background']),
  ).toEqual({
    dataDir: '/d',
    background: true,
    practice: true,
    verbose: false,
    elevatedRepair: false,
    drivers: [
      { kind: 'skf', module: '/a.so' },
      { kind: 'pkcs11', module: '/b.so' },
      { kind: 'software', module: '/c.ukey' },
    ],
  });
});

it.each<[readonly string[]]>([[[]], [['--data-dir']], [['--skf']], [['--unheard-of']]])(
  'arguments that say nothing are passed over: %j',
  (args) => {
    expect(readOptions(args)).toEqual({
      ...{
        dataDir: null,
        background: false,
        practice: false,
        verbose: false,
        elevatedRepair: false,
        drivers: [],
      },
    });
  },
);
