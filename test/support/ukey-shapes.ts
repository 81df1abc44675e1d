// What `ukey --json` prints, as strict schemas: a field that appears or disappears is a change of the interface.

import * as z from 'zod';

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const serial = z.string().regex(/^([0-9A-F]{2})+$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const use = z.enum(['signing', 'encryption', 'both']);
const state = z.enum(['current', 'history', 'pending']);
const pinState = z.enum(['ok', 'low', 'final', 'locked', 'uninitialised', 'unknown']);

export const certificateShape = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{8,64}$/),
  container: z.string(),
  use,
  state,
  subject: z.string(),
  commonName: z.string().nullable(),
  issuer: z.string(),
  serial,
  notBefore: time,
  notAfter: time,
  daysLeft: z.number().int(),
  algorithm: z.string(),
  hasPrivateKey: z.boolean().nullable(),
  sha256,
});

const listedCertificate = certificateShape.extend({
  revocation: z.enum(['good', 'revoked', 'frozen', 'unknown']),
});

const tokenShape = z.strictObject({
  id: z.string(),
  provider: z.string(),
  module: z.string(),
  label: z.string(),
  serial: z.string(),
  manufacturer: z.string(),
  model: z.string(),
  pin: z.strictObject({ state: pinState, attemptsLeft: z.number().int().nullable() }),
  sm2: z.enum(['full', 'readOnly', 'none']),
  containers: z.array(z.strictObject({ id: z.string(), state, certificates: z.array(certificateShape) })),
  certificates: z.array(certificateShape),
});

export const listShape = z.strictObject({
  tokens: z.array(
    tokenShape.extend({
      containers: z.array(
        tokenShape.shape.containers.element.extend({ certificates: z.array(listedCertificate) }),
      ),
      certificates: z.array(listedCertificate),
    }),
  ),
  problems: z.array(
    z.strictObject({ code: z.string(), number: z.number().int(), module: z.string(), message: z.string() }),
  ),
});

/** One line of `ukey watch --json`. */
export const watchShape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['appeared', 'removed', 'changed']), token: tokenShape }),
  z.strictObject({
    kind: z.literal('stranger'),
    device: z.strictObject({ usbId: z.string(), vendor: z.string(), hasDriver: z.literal(false) }),
  }),
  z.strictObject({ kind: z.literal('problem'), problem: listShape.shape.problems.element }),
  z.strictObject({
    kind: z.literal('watching'),
    usbProblem: z.string().nullable(),
    hidProblem: z.string().nullable(),
  }),
]);

export const failureShape = z.strictObject({
  ok: z.literal(false),
  error: z.looseObject({
    code: z.string(),
    number: z.number().int(),
    message: z.string(),
    advice: z.string(),
  }),
  resumable: z.boolean(),
});

const summary = z.strictObject({ serial, notAfter: time, sha256 });

const reportFields = {
  ok: z.literal(true),
  renewalId: z.string(),
  mode: z.enum(['new', 'same', 'inplace']),
  before: summary,
  after: summary,
  certificates: z.array(z.strictObject({ use, serial, notAfter: time, sha256 })),
  oldRevoked: z.boolean().nullable(),
  seal: z
    .strictObject({
      state: z.enum(['written', 'failed', 'elsewhere', 'unrecognised']),
      name: z.string().nullable(),
      maker: z.string().nullable(),
      error: z.looseObject({ code: z.string() }).nullable(),
    })
    .nullable(),
  selfTest: z.strictObject({ sign: z.boolean(), verify: z.boolean() }),
  steps: z.array(z.strictObject({ name: z.string(), ms: z.number(), tokenMs: z.number() })).min(1),
  journal: z.string().nullable(),
};

export const renewalShape = z.strictObject({
  ...reportFields,
  gatewayMs: z.number(),
  stories: z.array(z.never()),
});

export const demoShape = z.strictObject({
  ...reportFields,
  stories: z.array(
    z.strictObject({
      ...{ name: z.string(), provider: z.string(), algorithm: z.string() },
      ...reportFields,
      sealTest: z.looseObject({ ok: z.boolean(), kind: z.enum(['seal', 'signature']) }),
    }),
  ),
  keep: z.string().nullable(),
});
