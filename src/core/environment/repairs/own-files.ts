// Repairs of what is the person's own: autostart, our data folder, the browser's certificate database.

import { encodeBase64 } from '../../certificate/base64.ts';
import { err, ok } from '../../errors/result.ts';
import { textIn, textsIn, type Change, type Repair } from '../repair.ts';
import { writeFileChange } from './files.ts';
import { OWN_ENTRY } from '../windows-run.ts';
import { anchorIn } from './system-files.ts';
import { planWindows, registryChange, text } from './windows-changes.ts';

export const autostartWrite: Repair = {
  id: 'autostart.write',
  platforms: ['linux', 'win32'],
  admin: false,
  ticked: true,
  async plan(_facts, view) {
    const autostart = await view.subject.autostart();
    if (autostart === null) return err({ reason: 'notInstalled', what: 'certificate-assistant' });
    if (view.windows !== null)
      return planWindows(view, autostart.path, async (reading) => {
        const place = { key: autostart.path, name: OWN_ENTRY };
        return ok([await registryChange(reading, place, text(autostart.text))]);
      });
    const change = await writeFileChange(view, autostart.path, autostart.text);
    return change.ok ? ok({ changes: [change.value], effects: [] }) : change;
  },
};

export const dataPermissions: Repair = {
  id: 'data.permissions',
  platforms: ['linux'],
  admin: false,
  ticked: true,
  async plan(facts, view) {
    const root = view.subject.dataFolder;
    const changes: Change[] = [];
    for (const path of textsIn(facts, 'paths')) {
      if (!path.startsWith(`${root}/`) || path.includes('..')) return err({ reason: 'facts', what: path });
      const info = await view.files.info(path);
      if (!info.ok) return info;
      if (info.value === null || (info.value.mode & 0o077) === 0) continue;
      changes.push({ kind: 'mode', path, before: info.value.mode, after: info.value.mode & 0o700 });
    }
    return changes.length === 0 ? err({ reason: 'notNeeded', what: root }) : ok({ changes, effects: [] });
  },
};

export const locksRemove: Repair = {
  id: 'locks.remove',
  platforms: ['linux', 'win32'],
  admin: false,
  ticked: true,
  async plan(facts, view) {
    const folder = `${view.subject.dataFolder}/locks`;
    const changes: Change[] = [];
    for (const name of textsIn(facts, 'locks')) {
      if (!/^[\w.-]+\.lock-[\w-]+$/.test(name)) return err({ reason: 'facts', what: name });
      // Somebody may have taken it since.
      if (await view.system.isLockHeld(name)) continue;
      const path = `${folder}/${name}`;
      const info = await view.files.info(path);
      if (!info.ok) return info;
      if (info.value === null) continue;
      changes.push({ kind: 'file', path, before: { content: '', mode: info.value.mode }, after: null });
    }
    return changes.length === 0 ? err({ reason: 'notNeeded', what: folder }) : ok({ changes, effects: [] });
  },
};

export const trustBrowser: Repair = {
  id: 'trust.browser',
  platforms: ['linux'],
  admin: false,
  ticked: false,
  async plan(facts, view) {
    const anchor = anchorIn(facts);
    if (!anchor.ok) return anchor;
    const databases = await view.trust.nss();
    if (!databases.ok) return databases;
    const { sha256, der, subject } = anchor.value;
    const wanted = databases.value.filter(({ anchors, isLocked }) => !isLocked && !anchors.includes(sha256));
    if (wanted.length === 0) return err({ reason: 'notNeeded', what: textIn(facts, 'anchor') ?? sha256 });
    const nickname = `${subject.commonName ?? 'CA'} ${sha256.slice(0, 8)}`;
    const changes = wanted.map(({ folder }): Change => ({
      kind: 'nss',
      folder,
      nickname,
      der: encodeBase64(der),
      before: 'absent',
      after: 'trusted',
    }));
    return ok({ changes, effects: [] });
  },
};
