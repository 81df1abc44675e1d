// An accompanied renewal with everything real: a SoftHSM2 token behind the built driver host, the service over a data
// folder, and pkcs11-tool in the part of a CA's assistant that writes to the key behind our back.

import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccompaniments } from '../../src/app/adapters/accompaniments.ts';
import { openDataFolder } from '../../src/app/adapters/data-folder.ts';
import { createDocumentDigest } from '../../src/app/adapters/document-digest.ts';
import { silentLog } from '../../src/app/adapters/log.ts';
import { createReminders, type Reminders } from '../../src/app/adapters/reminders.ts';
import { sealEnvelope } from '../../src/app/adapters/seal-envelope.ts';
import { createSignatureVerifier } from '../../src/app/adapters/signature-verifier.ts';
import { acquireTokenLock } from '../../src/app/adapters/token-lock.ts';
import {
  createAccompanyService,
  type AccompanyService,
} from '../../src/app/services/accompany/accompany-service.ts';
import type { AccompanyDialogue, AccompanyProgress } from '../../src/app/services/accompany/dialogue.ts';
import { createTokenService } from '../../src/app/services/tokens.ts';
import { NEUTRAL_PROFILE, SHIPPED_PROFILES } from '../../src/contract/shipped-profiles.ts';
import { buildCertificate } from '../../src/core/certificate/build-certificate.ts';
import { parseCertificate, type Certificate } from '../../src/core/certificate/certificate.ts';
import type { KeyUsageName } from '../../src/core/certificate/extensions.ts';
import { subjectOf } from '../../src/core/certificate/names.ts';
import type { Profile, RenewalRules } from '../../src/core/profile/profile.ts';
import type { TokenProvider } from '../../src/core/token/provider.ts';
import { must } from './renewal-rig.ts';

const DAY = 86_400_000;

export interface IssueWish {
  readonly spki: Uint8Array;
  readonly commonName?: string;
  readonly organisation?: string;
  /** Days from now. */
  readonly from?: number;
  readonly to?: number;
  readonly use?: 'signing' | 'encryption' | 'both';
}

export interface SmallCa {
  /** DER */
  readonly root: Uint8Array;
  issue(wish: IssueWish): Promise<Uint8Array>;
}

const USAGES: Readonly<Record<NonNullable<IssueWish['use']>, readonly KeyUsageName[]>> = {
  signing: ['digitalSignature', 'nonRepudiation'],
  encryption: ['keyEncipherment', 'dataEncipherment'],
  both: ['digitalSignature', 'keyEncipherment'],
};

/** A root that issues whatever it is asked for, right or wrong. */
export async function createSmallCa(): Promise<SmallCa> {
  const commonName = 'Example CA';
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const signer = {
    algorithm: 'ECDSA-SHA256',
    sign: (tbs: Uint8Array) => Promise.resolve(sign('sha256', tbs, privateKey)),
  } as const;
  const name = subjectOf({ country: 'CN', organisation: commonName, commonName });
  const now = Date.now();
  const root = await buildCertificate(
    {
      ...{ serial: '01', issuer: name, subject: name, spki, ca: { pathLength: 1 } },
      ...{ notBefore: now - 1000 * DAY, notAfter: now + 3000 * DAY, keyUsage: ['keyCertSign'] },
    },
    signer,
  );
  return {
    root,
    issue: ({ from = 0, to = 377, use = 'both', ...wish }) =>
      buildCertificate(
        {
          ...{ serial: `40${randomBytes(7).toString('hex')}`, issuer: name, issuerSpki: spki },
          subject: subjectOf({
            country: 'CN',
            organisation: wish.organisation ?? '练习单位',
            commonName: wish.commonName ?? '练习单位',
          }),
          ...{ spki: wish.spki, notBefore: now + from * DAY, notAfter: now + to * DAY },
          keyUsage: USAGES[use],
        },
        signer,
      ),
  };
}

/** What a CA's assistant does to a key, by a program of others. Ids are hex. */
export interface Assistant {
  /** Answers the public key. */
  generate(id: string, type?: 'EC:prime256v1' | 'rsa:2048'): Promise<Uint8Array>;
  write(id: string, certificate: Uint8Array): Promise<void>;
  remove(id: string, ...types: readonly ('cert' | 'privkey' | 'pubkey')[]): Promise<void>;
}

export interface AssistantTools {
  tool(...args: readonly string[]): Promise<string>;
  readonly folder: string;
}

export function createAssistant({ tool, folder }: AssistantTools): Assistant {
  return {
    async generate(id, type = 'EC:prime256v1') {
      await tool('--keypairgen', '--key-type', type, '--id', id, '--label', 'ca');
      const file = join(folder, `${id}.pub`);
      await tool('--read-object', '--type', 'pubkey', '--id', id, '--output-file', file);
      return new Uint8Array(await readFile(file));
    },
    async write(id, certificate) {
      const file = join(folder, `${createHash('sha256').update(certificate).digest('hex')}.der`);
      await writeFile(file, certificate);
      await tool('--write-object', file, '--type', 'cert', '--id', id, '--label', 'ca');
    },
    async remove(id, ...types) {
      for (const type of types) await tool('--delete-object', '--type', type, '--id', id);
    },
  };
}

export interface AccompanyRig {
  readonly folder: string;
  readonly service: AccompanyService;
  readonly reminders: Reminders;
  /** A service as another process would have it: the same data folder and nothing else. */
  again(): Promise<AccompanyService>;
  dispose(): Promise<void>;
}

export interface AccompanyRigOptions {
  readonly provider: TokenProvider;
  readonly profile?: string;
  readonly rules?: Partial<RenewalRules>;
  readonly quiet?: { readonly whenRight: number; readonly whenWrong: number };
  /** What this computer and the network know of the CA; left out: nothing. */
  readonly authorities?: readonly Certificate[];
  /** Of another rig, to go on with what it left; left out: a new one. */
  readonly folder?: string;
  /** Where a page would have been opened. */
  readonly onOpen?: (address: string) => void;
}

export async function createAccompanyRig(options: AccompanyRigOptions): Promise<AccompanyRig> {
  const { provider, profile: id = 'sdca-non-tax', rules = {}, onOpen = () => undefined } = options;
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'accompany-')));
  const clock = { now: () => Date.now() };
  const chosen = [NEUTRAL_PROFILE, ...SHIPPED_PROFILES].find((one) => one.id === id) ?? NEUTRAL_PROFILE;
  const profile: Profile = { ...chosen, renewal: { ...chosen.renewal, ...rules } };
  const verifier = createSignatureVerifier();
  const digest = createDocumentDigest();

  async function open(): Promise<AccompanyService> {
    const data = must(await openDataFolder(join(folder, 'data')));
    const lock = (token: string) => acquireTokenLock(data, token, silentLog);
    const isSuccessor = () => false;
    return createAccompanyService({
      tokens: createTokenService({
        sources: () => [{ kind: 'pkcs11', module: 'test', isExplicit: true, provider }],
        clock,
        rules: { isSuccessor, readCertificate: parseCertificate },
      }),
      ...{ digest, verifier, clock, lock, random: randomBytes, seal: sealEnvelope },
      profiles: { find: () => profile, byId: () => profile, isSuccessor },
      readCertificate: parseCertificate,
      obstacles: () => Promise.resolve([]),
      openIssuers: () => Promise.resolve(() => Promise.resolve(options.authorities ?? [])),
      records: createAccompaniments(data, clock),
      rememberOpening: (opening) => createReminders(data, clock).nameOpening(opening),
      openPortal: ({ address }) => {
        onOpen(address);
        return Promise.resolve({ ok: true, value: { address, browser: 'test', hint: null } });
      },
      quiet: options.quiet ?? { whenRight: 0, whenWrong: 0 },
    });
  }

  return {
    folder,
    service: await open(),
    reminders: createReminders({ seen: join(folder, 'data', 'seen') }, clock),
    again: open,
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What the person sees, and what happens between two looks, in this order; then they leave. */
export function watching(
  pin: string | null,
  ...happenings: readonly (() => Promise<unknown>)[]
): AccompanyDialogue & { readonly seen: AccompanyProgress[] } {
  const seen: AccompanyProgress[] = [];
  const left = [...happenings];
  return {
    seen,
    progress: (progress) => void seen.push(progress),
    askBids: () => Promise.resolve({ opening: null }),
    confirmAdvice: () => Promise.resolve(true),
    confirmFindings: () => Promise.resolve(true),
    copyText: () => undefined,
    async nextLook() {
      const happening = left.shift();
      if (happening === undefined) return 'stop';
      await happening();
      return 'look';
    },
    askPin: ({ previous }) =>
      Promise.resolve(
        pin === null || previous !== null ? null : { pin: Buffer.from(pin), acceptLastTry: false },
      ),
  };
}
