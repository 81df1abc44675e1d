// Which tokens there are: a token is an application on a device, because PIN and containers belong to it. Only a
// login keeps handles open, since some drivers forget it with them. A device is told by its serial (and a mark of
// what is on it, where the serial does not suffice) on every opening: the name a driver gives it may belong to
// another key a second later.

import { createHash } from 'node:crypto';
import { identifyTokens, isMarkedId, markedId, type TokenFace } from '../../core/token/identity.ts';
import type { PinStatus, TokenId } from '../../core/token/token.ts';
import { Refusal } from '../driver-failures.ts';
import type { SkfName } from './calls.ts';
import { listContainers } from './containers.ts';
import type { DeviceInfo } from './device-info.ts';
import { createDevices, type FoundApplication } from './devices.ts';
import type { SkfLibrary } from './library.ts';
import { clearSecureState } from './pin.ts';
import { meaningOf, SarFailure, unless } from './sar.ts';
import { tokenMark } from './token-mark.ts';

export interface SeenToken {
  readonly id: TokenId;
  readonly serialClash: boolean;
  readonly face: TokenFace;
  readonly pin: PinStatus;
  readonly device: SkfName;
  readonly application: SkfName;
  /** The device's serial; that of a second application has its name behind it. */
  readonly identitySerial: string;
}

export interface OpenToken {
  readonly info: DeviceInfo;
  readonly application: bigint;
  /** Fails where the device is gone. What is missing on a token that was pulled is no news of the token. */
  readonly confirm: () => void;
  /** Applications of the device that are no tokens, because they hold no keys; there may be files in them. */
  readonly others: () => readonly OtherApplication[];
}

interface OtherApplication {
  readonly name: string;
  within<T>(work: (application: bigint) => T): T;
}

export interface Tokens {
  list(): readonly SeenToken[];
  /** Names of the devices; none is opened. */
  glance(): string;
  /** Refuses with `token.removed` where it was seen before, else with `token.notFound`. */
  use<T>(id: TokenId, work: (token: OpenToken) => T): T;
  /** As `use`, and keeps the handles for the login that `work` makes; a failure releases them. */
  hold(id: TokenId, work: (token: OpenToken) => void): void;
  isHeld(id: TokenId): boolean;
  isPresent(id: TokenId): boolean;
  /** Forgets the handles without touching the device. Never fails. */
  drop(id: TokenId): void;
  /** Clears the verified state, also one that a crash left, and closes. A missing token is no failure. */
  release(id: TokenId): void;
  close(): void;
}

interface Held {
  readonly device: SkfName;
  readonly deviceHandle: bigint;
  readonly application: bigint;
}

export function createTokens(library: SkfLibrary): Tokens {
  const devices = createDevices(library);
  const held = new Map<TokenId, Held>();
  const seen = new Map<TokenId, SeenToken>();
  let lastFound: readonly FoundApplication[] = [];

  /** Through a login's handle where there is one: a second connection disturbs some drivers. */
  function withDevice<T>(device: SkfName, work: (handle: bigint) => T): T {
    const open = [...held.values()].find((other) => other.device.text === device.text);
    if (open !== undefined) return work(open.deviceHandle);
    const handle = devices.connect(device);
    try {
      return work(handle);
    } finally {
      devices.disconnect(handle);
    }
  }

  function scan(): readonly SeenToken[] {
    const found: FoundApplication[] = [];
    let failure: SarFailure | null = null;
    for (const device of devices.names()) {
      try {
        found.push(...applicationsOn(device));
      } catch (thrown) {
        if (!(thrown instanceof SarFailure)) throw thrown;
        // Unplugged meanwhile, or a device of another kind: the others are shown.
        if (meaningOf(thrown.rv) !== 'removed') failure = thrown;
      }
    }
    if (found.length === 0 && failure !== null) throw failure;
    const tokens = identify(found);
    lastFound = found;
    for (const token of tokens) seen.set(token.id, token);
    return tokens;
  }

  /** Some drivers know one current device only: during a login the others are shown as they were seen last. */
  function applicationsOn(device: SkfName): readonly FoundApplication[] {
    const isOther = held.size > 0 && [...held.values()].every((open) => open.device.text !== device.text);
    const before = isOther ? lastFound.filter((known) => known.device.text === device.text) : [];
    if (before.length > 0) return before;
    return withDevice(device, (handle) => devices.applicationsOn(device, handle));
  }

  function identify(found: readonly FoundApplication[]): readonly SeenToken[] {
    const described = found.map((token) => describe(token, found));
    const identities = identifyTokens(
      described.map(({ face, identitySerial }) => ({ ...face, serial: identitySerial })),
      (index) => markOf(found[index]),
    );
    return described.map((token, index) => ({
      ...token,
      ...(identities[index] ?? { id: '', serialClash: true }),
    }));
  }

  /** On the token, of a key; without any, of the names it has. Empty: it cannot be read. */
  function markOf(token: Pick<SeenToken, 'device' | 'application'> | undefined): string {
    if (token === undefined) return '';
    const { device, application } = token;
    const containers = unless(['removed', 'suspect', 'handleLost'], () =>
      withDevice(device, (handle) =>
        devices.withApplication(handle, application, (opened) => listContainers(library, opened)),
      ),
    );
    if (containers === null) return '';
    const names = createHash('sha256').update(`${device.text}\0${application.text}`).digest('hex');
    return tokenMark(containers) ?? names;
  }

  function locate(id: TokenId): SeenToken {
    const wasSeen = seen.has(id);
    const now = scan();
    const exact = now.find((token) => token.id === id);
    // A marked id was given while another token shared the serial; that one may be unplugged now.
    const found = exact ?? (isMarkedId(id) ? now.find((token) => isMarked(token, id)) : undefined);
    if (found === undefined) {
      throw new Refusal(wasSeen ? { code: 'token.removed' } : { code: 'token.notFound', wanted: id });
    }
    const token = { ...found, id };
    seen.set(id, token);
    return token;
  }

  function isMarked(token: SeenToken, id: TokenId): boolean {
    return markedId(token.identitySerial, markOf(token)) === id;
  }

  /** null: another device answers to that name now, or none. */
  function openAt({ id, device, application, face, identitySerial }: SeenToken): Held | null {
    let deviceHandle: bigint | null = null;
    try {
      deviceHandle = devices.connect(device);
      const opened = devices.info(deviceHandle).serial === face.serial;
      if (opened) {
        const token = {
          device,
          deviceHandle,
          application: devices.openApplication(deviceHandle, application),
        };
        if (!isMarkedId(id)) return token;
        const mark = tokenMark(listContainers(library, token.application));
        if (mark === null || markedId(identitySerial, mark) === id) return token;
        devices.closeApplication(token.application);
      }
    } catch (thrown) {
      if (!(thrown instanceof SarFailure)) throw thrown;
    }
    if (deviceHandle !== null) devices.disconnect(deviceHandle);
    return null;
  }

  function open(id: TokenId): Held {
    const known = seen.get(id);
    const opened = (known === undefined ? null : openAt(known)) ?? openAt(locate(id));
    if (opened === null) throw new Refusal({ code: 'token.removed' });
    return opened;
  }

  function closeHandles({ deviceHandle, application }: Held): void {
    devices.closeApplication(application);
    devices.disconnect(deviceHandle);
  }

  function othersOn(device: SkfName, handle: bigint): readonly OtherApplication[] {
    const tokens = lastFound.filter((found) => found.device.text === device.text);
    return devices
      .applicationNames(handle)
      .filter(({ text }) => tokens.every(({ application }) => application.text !== text))
      .map((application) => ({
        name: application.text,
        within: (work) => devices.withApplication(handle, application, work),
      }));
  }

  function use<T>(id: TokenId, work: (token: OpenToken) => T): T {
    const kept = held.get(id);
    const opened = kept ?? open(id);
    try {
      const { deviceHandle, application } = opened;
      const confirm = (): void => void devices.info(deviceHandle);
      const others = () => othersOn(opened.device, deviceHandle);
      return work({ info: devices.info(deviceHandle), application, confirm, others });
    } finally {
      if (kept === undefined) closeHandles(opened);
    }
  }

  function release(id: TokenId): void {
    const open = held.get(id);
    held.delete(id);
    if (open === undefined) return;
    library.call('SKF_ClearSecureState', open.application);
    closeHandles(open);
  }

  return {
    list: scan,
    glance: () =>
      devices
        .names()
        .map(({ text }) => text)
        .join('\n'),
    use,
    hold(id, work) {
      if (!held.has(id)) held.set(id, open(id));
      try {
        use(id, work);
      } catch (thrown) {
        release(id);
        throw thrown;
      }
    },
    isHeld: (id) => held.has(id),
    isPresent(id) {
      try {
        locate(id);
        return true;
      } catch (thrown) {
        if (thrown instanceof SarFailure || thrown instanceof Refusal) return false;
        throw thrown;
      }
    },
    drop(id) {
      const lost = held.get(id);
      held.delete(id);
      if (lost !== undefined) closeHandles(lost);
    },
    release(id) {
      if (held.has(id)) {
        release(id);
        return;
      }
      try {
        use(id, ({ application }) => clearSecureState(library, application));
      } catch (thrown) {
        if (!(thrown instanceof SarFailure || thrown instanceof Refusal)) throw thrown;
      }
    },
    close() {
      for (const id of [...held.keys()]) release(id);
    },
  };
}

/** The first application of a device has the device's own serial, so that other libraries name it the same. */
function describe(
  { device, application, info, pin }: FoundApplication,
  all: readonly FoundApplication[],
): Omit<SeenToken, 'id' | 'serialClash'> {
  const siblings = all.filter((other) => other.device.text === device.text);
  const isFirst = siblings[0]?.application === application;
  const { serial, manufacturer } = info;
  const isAlone = siblings.length === 1;
  const label =
    info.label === '' ? application.text : isAlone ? info.label : `${info.label} (${application.text})`;
  return {
    device,
    application,
    pin,
    face: { label, serial, manufacturer, model: '' },
    identitySerial: isFirst ? serial : `${serial}/${application.text}`,
  };
}
