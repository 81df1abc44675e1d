import { describe, expect, it } from 'vitest';
import { parseRegistry, registeredSkfLibraries, skfLibraries } from './discovery.ts';

const QUERY = [
  '',
  String.raw`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Cryptography\Defaults\SKF\Longmai`,
  String.raw`    path    REG_SZ    C:\Program Files\Longmai\mtoken_gm3000.dll`,
  '',
  String.raw`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Cryptography\Defaults\SKF\Haitai`,
  String.raw`    Path    REG_EXPAND_SZ    %SystemRoot%\System32\SKFAPI.dll`,
  String.raw`    path    REG_SZ    SJK1217SKF.dll`,
  String.raw`    path    REG_SZ    ..\evil.dll`,
  String.raw`    path    REG_SZ    \\server\share\evil.dll`,
  '',
  'End of search: 5 match(es) found.',
].join('\r\n');

const REGISTERED = [
  String.raw`C:\Program Files\Longmai\mtoken_gm3000.dll`,
  String.raw`C:\Windows\System32\SKFAPI.dll`,
  String.raw`C:\Windows\System32\SJK1217SKF.dll`,
];

describe('SKF libraries on this computer', () => {
  it('are read from the registry, absolute paths only', () => {
    expect(parseRegistry(QUERY)).toEqual(REGISTERED);
  });

  it('are asked for in the registry view of our architecture, with a program at an absolute path', async () => {
    const calls: string[] = [];
    const found = await registeredSkfLibraries(async (program, args) => {
      calls.push(`${program} ${args.join(' ')}`);
      return QUERY;
    }, 'x64');
    expect(found).toEqual(REGISTERED);
    expect(calls).toEqual([
      String.raw`C:\Windows\System32\reg.exe query HKLM\SOFTWARE\Microsoft\Cryptography\Defaults\SKF /s /v path /reg:64`,
    ]);
  });

  it('are none where the registry has no such key', async () => {
    const refuse = () => Promise.reject(new Error('exit code 1'));
    expect(await registeredSkfLibraries(refuse, 'x64')).toEqual([]);
  });

  it('are found once, although registered in another case than in their usual place', () => {
    const registered = [String.raw`c:\windows\system32\skfapi.dll`];
    const found = skfLibraries(
      'win32',
      'x64',
      (path) => path.toLowerCase().endsWith('\\skfapi.dll'),
      registered,
    );
    expect(found).toEqual(registered);
  });

  it('are found in the folders of a Linux vendor', () => {
    const path = '/opt/lm-gm3000/lib/libgm3000.1.0.so';
    expect(skfLibraries('linux', 'x64', (other) => other === path, [])).toEqual([path]);
  });
});
