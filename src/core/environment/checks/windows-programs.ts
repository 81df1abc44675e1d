// Programs on Windows that work together with pages: what opens links, Firefox's trust, our own entries, and the
// local services of the person's CA.

import { CA_SERVICES } from '../ca-services.ts';
import { advice, fine, notApplicable, problem } from '../check.ts';
import type { Probe } from '../probe.ts';
import { defineWindowsCheck, expandPath, firstNumber, type WindowsReading } from '../windows-reading.ts';
import { runEntries } from '../windows-run.ts';
import { unquoted } from '../windows-software.ts';

const CHOICE = String.raw`HKCU\Software\Microsoft\Windows\Shell\Associations\UrlAssociations\https\UserChoice`;

const standard = defineWindowsCheck({
  id: 'browser.default',
  number: 68,
  ref: 'W-10',
  group: 'browser',
  outcomes: { chosen: fine, none: fine, explorer: advice() },
  async ask(reading) {
    const choice = await reading.text(CHOICE, 'ProgId');
    if (choice === null) return { outcome: 'none', facts: {} };
    return { outcome: /^IE\./i.test(choice) ? 'explorer' : 'chosen', facts: { choice } };
  },
});

/** Links of this scheme open the assistant. */
export const SCHEME = 'certificate-assistant';
export const SCHEME_KEY = `HKCU\\Software\\Classes\\${SCHEME}`;

const protocol = defineWindowsCheck({
  id: 'browser.protocol',
  number: 67,
  ref: 'W-10',
  group: 'browser',
  outcomes: {
    registered: fine,
    notInstalled: notApplicable,
    missing: advice('protocol.register'),
    broken: advice('protocol.register'),
  },
  async ask(reading, probe) {
    const { ownProgram } = probe.subject;
    if (ownProgram === null) return { outcome: 'notInstalled', facts: {} };
    const command = await reading.text(String.raw`${SCHEME_KEY}\shell\open\command`, '');
    const isMarked = (await reading.text(SCHEME_KEY, 'URL Protocol')) !== null;
    const facts = { program: ownProgram, scheme: SCHEME };
    if (command === null) return { outcome: 'missing', facts };
    const isOurs = unquoted(command).toLowerCase() === ownProgram.toLowerCase();
    return { outcome: isOurs && isMarked ? 'registered' : 'broken', facts };
  },
});

const FIREFOX = String.raw`SOFTWARE\Policies\Mozilla\Firefox\Certificates`;
/** Since then Firefox believes the anchors that people put into Windows unless told otherwise. */
const FIREFOX_IMPORTS = 120;

const firefox = defineWindowsCheck({
  id: 'browser.firefoxTrust',
  number: 72,
  ref: 'W-27',
  group: 'browser',
  layer: 'trust',
  outcomes: { notNeeded: notApplicable, imports: fine, own: advice() },
  async ask(reading, probe) {
    const browsers = await reading.of(probe.system.browsers(), []);
    const [found] = browsers.filter(({ engine }) => engine === 'firefox');
    if (found === undefined) return { outcome: 'notNeeded', facts: {} };
    const policy = await firstNumber(reading, FIREFOX, 'ImportEnterpriseRoots');
    const isOn = (found.major ?? FIREFOX_IMPORTS) >= FIREFOX_IMPORTS;
    const choices = policy === null ? await rootPreferences(reading, probe) : [];
    const imports =
      policy === null ? (isOn ? !choices.includes(false) : choices.includes(true)) : policy === 1;
    const facts = { browsers: [`${found.name} ${String(found.major ?? '')}`.trim()] };
    return { outcome: imports ? 'imports' : 'own', facts };
  },
});

/** What the person's profiles say of `security.enterprise_roots.enabled`. */
async function rootPreferences(reading: WindowsReading, probe: Probe): Promise<readonly boolean[]> {
  const choices: boolean[] = [];
  for (const profile of await firefoxProfiles(reading, probe)) {
    const preferences = await reading.of(probe.files.readText(`${profile}\\prefs.js`), null);
    const said = /"security\.enterprise_roots\.enabled",\s*(true|false)/.exec(preferences ?? '')?.[1];
    if (said !== undefined) choices.push(said === 'true');
  }
  return choices;
}

/** Their folders; empty: Firefox was never started. */
export async function firefoxProfiles(
  reading: Pick<WindowsReading, 'of'>,
  probe: Probe,
): Promise<readonly string[]> {
  const base = String.raw`${probe.variable('APPDATA') ?? ''}\Mozilla\Firefox\Profiles`;
  const names = await reading.of(probe.files.list(base), []);
  return names.map((name) => `${base}\\${name}`);
}

const loopback = defineWindowsCheck({
  id: 'network.loopback',
  number: 57,
  ref: 'W-24',
  group: 'network',
  outcomes: { reached: fine, rule: advice(), blocked: problem() },
  async ask(reading, probe) {
    if (!(await reading.of(reading.windows.reachesLoopback(), true)))
      return { outcome: 'blocked', facts: {} };
    const rules = await reading.texts(FIREWALL_RULES);
    const { ownProgram } = probe.subject;
    const own = [...rules.values()].filter(
      (rule) =>
        /\|Action=Block\|/i.test(rule) &&
        /\|Active=TRUE\|/i.test(rule) &&
        ownProgram !== null &&
        rule.toLowerCase().includes(`|app=${ownProgram.toLowerCase()}|`),
    );
    const names = own.map((rule) => /\|Name=([^|]*)/i.exec(rule)?.[1] ?? '');
    return own.length > 0 ? { outcome: 'rule', facts: { rules: names } } : { outcome: 'reached', facts: {} };
  },
});

const FIREWALL_RULES = String.raw`HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules`;

const assistant = defineWindowsCheck({
  id: 'network.ownAssistant',
  number: 58,
  ref: 'W-25',
  group: 'network',
  layer: 'browser',
  outcomes: {
    none: notApplicable,
    running: fine,
    stopped: advice(),
    off: advice(),
    gone: problem(),
    absent: advice(),
  },
  async ask(reading, probe) {
    const profile = await probe.subject.profile();
    const mine = profile?.authority.name ?? null;
    const own = CA_SERVICES.filter(({ authorities }) => mine !== null && authorities.includes(mine));
    if (own.length === 0) return { outcome: 'none', facts: {} };
    const [listeners, processes, entries] = await Promise.all([
      reading.of(probe.system.listeners(), []),
      reading.of(probe.system.processes(), []),
      runEntries(reading),
    ]);
    const beginnings = own.flatMap(({ programs }) => programs);
    const isOwn = (name: string) => beginnings.some((program) => name.toLowerCase().startsWith(program));
    const started = entries.filter(({ program }) => isOwn(program.slice(program.lastIndexOf('\\') + 1)));
    const facts = { names: own.map(({ name }) => name), programs: started.map(({ program }) => program) };
    const isRunning =
      processes.some(({ name }) => isOwn(name)) ||
      listeners.some(({ port }) => own.some(({ places }) => places.some((place) => place.port === port)));
    if (started.some(({ isOff }) => isOff)) return { outcome: 'off', facts };
    if (isRunning) return { outcome: 'running', facts };
    for (const { program } of started) {
      const path = expandPath(program, probe.variable);
      if ((await reading.of(probe.files.info(path), null)) === null) return { outcome: 'gone', facts };
    }
    return { outcome: started.length > 0 ? 'stopped' : 'absent', facts };
  },
});

export const WINDOWS_LINK_CHECKS = [standard, protocol, firefox];
export const WINDOWS_NETWORK_CHECKS = [loopback, assistant];
