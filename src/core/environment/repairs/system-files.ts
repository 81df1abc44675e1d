// Repairs that are files of the system: a device rule, the hosts file, a trust anchor, a browser policy.

import { encodeBase64 } from '../../certificate/base64.ts';
import { parseCertificate, type Certificate } from '../../certificate/certificate.ts';
import { equalBytes } from '../../certificate/der.ts';
import { encodePem } from '../../certificate/pem.ts';
import { err, ok, type Result } from '../../errors/result.ts';
import { ALLOWED, POLICY_FILE, POLICY_FOLDERS, POLICY_KEYS, policyFor } from '../browser-policy.ts';
import { hostsPath } from '../checks/network.ts';
import { originOf } from '../checks/system.ts';
import { withoutHosts } from '../hosts-file.ts';
import type { Obstacle } from '../probe.ts';
import {
  textIn,
  textsIn,
  type Change,
  type Plan,
  type Refusal,
  type Repair,
  type SystemView,
} from '../repair.ts';
import type { Facts } from '../check.ts';
import { bytesAsText, fileState, textAsBytes, writeFileChange } from './files.ts';
import { planWindows, registryChange, text } from './windows-changes.ts';

const UDEV_RULE = '/etc/udev/rules.d/60-certificate-assistant.rules';

/** Before 73-seat-late.rules, which turns the tag into an access list for whoever sits at the computer. */
export const udevRule: Repair = {
  id: 'udev.rule',
  platforms: ['linux'],
  admin: true,
  ticked: true,
  async plan(facts, view) {
    const known = new Set(view.drivers.vendors.flatMap(({ ids }) => ids));
    const devices = textsIn(facts, 'devices');
    const foreign = devices.find((id) => !known.has(id) || !/^[0-9a-f]{4}:[0-9a-f]{4}$/.test(id));
    if (devices.length === 0 || foreign !== undefined)
      return err({ reason: 'facts', what: foreign ?? 'devices' });
    const there = await view.files.readText(UDEV_RULE);
    if (!there.ok) return there;
    const before = (there.value ?? '').split('\n').filter((line) => RULE_LINE.test(line));
    const lines = [...new Set([...before, ...devices.flatMap(rulesFor)])];
    const change = await writeFileChange(view, UDEV_RULE, `${[RULE_HEAD, ...lines].join('\n')}\n`);
    return change.ok ? ok({ changes: [change.value], effects: ['udev'] }) : change;
  },
};

const RULE_HEAD = '# UKey: whoever is logged in at this computer may use it.';
const RULE_LINE =
  /^SUBSYSTEM=="(usb|hidraw|scsi_generic)", ATTRS?\{idVendor\}=="[0-9a-f]{4}", ATTRS?\{idProduct\}=="[0-9a-f]{4}", TAG\+="uaccess"$/;

function rulesFor(id: string): readonly string[] {
  const [vendor = '', product = ''] = id.split(':');
  const rule = (subsystem: string, attribute: string) =>
    `SUBSYSTEM=="${subsystem}", ${attribute}{idVendor}=="${vendor}", ${attribute}{idProduct}=="${product}", TAG+="uaccess"`;
  return [rule('usb', 'ATTR'), rule('hidraw', 'ATTRS'), rule('scsi_generic', 'ATTRS')];
}

/** The hosts named by the check lose their lines; every other byte stays. */
export const hostsClean: Repair = {
  id: 'hosts.clean',
  platforms: ['linux', 'win32'],
  admin: true,
  ticked: true,
  async plan(facts, view) {
    const hosts = textsIn(facts, 'hosts').map((host) => host.toLowerCase());
    if (hosts.length === 0 || !hosts.every((host) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host)))
      return err({ reason: 'facts', what: 'hosts' });
    const found = await hostsPath(view);
    if (!found.ok) return found;
    const path = found.value;
    const [bytes, before] = await Promise.all([view.files.read(path), fileState(view, path)]);
    if (!bytes.ok) return bytes;
    if (!before.ok) return before;
    if (bytes.value === null || before.value === null) return err({ reason: 'notNeeded', what: path });
    const content = withoutHosts(bytesAsText(bytes.value), hosts);
    const after = { content: encodeBase64(textAsBytes(content)), mode: before.value.mode };
    if (after.content === before.value.content) return err({ reason: 'notNeeded', what: path });
    return ok({ changes: [{ kind: 'file', path, before: before.value, after }], effects: [] });
  },
};

/** The anchor the check showed with source and fingerprint, and no other. */
export function anchorIn(facts: Facts): Result<Certificate, Refusal> {
  const read = certificateIn(textIn(facts, 'der'), textIn(facts, 'sha256'));
  if (!read.ok) return read;
  const { isCa, subject, issuer } = read.value;
  return isCa && equalBytes(subject.der, issuer.der) ? read : err({ reason: 'facts', what: 'sha256' });
}

/** The certificate of that fingerprint; both hex. */
export function certificateIn(der: string | null, sha256: string | null): Result<Certificate, Refusal> {
  const bytes = /^([0-9a-f]{2}){1,65536}$/.test(der ?? '')
    ? Uint8Array.from(der?.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    : new Uint8Array();
  const parsed = parseCertificate(bytes);
  if (!parsed.ok) return err({ reason: 'facts', what: 'der' });
  return parsed.value.sha256 === sha256 ? parsed : err({ reason: 'facts', what: 'sha256' });
}

const ANCHOR_FOLDERS = [
  { folder: '/etc/pki/ca-trust/source/anchors', ending: 'pem' },
  { folder: '/usr/local/share/ca-certificates', ending: 'crt' },
] as const;

export const trustSystem: Repair = {
  id: 'trust.system',
  platforms: ['linux'],
  admin: true,
  ticked: false,
  async plan(facts, view) {
    const anchor = anchorIn(facts);
    if (!anchor.ok) return anchor;
    const place = await anchorFolder(view);
    if (!place.ok) return place;
    const { folder, ending } = place.value;
    const path = `${folder}/certificate-assistant-${anchor.value.sha256.slice(0, 16)}.${ending}`;
    const change = await writeFileChange(view, path, encodePem('CERTIFICATE', anchor.value.der));
    return change.ok ? ok({ changes: [change.value], effects: ['trust'] }) : change;
  },
};

async function anchorFolder(
  view: SystemView,
): Promise<Result<(typeof ANCHOR_FOLDERS)[number], Refusal | Obstacle>> {
  for (const place of ANCHOR_FOLDERS) {
    const info = await view.files.info(place.folder);
    if (!info.ok) return info;
    if (info.value?.kind === 'folder') return ok(place);
  }
  return err({ reason: 'notInstalled', what: 'ca-certificates' });
}

/** Only https addresses that are named one by one; never a pattern. */
export const browserPolicy: Repair = {
  id: 'browser.policy',
  platforms: ['linux', 'win32'],
  admin: true,
  ticked: true,
  async plan(facts, view) {
    const origins = textsIn(facts, 'origins');
    if (
      origins.length === 0 ||
      !origins.every((origin) => origin.startsWith('https://') && originOf(origin) === origin)
    )
      return err({ reason: 'facts', what: 'origins' });
    if (view.windows !== null) return planPolicyKeys(view, origins);
    const changes: Change[] = [];
    for (const folder of POLICY_FOLDERS) {
      const parent = folder.replace(/\/policies\/managed$/, '');
      const info = await view.files.info(parent);
      if (!info.ok) return info;
      if (info.value?.kind !== 'folder') continue;
      const change = await writeFileChange(view, `${folder}/${POLICY_FILE}`, policyFor(origins));
      if (!change.ok) return change;
      changes.push(change.value);
    }
    return changes.length === 0
      ? err({ reason: 'notInstalled', what: 'policies' })
      : ok({ changes, effects: [] });
  },
};

/** Entries that are there stay; ours get the numbers after them. */
function planPolicyKeys(
  view: SystemView,
  origins: readonly string[],
): Promise<Result<Plan, Refusal | Obstacle>> {
  return planWindows(view, 'Policies', async (reading) => {
    const browsers = (await reading.of(view.system.browsers(), [])).map(({ name }) => name);
    const keys = POLICY_KEYS.filter(({ browser }) => browsers.includes(browser));
    if (keys.length === 0) return err({ reason: 'notInstalled', what: 'Chrome, Edge' });
    const changes: (Change | null)[] = [];
    for (const list of keys.flatMap(({ key }) => ALLOWED.map((name) => `HKLM\\${key}\\${name}`))) {
      const there = await reading.texts(list);
      const wanted = origins.filter((origin) => ![...there.values()].includes(origin));
      let number = 1;
      for (const origin of wanted) {
        while (there.has(String(number))) number += 1;
        changes.push(await registryChange(reading, { key: list, name: String(number) }, text(origin)));
        number += 1;
      }
    }
    return ok(changes);
  });
}
