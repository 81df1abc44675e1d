/** Every repair there is; `repair.<id>` is its title in the catalogue. */
export const REPAIR_IDS = [
  'udev.rule',
  'pcscd.enable',
  'time.synchronise',
  'hosts.clean',
  'autostart.write',
  'data.permissions',
  'locks.remove',
  'trust.system',
  'trust.browser',
  'browser.policy',
  'sites.trust',
  'trust.windows',
  'trust.intermediate',
  'certificates.tidy',
  'smartCard.enable',
  'skf.register',
  'protocol.register',
] as const;

export type RepairId = (typeof REPAIR_IDS)[number];
