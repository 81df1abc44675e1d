import * as z from 'zod';
import { applicationView, driverSetting, driverView, settings } from '../views/application-views.ts';
import { httpUrl, none, nothing, orderId, path, profileId, sha256 } from '../views/values.ts';
import { profileSchema } from '../profile.ts';

export const applicationMethods = {
  'application.read': { input: none, output: applicationView },
  /** Ends the program, once the answer is out. `token.busy`: a key is being written. */
  'application.quit': { input: none, output: nothing },
  /** What is left out stays. `drivers` change through `driver.add` and `driver.remove`. */
  'settings.change': {
    input: z.strictObject(settings.omit({ drivers: true }).partial().shape),
    output: settings,
  },
  'driver.list': { input: none, output: z.array(driverView) },
  'driver.add': { input: driverSetting, output: z.array(driverView) },
  'driver.remove': { input: z.strictObject({ module: path }), output: z.array(driverView) },
  'profile.list': { input: none, output: z.array(profileSchema) },
  /** Remembered for this certificate. */
  'profile.choose': {
    input: z.strictObject({ certificate: sha256, profile: profileId }),
    output: nothing,
  },
  /** A page that a profile lists, in the browser it needs. Others are refused with `request.invalid`. */
  'portal.open': { input: z.strictObject({ address: httpUrl }), output: nothing },
  'folder.open': { input: z.strictObject({ which: z.enum(['data', 'log']) }), output: nothing },
  /** 练习模式: a key file with 12 days left and a CA of our own take the place of everything real. */
  'practice.start': { input: none, output: applicationView },
  'practice.end': { input: none, output: applicationView },
  /** Pays an order of the rehearsal, as a telephone would by its QR code. */
  'practice.pay': { input: z.strictObject({ order: orderId }), output: nothing },
} as const;
