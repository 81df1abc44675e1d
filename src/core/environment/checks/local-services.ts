// Programs of CAs on this computer: their local services, asked as a portal's page would, and whether those of
// several CAs run at once.

import { CA_SERVICES, usersIn, type CaService, type ServicePlace, type Speech } from '../ca-services.ts';
import { advice, defineCheck, fine, problem } from '../check.ts';
import type { Listener, Probe } from '../probe.ts';
import { currentCertificates } from './certificate.ts';

interface Heard {
  readonly service: CaService;
  readonly listener: Listener;
  /**
   * - `foreign`: something else answers there. - `silent`: nothing is answered.
   * - `unasked`: it listens, and how to ask it is not known.
   */
  readonly manner: 'speaks' | 'foreign' | 'silent' | 'unasked';
  readonly version: string | null;
  /** Whether its list of users names the key; null: it gives none, or no key is there. */
  readonly seesKey: boolean | null;
}

const services = defineCheck({
  id: 'network.localServices',
  number: 54,
  ref: 'C-22',
  group: 'network',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: false,
  outcomes: {
    none: fine,
    required: fine,
    others: advice(),
    silent: problem(),
    foreign: problem(),
    blind: problem(),
  },
  async run(probe) {
    const [listeners, profile] = await Promise.all([probe.system.listeners(), probe.subject.profile()]);
    if (!listeners.ok) return listeners.error;
    const asked = await Promise.all(CA_SERVICES.map((service) => listenTo(service, listeners.value, probe)));
    const all = asked.filter((heard) => heard !== null);
    const authority = profile?.authority.name ?? null;
    const mine = all.filter(({ service }) => isOf(service, authority));
    // What only listens at a port that others use too, or says something else there, is no CA's.
    const others = all.filter((heard) => !mine.includes(heard) && heard.manner === 'speaks');
    const answer = <O extends string>(outcome: O, told: readonly Heard[]) => ({
      outcome,
      facts: { services: told.map(lineOf), names: told.map(({ service }) => service.name) },
    });
    for (const manner of ['silent', 'foreign'] as const) {
      const hit = mine.filter((heard) => heard.manner === manner);
      if (hit.length > 0) return answer(manner, hit);
    }
    const blind = mine.filter(({ seesKey }) => seesKey === false);
    if (blind.length > 0) return answer('blind', blind);
    if (others.length > 0) return answer('others', others);
    return mine.length > 0 ? answer('required', mine) : answer('none', []);
  },
});

function isOf({ authorities }: CaService, authority: string | null): boolean {
  return authority !== null && authorities.includes(authority);
}

/** `BJCA 证书应用环境 :21051 3.1.2 xtxapp（812）`. */
function lineOf({ service, listener, version }: Heard): string {
  const { port, process, pid } = listener;
  const program = process === null ? null : `${process}（${String(pid)}）`;
  return [service.name, `:${String(port)}`, version, program].filter((part) => part !== null).join(' ');
}

/** The first place at which it speaks; else what is wrong at the first where anybody listens. null: nowhere. */
async function listenTo(
  service: CaService,
  listeners: readonly Listener[],
  probe: Probe,
): Promise<Heard | null> {
  const there = service.places.flatMap((place) => {
    const listener = listeners.find(({ port }) => port === place.port);
    return listener === undefined ? [] : [{ place, listener }];
  });
  let first: Heard | null = null;
  for (const { place, listener } of there) {
    const heard = { service, listener, ...(await askPlace(place, probe)) };
    if (heard.manner === 'speaks') return heard;
    first ??= heard;
  }
  return first;
}

async function askPlace(
  { port, speech }: ServicePlace,
  probe: Probe,
): Promise<Pick<Heard, 'manner' | 'version' | 'seesKey'>> {
  const nothing = { version: null, seesKey: null };
  if (speech?.version == null) return { manner: 'unasked', ...nothing };
  const version = await say(speech, port, speech.version, probe);
  if (!version.ok) return { manner: version.error.reason === 'malformed' ? 'foreign' : 'silent', ...nothing };
  const users = speech.users === null ? null : await say(speech, port, speech.users, probe);
  const number = VERSION.exec(version.value)?.[0] ?? null;
  return {
    manner: 'speaks',
    version: number,
    seesKey: users?.ok === true ? await namesKey(users.value, probe) : null,
  };
}

const VERSION = /\d{1,5}(\.\d{1,5}){1,3}/;

function say({ scheme, path, type, read }: Speech, port: number, body: string, probe: Probe) {
  return probe.network.askLocally({ scheme, port, path, type, body, read });
}

/** By the holder's name or the serial number; the list itself is told to nobody. */
async function namesKey(list: string, probe: Probe): Promise<boolean | null> {
  const certificates = (await currentCertificates(probe)).map(({ certificate }) => certificate);
  if (certificates.length === 0) return null;
  const users = usersIn(list);
  return certificates.some(({ subject, serial }) =>
    users.some(
      ({ name, id }) => name === subject.commonName || id.toLowerCase().includes(serial.toLowerCase()),
    ),
  );
}

const assistants = defineCheck({
  id: 'network.assistants',
  number: 56,
  ref: 'C-22',
  group: 'network',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: false,
  outcomes: { none: fine, required: fine, others: advice() },
  async run(probe) {
    const [processes, profile] = await Promise.all([probe.system.processes(), probe.subject.profile()]);
    if (!processes.ok) return processes.error;
    const running = CA_SERVICES.filter(({ programs }) =>
      processes.value.some(({ name }) => programs.some((program) => name.toLowerCase().startsWith(program))),
    );
    const others = running.filter((service) => !isOf(service, profile?.authority.name ?? null));
    const facts = { programs: others.map(({ name }) => name) };
    if (others.length > 0) return { outcome: 'others', facts };
    return { outcome: running.length > 0 ? 'required' : 'none', facts: {} };
  },
});

export const LOCAL_SERVICE_CHECKS = [services, assistants];
