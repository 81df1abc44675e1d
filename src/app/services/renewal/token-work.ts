// The steps of a renewal that touch the token. Each is one intention; the driver's meaning of a failure is kept.

import { SIGNATURE_FOR_KEY } from '../../../core/certificate/algorithms.ts';
import { keyAlgorithmOf, spkiFingerprint } from '../../../core/certificate/spki.ts';
import { parseName, type DistinguishedName } from '../../../core/certificate/names.ts';
import { assembleRequest, requestInfo } from '../../../core/certificate/request.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { RenewalEvent, RenewalMode, RenewalState } from '../../../core/renewal/state.ts';
import type { ContainerId, KeyAlgorithm } from '../../../core/token/token.ts';
import { hashFor } from '../key-test.ts';
import { logIn } from '../login.ts';
import type { RenewalContext, Work } from './context.ts';
import { containerFacts } from './facts.ts';

/** Verifies the PIN once, and reads what the key really holds. Asks again only when the person types again. */
export const openToken: Work<'openToken'> = async (context, _command, state) => {
  const { provider, token } = context.handle;
  const login = await logIn(provider, token, context.dialogue.askPin);
  if (!login.ok) return login;
  const containers = await provider.listContainers(token.id);
  if (!containers.ok) return containers;
  context.containers = containers.value;
  const facts = containerFacts(containers.value);
  const expected = [state.request.old?.key, ...state.items.map((item) => item.key)].filter(
    (key) => key != null,
  );
  const isOurs =
    expected.length === 0 ||
    facts.some(({ keys }) => keys.some((key) => expected.includes(key))) ||
    // In-place generation may have been cut between the old key and the new one, or before the new one was noted.
    (state.mode === 'inPlace' && state.items.length > 0);
  return isOurs ? ok([{ type: 'tokenOpened', containers: facts }]) : err({ code: 'token.changed' });
};

/**
 * Which mode is possible, found by doing it: a container made, filled and deleted again, before anything is
 * paid. Its name follows from what is renewed, so that what a crash left behind is removed by the next try, also
 * where that is another renewal: on a key with room for two containers it would take the room.
 */
export const probeRoom: Work<'probeRoom'> = async (context, command, { request, mode }) => {
  const rules = context.profile.renewal;
  const chosen = (found: RenewalMode, algorithm: KeyAlgorithm | null = null) =>
    ok([{ type: 'roomProbed' as const, mode: found, algorithm }]);
  const unavailable = (wanted: RenewalMode) =>
    err({ code: 'renewal.modeUnavailable' as const, mode: wanted });
  const isFirst = mode === null && request.old !== null;
  if (isFirst && request.mode === 'same')
    return rules.rekey === 'required' ? unavailable('same') : chosen('same');
  if (isFirst && request.mode === 'inPlace')
    return rules.inPlace ? chosen('inPlace') : unavailable('inPlace');
  if (isFirst && rules.rekey === 'same') return request.mode === 'new' ? unavailable('new') : chosen('same');
  const algorithm = command.algorithm ?? context.old?.certificate.algorithm ?? null;
  if (algorithm === null) {
    return err({ code: 'key.unsupported', algorithm: context.old?.certificate.signatureOid ?? '' });
  }
  const wanted = request.old?.sha256 ?? request.reference ?? request.renewalId;
  const name = context.ports.sha256Hex(`${wanted}/probe`).slice(0, 16);
  const probed = await probe(context, name, algorithm);
  if (probed.ok) return chosen('new', algorithm);
  if (probed.error.code !== 'token.full' || !isFirst || request.mode === 'new') return probed;
  if (rules.rekey === 'caDecides') return chosen('same');
  return rules.inPlace ? chosen('inPlace') : probed;
};

async function probe(
  context: RenewalContext,
  name: ContainerId,
  algorithm: KeyAlgorithm,
): Promise<Result<void, AppError>> {
  const { provider, token } = context.handle;
  const leftover = await provider.deleteContainer(token.id, name);
  if (!leftover.ok) return leftover;
  const created = await provider.createContainer(token.id, name);
  if (!created.ok) return created;
  const generated = await provider.generateKeyPair(token.id, name, algorithm, PROBE_LABEL);
  const deleted = await provider.deleteContainer(token.id, name);
  if (!generated.ok) return generated;
  return deleted;
}

const PROBE_LABEL = 'renewal-preflight';

/** A free name, or the container of the key the CA already has a request for. */
export const chooseContainer: Work<'chooseContainer'> = (context, { item }, state) => {
  const wanted = state.order?.items.find(({ id }) => id === item)?.requestKey ?? null;
  const oldContainer = state.request.old?.container;
  const taken = new Set([...context.containers.map(({ id }) => id), oldContainer]);
  const found =
    wanted === null
      ? undefined
      : containerFacts(context.containers).find(
          ({ id, keys }) => keys.includes(wanted) && id !== oldContainer,
        );
  if (found !== undefined) {
    return Promise.resolve(ok([{ type: 'containerChosen', item, container: found.id, key: wanted }]));
  }
  let container: ContainerId;
  do container = Buffer.from(context.ports.random(8)).toString('hex');
  while (taken.has(container));
  return Promise.resolve(ok([{ type: 'containerChosen', item, container, key: null }]));
};

export const createContainer: Work<'createContainer'> = async (context, { item, container }) => {
  const { provider, token } = context.handle;
  const created = await provider.createContainer(token.id, container);
  // The journal chose the name before; an empty one of that name is what an interrupted call left.
  if (!created.ok && created.error.code !== 'container.exists') return created;
  return ok([{ type: 'containerCreated', item }]);
};

export const generateKey: Work<'generateKey'> = async (context, command, state) => {
  const { provider, token } = context.handle;
  const { item, container, algorithm } = command;
  if (container === state.request.old?.container) {
    const kept = await context.vault.keep(context.gateway.session() ?? '');
    if (!kept.ok) return kept;
  }
  const label = subjectFor(context, item)?.commonName ?? state.request.renewalId;
  const generated = await provider.generateKeyPair(token.id, container, algorithm, label);
  if (!generated.ok) return generated;
  return ok([{ type: 'keyGenerated', item, key: spkiFingerprint(generated.value) }]);
};

/** PKCS#10 with the subject the CA asked for, signed by the new key on the token. */
export const signRequest: Work<'signRequest'> = async (context, { item, container, key }) => {
  const found = await readPublicKey(context, container, key);
  if (!found.ok) return found;
  const { spki, algorithm } = found.value;
  const subject = subjectFor(context, item);
  if (subject === null) return err({ code: 'gateway.invalidAnswer', reason: 'subject' });
  const info = requestInfo({ subject: subject.der, spki });
  const signed = await signWith(context, container, algorithm, info);
  if (!signed.ok) return signed;
  const request = assembleRequest(info, SIGNATURE_FOR_KEY[algorithm], signed.value);
  return ok([{ type: 'requestSigned', item, request: Buffer.from(request).toString('base64') }]);
};

/** What the CA wants in the request; the old subject where the order was not read in this run. */
function subjectFor(context: RenewalContext, item: string): DistinguishedName | null {
  const asked = context.order?.items.find(({ id }) => id === item)?.subject;
  const named = asked === undefined ? null : parseName(Buffer.from(asked, 'base64'));
  return named ?? context.old?.certificate.subject ?? null;
}

async function readPublicKey(
  context: RenewalContext,
  container: ContainerId,
  key: string,
): Promise<Result<{ readonly spki: Uint8Array; readonly algorithm: KeyAlgorithm }, AppError>> {
  const { provider, token } = context.handle;
  const containers = await provider.listContainers(token.id);
  if (!containers.ok) return containers;
  const spki = containers.value
    .filter(({ id }) => id === container)
    .flatMap(({ keys }) => keys.flatMap(({ publicKey }) => publicKey ?? []))
    .find((candidate) => spkiFingerprint(candidate) === key);
  const algorithm = spki === undefined ? null : keyAlgorithmOf(spki);
  if (spki === undefined || algorithm === null) return err({ code: 'key.notFound' });
  return ok({ spki, algorithm });
}

export function signWith(
  context: RenewalContext,
  container: ContainerId,
  algorithm: KeyAlgorithm,
  message: Uint8Array,
): Promise<Result<Uint8Array, AppError>> {
  const { provider, token } = context.handle;
  return provider.sign(token.id, container, hashFor(algorithm), message);
}

/** Leaves nothing verified on the token. Failing to is logged by the provider's host, never an obstacle. */
export async function closeToken(context: RenewalContext, state: RenewalState): Promise<RenewalEvent[]> {
  if (!state.tokenOpen) return [];
  await context.handle.provider.logout(context.handle.token.id);
  return [{ type: 'tokenClosed' }];
}
