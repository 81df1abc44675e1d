// The program that runs with the administrator's rights where there is no package: started by pkexec without
// arguments, on Windows with those of app/windows-elevated-repair.ts.

import { answerElevatedRepair } from '../app/elevated-repair.ts';
import { VENDOR_USB } from '../native/vendors/modules.ts';

process.exitCode =
  process.platform === 'win32' ? await answerOnWindows() : await answerElevatedRepair(VENDOR_USB);

async function answerOnWindows(): Promise<number> {
  const [{ answerWindowsRepair }, { openWindowsSystem }, { createDriverProbe }] = await Promise.all([
    import('../app/windows-elevated-repair.ts'),
    import('../native/windows/open.ts'),
    import('../native/vendors/driver-probe.ts'),
  ]);
  const [args, drivers] = [process.argv.slice(2), createDriverProbe([])];
  return answerWindowsRepair({ args, windows: await openWindowsSystem(), drivers });
}
