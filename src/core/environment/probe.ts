// What a check may ask about this computer. Ports: app/adapters/os answers for Linux and Windows, a scripted one
// for tests. Nothing here changes anything, tries a PIN or writes to a key.

import type { AppError } from '../errors/codes.ts';
import type { Result } from '../errors/result.ts';
import type { Profile } from '../profile/profile.ts';
import type { ClassifiedContainer } from '../token/current.ts';
import type { Token } from '../token/token.ts';
import type { Certificate } from '../certificate/certificate.ts';
import type { Platform, Probed } from './probed.ts';
import type { BrowserProbe } from './browser-page.ts';
import type { WindowsProbe } from './windows-probe.ts';

export type { Obstacle, Platform, Probed } from './probed.ts';

export interface Probe {
  readonly platform: Platform;
  /** As `process.arch`. */
  readonly arch: string;
  /** Epoch milliseconds, as this computer believes. */
  readonly now: () => number;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** The environment of the person's session. */
  readonly variable: (name: string) => string | null;
  /** What the check is for. */
  readonly subject: Subject;
  readonly files: FileProbe;
  readonly system: SystemProbe;
  readonly network: NetworkProbe;
  readonly trust: TrustProbe;
  readonly drivers: DriverProbe;
  readonly keys: KeyProbe;
  readonly browser: BrowserProbe;
  /** null on other systems. */
  readonly windows: WindowsProbe | null;
}

export interface Subject {
  readonly home: string;
  readonly dataFolder: string;
  /** null: no key tells, and none was named. */
  readonly profile: () => Promise<Profile | null>;
  /** Ports on the loopback that the assistant itself serves. */
  readonly ownPorts: readonly number[];
  /** As it is installed; null: it is not, for example a checkout. */
  readonly ownProgram: string | null;
  readonly ownProcess: number;
  /** null: nothing here could start it. */
  readonly autostart: () => Promise<AutostartEntry | null>;
  /** Trust anchors somebody named or laid into the data folder, with where they come from. */
  readonly anchors: () => Promise<readonly OfferedAnchor[]>;
}

/** What starts the assistant when the person logs in: a desktop entry (XDG Autostart), on Windows a Run value. */
export interface AutostartEntry {
  /** The file; on Windows the key. */
  readonly path: string;
  /** What it has to say; on Windows the command. */
  readonly text: string;
  /** As the person set it. */
  readonly isWanted: boolean;
}

export interface OfferedAnchor {
  readonly certificate: Certificate;
  /** A path or an address. */
  readonly source: string;
}

export interface FileInfo {
  readonly kind: 'file' | 'folder' | 'socket' | 'device' | 'other';
  /** Permission bits. */
  readonly mode: number;
  readonly size: number;
  readonly owner: number;
  /** By this process. */
  readonly canRead: boolean;
  readonly canWrite: boolean;
}

/** Absolute paths of the person's system. Whatever is too large to be what it should be is `tooLarge`. */
export interface FileProbe {
  /** null: not there. */
  readonly read: (path: string) => Probed<Uint8Array | null>;
  /** As UTF-8; null: not there. */
  readonly readText: (path: string) => Probed<string | null>;
  readonly info: (path: string) => Probed<FileInfo | null>;
  /** Names; empty where there is no such folder. */
  readonly list: (folder: string) => Probed<readonly string[]>;
}

export interface UsbDevice {
  /** `vid:pid`, lower-case hex. */
  readonly id: string;
  readonly product: string;
  /** Nodes through which drivers reach it: `/dev/bus/usb/001/005`, `/dev/hidraw0`, `/dev/sg1`. */
  readonly nodes: readonly string[];
  /** bInterfaceClass of its interfaces, for example 0x0b for a card reader (CCID). */
  readonly classes: readonly number[];
  /** The system was told not to let it work, for example by USBGuard. Absent: it does not say. */
  readonly isBlocked?: boolean;
}

export interface ServiceState {
  /** A unit of that name is installed. */
  readonly exists: boolean;
  readonly active: boolean;
  readonly enabled: boolean;
}

export interface RunningProcess {
  readonly pid: number;
  /** File name of the program. */
  readonly name: string;
}

export interface Listener {
  readonly port: number;
  readonly pid: number | null;
  readonly process: string | null;
}

export interface DiskSpace {
  readonly freeBytes: number;
  readonly canWrite: boolean;
}

export interface Browser {
  readonly name: string;
  readonly engine: 'chromium' | 'firefox';
  /** null: it does not say. */
  readonly major: number | null;
  readonly path: string;
}

export interface SystemProbe {
  /** All devices on the USB buses; hubs are left out. */
  readonly usb: () => Probed<readonly UsbDevice[]>;
  readonly service: (unit: string) => Probed<ServiceState>;
  readonly processes: () => Probed<readonly RunningProcess[]>;
  /** TCP ports on the loopback or on all addresses. */
  readonly listeners: () => Probed<readonly Listener[]>;
  readonly disk: (path: string) => Probed<DiskSpace>;
  /** Family names. */
  readonly fonts: () => Probed<readonly string[]>;
  readonly browsers: () => Probed<readonly Browser[]>;
  readonly isAdministrator: () => boolean;
  /** Whether a process of that number runs, and began when the mark says. */
  readonly isLockHeld: (name: string) => Promise<boolean>;
}

/** How far a request came; `http`: an answer that says the server is broken. */
export type NetworkStep = 'address' | 'proxy' | 'dns' | 'tcp' | 'tls' | 'http';

/** How requests to an address leave this computer; `unread`: directly, past a proxy that cannot be used. */
export interface WayOut {
  readonly kind: 'direct' | 'proxy' | 'unread';
  /** `host:port`. */
  readonly proxy: string | null;
  readonly setting: 'automatic' | 'socks' | 'malformed' | null;
}

export interface Reach {
  /** null: it answered. */
  readonly failedAt: NetworkStep | null;
  readonly reason: string | null;
  /** The server's Date header, epoch milliseconds. */
  readonly date: number | null;
  /** Of the whole request. */
  readonly ms: number;
  /** Issuer of the last certificate it presented; null without TLS. */
  readonly issuer: string | null;
  /** The system's trust anchors accept it; null without TLS. */
  readonly isTrusted: boolean | null;
}

export interface Fetched {
  readonly status: number;
  readonly body: Uint8Array;
}

/** To a program on this computer, on the loopback, as ca-services.ts knows how. */
export interface LocalQuestion {
  readonly scheme: 'http' | 'https' | 'ws' | 'wss';
  readonly port: number;
  readonly path: string;
  /** Content-Type; null: none. */
  readonly type: string | null;
  readonly body: string;
  /** null: this is no answer; a body is then `malformed`, a frame is passed over. */
  readonly read: (answer: string) => string | null;
}

export interface NetworkProbe {
  /** Whatever its certificate; bounded in size and time. `malformed`: something else answers there. */
  readonly askLocally: (question: LocalQuestion) => Probed<string>;
  /** Asks for the head of a page and follows nothing. */
  readonly reach: (url: string) => Promise<Reach>;
  readonly wayTo: (url: string) => Promise<WayOut>;
  /** Bounded in size and time. */
  readonly get: (
    url: string,
    body?: { readonly type: string; readonly content: Uint8Array },
  ) => Probed<Fetched>;
}

export interface NssDatabase {
  readonly folder: string;
  /** Who uses it, for example `Chromium`, `Firefox`. */
  readonly owner: string;
  readonly isLocked: boolean;
  /** SHA-256 of the certificates trusted to issue server certificates, hex. */
  readonly anchors: readonly string[];
}

/** Each signed the one before; the first signed the leaf. */
export interface IssuerChain {
  readonly issuers: readonly OfferedAnchor[];
  /** It ends with a self-signed one. */
  readonly isComplete: boolean;
}

export interface TrustProbe {
  /** SHA-256 of the anchors of the system trust folder, hex. */
  readonly system: () => Probed<ReadonlySet<string>>;
  readonly nss: () => Probed<readonly NssDatabase[]>;
  /** From what is offered, the trust folder and the addresses in the certificates. */
  readonly chain: (leaf: Certificate) => Promise<IssuerChain>;
}

export interface LibraryCopy {
  readonly path: string;
  readonly vendor: string;
  readonly kind: 'pkcs11' | 'skf';
  /** null: no library. */
  readonly architecture: string | null;
  readonly version: string | null;
  /** Libraries it needs that are not on this computer. */
  readonly missing: readonly string[];
  /** The C library version it needs where that is newer than the one here; null: it fits. */
  readonly glibc: string | null;
  /** Some function of its kind (C_GetFunctionList, SKF_EnumDev) is exported. */
  readonly exports: boolean;
}

export interface VendorUsb {
  readonly vendor: string;
  readonly ids: readonly string[];
}

export interface DriverProbe {
  /** Every copy of a vendor's library at the usual places, and those the person named. */
  readonly copies: () => Probed<readonly LibraryCopy[]>;
  /** USB ids by the vendor's name. */
  readonly vendors: readonly VendorUsb[];
}

export interface SeenToken {
  readonly module: string;
  readonly kind: string;
  readonly token: Token;
  readonly containers: readonly ClassifiedContainer[];
}

export interface DriverTrouble {
  readonly module: string;
  readonly error: AppError;
}

export interface KeyList {
  readonly tokens: readonly SeenToken[];
  readonly problems: readonly DriverTrouble[];
}

/** `revoked` and `frozen` (certificateHold) as the issuer says. */
export interface RevocationState {
  readonly state: 'good' | 'revoked' | 'frozen';
  readonly at: number | null;
  readonly reason: string | null;
  /** `gateway`: the CA's own answer to a change that was asked for here. */
  readonly source: 'ocsp' | 'crl' | 'gateway';
}

export interface KeySeals {
  /** Of each seal, for the current signing certificate; `notListed`: it was made for another. */
  readonly states: readonly ('usable' | 'expired' | 'notYetValid' | 'notListed')[];
  /** How many data objects hold what is no seal we can read. */
  readonly unrecognised: number;
}

export interface KeyProbe {
  /** As the person's own programs see them; read once for all checks. */
  readonly list: () => Promise<KeyList>;
  /** Reads the token's containers anew; answers whether it worked. */
  readonly reread: (token: SeenToken) => Promise<Result<void, AppError>>;
  /** From the addresses in the certificate; null: it names none. */
  readonly revocation: (certificate: Certificate) => Probed<RevocationState | null>;
  /** What can be read without a PIN. */
  readonly seals: (token: SeenToken) => Promise<Result<KeySeals, AppError>>;
  /** Renewals that were begun and not finished. */
  readonly unfinished: () => Promise<readonly { readonly renewalId: string; readonly token: string }[]>;
}
