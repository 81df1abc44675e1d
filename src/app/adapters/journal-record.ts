// What a line of a renewal journal may hold. A journal is read long after it was written, perhaps edited by
// hand: every line is checked before the state machine sees it.

import * as z from 'zod';
import { ERROR_NUMBERS, type AppError } from '../../core/errors/codes.ts';
import type {
  CommandName,
  IssuedCertificates,
  OrderView,
  RenewalEvent,
  RenewalRequest,
} from '../../core/renewal/state.ts';
import type { SealPlan } from '../../core/renewal/seal-plan.ts';
import { KEY_ALGORITHMS } from '../../core/token/token.ts';

/** `started` is always the first record and never repeated. */
export type JournalEntry = { readonly type: 'started'; readonly request: RenewalRequest } | RenewalEvent;

export interface JournalRecord {
  /** ISO 8601, this computer's clock. */
  readonly at: string;
  readonly entry: JournalEntry;
}

const line = z.string().max(4096);
const blob = z.string().max(512 * 1024);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const use = z.enum(['signing', 'encryption']);
const mode = z.enum(['new', 'same', 'inPlace']);
const oldRevokedAt = z.enum(['issuance', 'confirm', 'later']);

const request: z.ZodType<RenewalRequest> = z.object({
  renewalId: line,
  token: line,
  gateway: line,
  profile: line,
  anchors: z.array(blob).max(64),
  old: z
    .object({
      container: line,
      certificate: blob,
      encryptionCertificate: blob.nullable(),
      sha256: hash,
      serial: line,
      issuer: hash,
      key: hash,
      algorithm: z.enum(KEY_ALGORITHMS).nullable(),
      notAfter: z.number(),
    })
    .nullable(),
  reference: line.nullable(),
  mode: mode.nullable(),
});

const order: z.ZodType<OrderView> = z.object({
  id: line,
  state: z.enum(['draft', 'unpaid', 'inReview', 'approved', 'issued', 'confirmed', 'rejected', 'frozen']),
  text: line,
  agreementsOpen: z.boolean(),
  formOpen: z.boolean(),
  payment: z.object({ amountFen: z.number(), qr: line }).nullable(),
  items: z
    .array(
      z.object({
        id: line,
        algorithm: z.enum(KEY_ALGORITHMS),
        key: z.enum(['newKey', 'sameKey']),
        needsRequest: z.boolean(),
        certificates: z.enum(['single', 'dual']),
        state: z.enum(['awaitingRequest', 'issued', 'confirmed']),
        requestKey: hash.nullable(),
      }),
    )
    .max(64),
  seal: z.object({ name: line, maker: line, object: line }).nullable().default(null),
});

const certificates: z.ZodType<IssuedCertificates> = z.object({
  signing: blob,
  signingSha256: hash,
  encryption: blob.nullable(),
  encryptionSha256: hash.nullable(),
  encryptionKey: hash.nullable(),
  hasEnvelope: z.boolean(),
  chain: z.array(blob).max(64),
});

const sealPlan: z.ZodType<SealPlan> = z.object({
  kind: z.enum(['none', 'thisOrder', 'elsewhere', 'unrecognised']),
  name: line.nullable(),
  maker: line.nullable(),
  object: line.nullable(),
  replaces: z.boolean(),
});

const containers = z
  .array(z.object({ id: line, keys: z.array(hash).max(64), certificates: z.array(hash).max(64) }))
  .max(4096);

const error = z.custom<AppError>(
  (value) =>
    typeof value === 'object' && value !== null && 'code' in value && String(value.code) in ERROR_NUMBERS,
);
const consents = z.array(z.enum(['oldRevoked', 'pointOfNoReturn', 'besideOthers'])).max(8);

const COMMANDS: Record<CommandName, true> = {
  askConsent: true,
  openToken: true,
  openGateway: true,
  readEligibility: true,
  probeRoom: true,
  createOrder: true,
  acceptAgreements: true,
  submitForm: true,
  awaitOrder: true,
  readOrder: true,
  chooseContainer: true,
  createContainer: true,
  generateKey: true,
  signRequest: true,
  submitRequest: true,
  requestReissue: true,
  fetchCertificates: true,
  proveCertificates: true,
  importEncryptionKey: true,
  writeCertificate: true,
  testKey: true,
  rollBack: true,
  confirm: true,
  planSeal: true,
  keepSeal: true,
  writeSeal: true,
  readOldStatus: true,
};
const command = z.custom<CommandName>((value) => typeof value === 'string' && value in COMMANDS);

const item = { item: line };

/** The fields of every entry beside its type; a new event does not compile before it is listed. */
const ENTRIES = {
  started: { request },
  consented: { consents },
  tokenOpened: { containers },
  gatewayOpened: { clockOffset: z.number(), oldRevokedAt, confirms: z.boolean() },
  eligible: {},
  roomProbed: { mode, algorithm: z.enum(KEY_ALGORITHMS).nullable() },
  orderRead: { order },
  orderNoticed: {
    state: z.enum(['draft', 'unpaid', 'inReview', 'approved', 'issued', 'confirmed', 'rejected', 'frozen']),
  },
  tokenClosed: {},
  containerChosen: { ...item, container: line, key: hash.nullable() },
  containerCreated: item,
  keyGenerated: { ...item, key: hash },
  requestSigned: { ...item, request: blob },
  reissued: { ...item, order },
  issued: { items: z.array(z.object({ item: line, certificates })).max(64) },
  proved: item,
  encryptionKeyImported: item,
  certificateWritten: { ...item, use },
  tested: item,
  rolledBack: {},
  confirmed: { order },
  sealPlanned: { plan: sealPlan },
  sealKept: {},
  sealWritten: {},
  sealRefused: { error },
  oldStatusRead: { revoked: z.boolean().nullable() },
  failed: { during: command, error },
  resumed: {},
} satisfies {
  [T in JournalEntry['type']]: {
    [F in Exclude<keyof Extract<JournalEntry, { type: T }>, 'type'>]: z.ZodType<
      Extract<JournalEntry, { type: T }>[F]
    >;
  };
};

const envelope = z.object({ at: z.iso.datetime(), entry: z.looseObject({ type: z.string() }) });

/** null: no record of ours. Fields we do not know are kept out. */
export function parseJournalLine(text: string): JournalRecord | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const outer = envelope.safeParse(parsed);
  if (!outer.success || !isEntryType(outer.data.entry.type)) return null;
  const { type } = outer.data.entry;
  const fields = z.object<z.ZodRawShape>(ENTRIES[type]).safeParse(outer.data.entry);
  return fields.success
    ? { at: outer.data.at, entry: { type, ...fields.data } as unknown as JournalEntry }
    : null;
}

function isEntryType(type: string): type is JournalEntry['type'] {
  return Object.hasOwn(ENTRIES, type);
}
