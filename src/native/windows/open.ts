import type { WindowsSystem } from '../../core/environment/windows-system.ts';
import { openWindowsApi, type WindowsApi } from './api.ts';
import { createCertificateStores } from './certificate-stores.ts';
import { createDevices } from './devices.ts';
import { createProcesses } from './processes.ts';
import { createProtectedFolders } from './protected-folder.ts';
import { createRegistry } from './registry.ts';
import { createRights } from './rights.ts';
import { createServices } from './services.ts';

/** In this process; throws where this is no Windows. */
export async function openWindowsSystem(): Promise<WindowsSystem> {
  return createWindowsSystem(await openWindowsApi());
}

/** Everything that is asked of Windows; each call blocks its process until Windows has answered. */
function createWindowsSystem(api: WindowsApi): WindowsSystem {
  return {
    ...createRegistry(api),
    ...createCertificateStores(api),
    ...createServices(api),
    ...createProcesses(api),
    ...createDevices(api),
    ...createRights(api),
    ...createProtectedFolders(api),
  };
}
