import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

describe('the arguments of the browser shell', () => {
  it('are all optional', () => {
    expect(readOptions([])).toEqual({
      dataDir: null,
      port: 0,
      noOpen: false,
      background: false,
      practice: false,
      verbose: false,
      drivers: [],
    });
  });

  it('name drivers as the command line does', () => {
    const given = [
      '--skf',
      '/a.so',
      '--module=/b.so',
      '--keystore',
      '/c.ukey',
      '--port',
      '8123',
      '--practice',
    ];
    expect(readOptions([...given, '--no-open', '--background', '--data-dir', '/d'])).toEqual({
      dataDir: '/d',
      port: 8123,
      noOpen: true,
      background: true,
      practice: true,
      verbose: false,
      drivers: [
        { kind: 'skf', module: '/a.so' },
        { kind: 'pkcs11', module: '/b.so' },
        { kind: 'software', module: '/c.ukey' },
      ],
    });
  });

  it.each([[['--port', 'x']], [['--port', '65536']], [['--port', '-1']], [['--unknown']], [['word']]])(
    'are refused as %j',
    (args) => expect(readOptions(args)).toBeNull(),
  );
});
