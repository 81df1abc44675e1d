import type { Repair } from './repair.ts';
import { autostartWrite, dataPermissions, locksRemove, trustBrowser } from './repairs/own-files.ts';
import { pcscdEnable, timeSynchronise } from './repairs/services.ts';
import { browserPolicy, hostsClean, trustSystem, udevRule } from './repairs/system-files.ts';
import {
  certificatesTidy,
  protocolRegister,
  sitesTrust,
  skfRegister,
  smartCardEnable,
  trustIntermediate,
  trustWindows,
} from './repairs/windows.ts';

export const REPAIRS: readonly Repair[] = [
  udevRule,
  pcscdEnable,
  timeSynchronise,
  hostsClean,
  autostartWrite,
  dataPermissions,
  locksRemove,
  trustSystem,
  trustBrowser,
  browserPolicy,
  sitesTrust,
  trustWindows,
  trustIntermediate,
  certificatesTidy,
  smartCardEnable,
  skfRegister,
  protocolRegister,
];
