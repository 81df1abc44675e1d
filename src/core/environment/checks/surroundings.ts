// What kind of computer this is: real or virtual, near or far, and whether a window program is made for it.

import { advice, defineCheck, fine, notApplicable } from '../check.ts';
import type { Probe } from '../probe.ts';
import { remoteSigns } from './session.ts';

/** As the firmware of virtual computers names them (DMI). */
const VIRTUAL = /vmware|virtualbox|innotek|qemu|kvm|virtual machine|bochs|xen|parallels|openstack|bhyve/i;

const virtual = defineCheck({
  id: 'system.virtual',
  number: 83,
  ref: 'C-26',
  group: 'system',
  platforms: ['linux'],
  needs: [],
  blocksRenewal: false,
  outcomes: { physical: fine, virtual: advice() },
  async run(probe) {
    const [vendor, product, processors] = await Promise.all(
      ['/sys/class/dmi/id/sys_vendor', '/sys/class/dmi/id/product_name', '/proc/cpuinfo'].map(
        async (path) => {
          const text = await probe.files.readText(path);
          return text.ok ? (text.value?.trim() ?? '') : '';
        },
      ),
    );
    const named = `${vendor ?? ''} ${product ?? ''}`.trim();
    if (VIRTUAL.test(named)) return { outcome: 'virtual', facts: { product: named } };
    // Where the firmware says nothing the processor does: it is told that it works for a hypervisor.
    return named === '' && /^flags\s*:.*\bhypervisor\b/m.test(processors ?? '')
      ? { outcome: 'virtual', facts: { product: 'hypervisor' } }
      : { outcome: 'physical', facts: {} };
  },
});

const CCID = 0x0b;
const CARD_POLICY = '/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy';

/** pcsc-lite asks polkit, whose rule lets nobody in who does not sit at the computer. */
const cardPolicy = defineCheck({
  id: 'system.cardPolicy',
  number: 84,
  ref: 'L-05',
  group: 'system',
  layer: 'permission',
  platforms: ['linux'],
  needs: [],
  blocksRenewal: false,
  outcomes: { allowed: fine, none: notApplicable, refused: advice() },
  async run(probe) {
    if (!(await hasReader(probe))) return { outcome: 'none', facts: {} };
    const policy = await probe.files.info(CARD_POLICY);
    if (!policy.ok) return policy.error;
    const signs = remoteSigns(probe);
    return policy.value !== null && signs.length > 0
      ? { outcome: 'refused', facts: { signs } }
      : { outcome: 'allowed', facts: {} };
  },
});

async function hasReader({ system }: Probe): Promise<boolean> {
  const usb = await system.usb();
  return usb.ok && usb.value.some(({ classes }) => classes.includes(CCID));
}

/** For which Electron is made, by `process.arch`. */
const WITH_WINDOW: ReadonlySet<string> = new Set(['x64', 'arm64']);

const window_ = defineCheck({
  id: 'system.window',
  number: 85,
  ref: 'L-18',
  group: 'system',
  platforms: ['linux'],
  needs: [],
  blocksRenewal: false,
  outcomes: { available: fine, browser: fine },
  async run({ arch }) {
    return { outcome: WITH_WINDOW.has(arch) ? 'available' : 'browser', facts: { arch } };
  },
});

export const SURROUNDING_CHECKS = [virtual, cardPolicy, window_];
