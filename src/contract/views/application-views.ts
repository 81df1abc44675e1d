// The program itself: where it runs, what its shell can do, what the person has set.

import * as z from 'zod';
import { appError, httpUrl, line, path, profileId } from './values.ts';

/** What the shell around the page can do. The page asks for this and never which shell it is. */
export const capabilities = z
  .strictObject({
    /** Notices appear outside the window too. */
    nativeNotices: z.boolean(),
    /** Closing the window leaves the program in the tray. */
    tray: z.boolean(),
    autostart: z.boolean(),
    /** Pages of a CA can be opened in the browser they need. */
    openPortal: z.boolean(),
    openFolder: z.boolean(),
    /** The page ends the program; elsewhere the tray does. */
    quit: z.boolean(),
  })
  .meta({ id: 'Capabilities' });
export type Capabilities = z.infer<typeof capabilities>;

export const driverSetting = z
  .strictObject({ kind: z.enum(['pkcs11', 'skf', 'software']), module: path })
  .meta({ id: 'DriverSetting' });

export const settings = z
  .strictObject({
    locale: z.enum(['zh-CN', 'en']),
    theme: z.enum(['system', 'light', 'dark']),
    autostart: z.boolean(),
    reminders: z.boolean(),
    /** Profile for certificates that no rule decides; null: ask. */
    profile: profileId.nullable(),
    /** Address of a CA's gateway by profile id, where the profile has none. */
    gateways: z.record(profileId, httpUrl),
    drivers: z.array(driverSetting).max(50),
  })
  .meta({ id: 'Settings' });
export type Settings = z.infer<typeof settings>;

export const driverView = z
  .strictObject({
    kind: driverSetting.shape.kind,
    module: line,
    /** The person added it. */
    isAdded: z.boolean(),
    /** null: it answers. */
    problem: appError.nullable(),
    /** Labels of the keys seen through it. */
    tokens: z.array(line),
  })
  .meta({ id: 'DriverView' });
export type DriverView = z.infer<typeof driverView>;

export const applicationView = z
  .strictObject({
    version: line,
    platform: line,
    capabilities,
    settings,
    /** A rehearsal: nothing touches a real key or a real CA. `pin` of the practice key is no secret. */
    practice: z.strictObject({ isOn: z.boolean(), pin: line.nullable() }),
    dataFolder: line,
    logFile: line.nullable(),
    /** The data folder cannot be used; what depends on it is refused with this. */
    storageProblem: appError.nullable(),
  })
  .meta({ id: 'ApplicationView' });
export type ApplicationView = z.infer<typeof applicationView>;
