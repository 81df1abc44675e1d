// What the person has set for the window, in the data folder.

import { join } from 'node:path';
import { settings, type Settings } from '../../contract/views/application-views.ts';
import type { DataFolder } from './data-folder.ts';
import { createStateFile, type StateFile } from './state-file.ts';

export const DEFAULT_SETTINGS: Settings = {
  locale: 'zh-CN',
  theme: 'system',
  autostart: false,
  reminders: true,
  profile: null,
  gateways: {},
  drivers: [],
};

export function createSettingsFile(
  folder: Pick<DataFolder, 'path'>,
  clock: { now(): number },
): StateFile<Settings> {
  return createStateFile<Settings>({
    path: join(folder.path, 'settings.json'),
    version: 1,
    schema: settings,
    empty: DEFAULT_SETTINGS,
    clock,
  });
}
