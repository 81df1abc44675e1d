// Programs for sealed documents on Linux, as the desktop's menus list them.

import { defineCheck } from '../check.ts';
import type { FileProbe, Probe } from '../probe.ts';
import { judgeReaders, READER_OUTCOMES } from '../readers.ts';

export const readers = defineCheck({
  id: 'system.documents',
  number: 86,
  ref: 'L-15',
  group: 'system',
  platforms: ['linux'],
  needs: [],
  blocksRenewal: false,
  outcomes: READER_OUTCOMES,
  async run(probe) {
    const [programs, profile] = await Promise.all([menuNames(probe), probe.subject.profile()]);
    return judgeReaders(programs, profile);
  },
});

const APPLICATIONS = ['/usr/share/applications', '/usr/local/share/applications'];
/** Where UOS and 麒麟 keep a folder for each program. */
const PACKAGES = '/opt/apps';
/** Desktop Entry Specification 1.5: `Name=`, `Name[zh_CN]=`. */
const NAMES = /^Name(?:\[zh_CN\])?=(.+)$/gm;

async function menuNames({ files, subject }: Probe): Promise<readonly string[]> {
  const packages = await namesIn(files, PACKAGES);
  const folders = [
    ...APPLICATIONS,
    `${subject.home}/.local/share/applications`,
    ...packages.map((name) => `${PACKAGES}/${name}/entries/applications`),
  ];
  const listed = await Promise.all(
    folders.map(async (folder) => (await namesIn(files, folder)).map((name) => `${folder}/${name}`)),
  );
  const entries = listed.flat().filter((path) => path.endsWith('.desktop'));
  const names = await Promise.all(
    entries.map(async (path) => {
      const text = await files.readText(path);
      return text.ok ? [...(text.value ?? '').matchAll(NAMES)].map(([, name = '']) => name.trim()) : [];
    }),
  );
  return [...new Set(names.flat())];
}

/** None where the folder cannot be read: a menu that is closed to this person shows them nothing either. */
async function namesIn(files: FileProbe, folder: string): Promise<readonly string[]> {
  const names = await files.list(folder);
  return names.ok ? names.value : [];
}
