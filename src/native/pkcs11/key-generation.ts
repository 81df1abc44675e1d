// Generates a signing key pair on the token. Tokens differ in which attributes they take at generation, so a
// refused template is offered again with less in it; the private key must not be extractable in the end.

import type { ContainerId, KeyAlgorithm } from '../../core/token/token.ts';
import { CURVES } from '../../core/certificate/driver-key.ts';
import { Refusal } from '../driver-failures.ts';
import { CKR, unlessRefused } from './ckr.ts';
import { CKA, CKM } from './constants.ts';
import { flagOf, type Cryptoki, type KeyHandles, type Template } from './cryptoki.ts';
import { readObjects } from './objects.ts';
import type { OpenToken } from './tokens.ts';

interface KeySpec {
  readonly mechanism: number;
  /** RSA key length; null for a curve. */
  readonly bits: number | null;
  readonly parameters: Template;
  readonly canDecrypt: boolean;
}

const PUBLIC_EXPONENT = Uint8Array.of(1, 0, 1);

const TEMPLATE_REFUSALS: readonly number[] = [
  CKR.attributeTypeInvalid,
  CKR.attributeValueInvalid,
  CKR.templateInconsistent,
];

/** Answers the SubjectPublicKeyInfo. The container must be empty and the user logged in. */
export function generateKeyPair(
  cryptoki: Cryptoki,
  token: OpenToken,
  container: ContainerId,
  algorithm: KeyAlgorithm,
  label: string,
): Uint8Array {
  const spec = supportedSpec(cryptoki, token, algorithm);
  const handles = generate(cryptoki, token, spec, container, label);
  const { session } = token;
  if (flagOf(cryptoki.read(session, handles.privateKey, [CKA.extractable]), CKA.extractable)) {
    cryptoki.destroy(session, handles.privateKey);
    cryptoki.destroy(session, handles.publicKey);
    throw new Refusal({ code: 'key.unsupported', algorithm });
  }
  const id: Template = [{ type: CKA.id, value: Buffer.from(container, 'hex') }];
  const { publicKeys, privateKeys } = readObjects(cryptoki, session, id);
  const made = [...publicKeys, ...privateKeys].find(({ key }) => key !== null)?.key;
  if (made === null || made === undefined) throw new Refusal({ code: 'key.unsupported', algorithm });
  return made.spki;
}

/** Refuses with `key.unsupported` what the token's mechanism list does not offer; changes nothing. */
export function supportedSpec(cryptoki: Cryptoki, token: OpenToken, algorithm: KeyAlgorithm): KeySpec {
  const spec = specOf(algorithm);
  if (spec === null || !cryptoki.mechanisms(token.slot).has(spec.mechanism)) {
    throw new Refusal({ code: 'key.unsupported', algorithm });
  }
  const largest = spec.bits === null ? null : cryptoki.largestKey(token.slot, spec.mechanism);
  if (spec.bits !== null && largest !== null && largest < spec.bits) {
    throw new Refusal({ code: 'key.unsupported', algorithm });
  }
  return spec;
}

function specOf(algorithm: KeyAlgorithm): KeySpec | null {
  if (algorithm === 'SM2') return null;
  const curve = CURVES.find((known) => known.algorithm === algorithm);
  if (curve !== undefined) {
    const parameters = [{ type: CKA.ecParams, value: curve.parameters }];
    return { mechanism: CKM.ecKeyPairGen, bits: null, parameters, canDecrypt: false };
  }
  const bits = Number(algorithm.slice('RSA-'.length));
  const parameters = [
    { type: CKA.modulusBits, value: bits },
    { type: CKA.publicExponent, value: PUBLIC_EXPONENT },
  ];
  return { mechanism: CKM.rsaKeyPairGen, bits, parameters, canDecrypt: true };
}

function generate(
  cryptoki: Cryptoki,
  { session }: OpenToken,
  spec: KeySpec,
  container: ContainerId,
  label: string,
): KeyHandles {
  const offers = templates(spec, container, label);
  const last = offers.length - 1;
  for (const [publicKey, privateKey] of offers.slice(0, last)) {
    const handles = unlessRefused(TEMPLATE_REFUSALS, () =>
      cryptoki.generateKeyPair(session, spec.mechanism, publicKey, privateKey),
    );
    if (handles !== null) return handles;
  }
  const [publicKey, privateKey] = offers[last] ?? [[], []];
  return cryptoki.generateKeyPair(session, spec.mechanism, publicKey, privateKey);
}

/** From what we want down to what no token can do without. */
function templates(
  spec: KeySpec,
  container: ContainerId,
  label: string,
): readonly (readonly [Template, Template])[] {
  const name = [
    { type: CKA.token, value: true },
    { type: CKA.id, value: Buffer.from(container, 'hex') },
    { type: CKA.label, value: label },
  ];
  const guarded = [
    { type: CKA.private, value: true },
    { type: CKA.sensitive, value: true },
    { type: CKA.extractable, value: false },
  ];
  const verifies = [
    { type: CKA.verify, value: true },
    { type: CKA.encrypt, value: spec.canDecrypt },
  ];
  const signs = [
    { type: CKA.sign, value: true },
    { type: CKA.decrypt, value: spec.canDecrypt },
  ];
  return [
    [
      [...name, ...spec.parameters, ...verifies],
      [...name, ...guarded, ...signs],
    ],
    [
      [...name, ...spec.parameters],
      [...name, ...guarded, { type: CKA.sign, value: true }],
    ],
    [
      [...name, ...spec.parameters],
      [...name, { type: CKA.private, value: true }],
    ],
  ];
}
