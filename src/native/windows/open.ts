import type { WindowsSystem } from '../../core/environment/windows-system.ts';
import type { WindowsApi } from './api.ts';
import { createCertificateStores } from './certificate-stores.ts';
import { createDevices } from './devices.ts';
import { createProcesses } from './processes.ts';
import { createProtectedFolders } from './protected-folder.ts';
import { createRegistry } from './registry.ts';
import { createRights } from './rights.ts';
import { createServices } from './services.ts';

/** Everything that is asked of Windows; each call blocks its process until Windows has answered. */
export function createWindowsSystem(api: WindowsApi): WindowsSystem {
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
