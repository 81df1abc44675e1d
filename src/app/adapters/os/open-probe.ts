// Opens the probe for this computer and person; what it needs of drivers and keys is handed in.

import { homedir } from 'node:os';
import type { SignatureVerifier } from '../../../core/certificate/signature-verifier.ts';
import type { BrowserProbe } from '../../../core/environment/browser-page.ts';
import type { AutostartEntry, DriverProbe, Probe } from '../../../core/environment/probe.ts';
import type { WindowsReads } from '../../../core/environment/windows-system.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { createKeyProbe } from '../../services/environment/key-probe.ts';
import { createRevocationProbe } from '../../services/environment/revocation.ts';
import { offeredAnchors, profileOfKeys } from '../../services/environment/subject.ts';
import type { ProfileBook } from '../../services/profiles.ts';
import type { RenewalService } from '../../services/renewal/renewal-service.ts';
import type { TokenService } from '../../services/tokens.ts';
import type { Clock } from '../log.ts';
import { createRevocationCache } from '../revocation-cache.ts';
import { createLinuxProbe } from './linux-probe.ts';
import type { FindRoute } from './proxy-route.ts';
import { createWindowsProbe } from './windows-probe.ts';

/** What the environment check looks after for the assistant itself. */
export interface OwnParts {
  /** null: not installed. */
  readonly program: string | null;
  /** On the loopback. */
  readonly ports: readonly number[];
  /** null: the system starts it another way, or not at all. */
  readonly autostart: Pick<AutostartEntry, 'path' | 'text'> | null;
}

export interface ProbeOptions {
  readonly root: string;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly variables: NodeJS.ProcessEnv;
  /** For one probe. */
  readonly newRoutes: () => FindRoute;
  readonly openBrowser: (signal: AbortSignal) => BrowserProbe;
  readonly drivers: DriverProbe;
  readonly verifier: SignatureVerifier;
  readonly tokens: () => Promise<TokenService>;
  readonly renewals: () => Promise<Pick<RenewalService, 'unfinished'> | null>;
  readonly profiles: () => Promise<ProfileBook>;
  readonly own: OwnParts;
  /** As the person set it. */
  readonly wantsAutostart: () => Promise<boolean>;
  readonly toolFolders?: readonly string[];
  /** null: this is no Windows. */
  readonly windows: WindowsReads | null;
}

/**
 * @param profileId null: as the key says
 * @param token id of the only key it is about; absent: all
 * @returns null: there is no profile of that id
 */
export async function openProbe(
  options: ProbeOptions,
  profileId: string | null,
  signal: AbortSignal,
  token?: string,
): Promise<Probe | null> {
  const book = await options.profiles();
  const named = profileId === null ? null : book.byId(profileId);
  if (named !== null && named.id !== profileId) return null;
  return makeProbe(options, book, named, signal, token);
}

async function makeProbe(
  options: ProbeOptions,
  book: ProfileBook,
  named: Profile | null,
  signal: AbortSignal,
  token?: string,
): Promise<Probe> {
  const { root, dataFolder, clock, variables, drivers, own, verifier, windows } = options;
  let profile: Promise<Profile | null> | null = named === null ? null : Promise.resolve(named);
  const parts = {
    ...{ clock, variables, drivers, verifier, signal },
    findRoute: options.newRoutes(),
    browser: options.openBrowser(signal),
    subject: {
      home: variables['HOME'] ?? homedir(),
      dataFolder,
      ownPorts: own.ports,
      ownProgram: own.program,
      ownProcess: process.pid,
      async autostart() {
        return own.autostart === null ? null : { ...own.autostart, isWanted: await options.wantsAutostart() };
      },
      profile: () => (profile ??= profileOfKeys(book, probe.keys)),
      anchors: () => offeredAnchors(dataFolder),
    },
    keys: (network: Probe['network']) =>
      createKeyProbe({
        tokens: options.tokens,
        now: () => clock.now(),
        token,
        unfinished: () => unfinished(options),
        revocation: createRevocationProbe({
          network,
          verifier,
          now: () => clock.now(),
          cache: createRevocationCache(dataFolder),
          trust: { chain: (leaf) => probe.trust.chain(leaf) },
        }),
      }),
  };
  const probe: Probe =
    windows === null
      ? createLinuxProbe({ ...parts, root, ...toolsOf(options) })
      : createWindowsProbe({ ...parts, windows, isAdministrator: await isElevated(windows) });
  return probe;
}

function toolsOf({ toolFolders }: ProbeOptions): Pick<ProbeOptions, 'toolFolders'> {
  return toolFolders === undefined ? {} : { toolFolders };
}

/** Where Windows does not say, administrator's work is asked for. */
async function isElevated(windows: WindowsReads): Promise<boolean> {
  const elevated = await windows.isElevated();
  return elevated.ok && elevated.value;
}

/** As the key says, for as long as it is wanted. */
export async function openKnownProbe(options: ProbeOptions): Promise<Probe> {
  return makeProbe(options, await options.profiles(), null, new AbortController().signal);
}

async function unfinished({ renewals }: ProbeOptions) {
  const found = await (await renewals())?.unfinished();
  return found?.ok === true ? found.value.filter(({ blocks }) => blocks) : [];
}
