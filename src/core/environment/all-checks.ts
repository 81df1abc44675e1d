import type { Check } from './check.ts';
import { BROWSER_CHECKS } from './checks/browser.ts';
import { browserPage } from './checks/browser-page.ts';
import { CERTIFICATE_CHECKS } from './checks/certificate.ts';
import { DEVICE_CHECKS, SEAL_CHECKS } from './checks/devices.ts';
import { DRIVER_CHECKS } from './checks/driver.ts';
import { KEY_CHECKS } from './checks/key.ts';
import { LOCAL_SERVICE_CHECKS } from './checks/local-services.ts';
import { NETWORK_CHECKS } from './checks/network.ts';
import { readers } from './checks/readers.ts';
import { SESSION_CHECKS } from './checks/session.ts';
import { SURROUNDING_CHECKS } from './checks/surroundings.ts';
import { SYSTEM_CHECKS } from './checks/system.ts';
import { WINDOWS_BROWSER_CHECKS } from './checks/windows-browser.ts';
import { WINDOWS_CERTIFICATE_CHECKS } from './checks/windows-certificate.ts';
import { WINDOWS_KEY_CHECKS } from './checks/windows-key.ts';
import { WINDOWS_LINK_CHECKS, WINDOWS_NETWORK_CHECKS } from './checks/windows-programs.ts';
import { WINDOWS_SYSTEM_CHECKS } from './checks/windows-system.ts';

/** In the order in which they are shown. */
export const CHECKS: readonly Check[] = [
  ...KEY_CHECKS,
  ...DEVICE_CHECKS,
  ...DRIVER_CHECKS,
  ...WINDOWS_KEY_CHECKS,
  ...CERTIFICATE_CHECKS,
  ...SEAL_CHECKS,
  ...WINDOWS_CERTIFICATE_CHECKS,
  ...SYSTEM_CHECKS,
  ...SESSION_CHECKS,
  ...SURROUNDING_CHECKS,
  readers,
  ...WINDOWS_SYSTEM_CHECKS,
  ...NETWORK_CHECKS,
  ...LOCAL_SERVICE_CHECKS,
  ...WINDOWS_NETWORK_CHECKS,
  ...BROWSER_CHECKS,
  ...WINDOWS_BROWSER_CHECKS,
  ...WINDOWS_LINK_CHECKS,
  browserPage,
];
