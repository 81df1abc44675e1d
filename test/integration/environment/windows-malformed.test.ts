// A registry in which programs left values of types that do not belong there: nothing is guessed from them.

import { describe, expect, it } from 'vitest';
import { SHIPPED_PROFILES } from '../../../src/contract/shipped-profiles.ts';
import { createWindowsComputer } from '../../support/environment/windows-computer.ts';

const profile = SHIPPED_PROFILES.find(({ id }) => id === 'dfca-hunan-construction');
if (profile === undefined) throw new Error('no profile');

describe('what the registry holds in another form than Windows writes', () => {
  it.each([
    ['system.uac', String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\EnableLUA`],
    ['system.windows', String.raw`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\CurrentBuildNumber`],
    ['network.hosts', String.raw`HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\DataBasePath`],
    ['system.paths', String.raw`HKLM\SYSTEM\CurrentControlSet\Control\Nls\CodePage\ACP`],
    ['driver.skfRegistered', String.raw`HKLM\SOFTWARE\Microsoft\Cryptography\Defaults\SKF\GM3000\path`],
    [
      'browser.trustedSites',
      String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings\ZoneMap\Domains\hunanjs.gov.cn\jgca\http`,
    ],
    ['browser.protocol', `${String.raw`HKCU\Software\Classes\certificate-assistant\shell\open\command`}\\`],
  ])('leaves %s unknown, with its place', async (check, what) => {
    const computer = createWindowsComputer({ exports: ['malformed'], profile });
    expect(await computer.find(check)).toEqual({ reason: 'malformed', what });
  });

  it('and what may not be read leaves it unknown too', async () => {
    const key = String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System`;
    const computer = createWindowsComputer({ obstacles: { [key]: 'denied' } });
    expect(await computer.find('system.uac')).toEqual({ reason: 'denied', what: key });
  });
});
