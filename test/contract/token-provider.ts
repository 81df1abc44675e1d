// What every TokenProvider must do, whatever is behind it. A provider's own test file calls
// describeTokenProvider with a way to open it on one initialised, empty token.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Envelope, TokenProvider } from '../../src/core/token/provider.ts';
import type { KeyAlgorithm, TokenId } from '../../src/core/token/token.ts';
import { makeCertificate } from '../support/certificate.ts';
import { deliverEncryptionKey } from '../support/key-centre.ts';
import { hashFor, hexOf, isGenuine, makeEnvelope } from './key-use.ts';

export interface OpenedProvider {
  readonly provider: TokenProvider;
  readonly pin: string;
  /** null: this provider has no administrator. */
  readonly adminPin: string | null;
  dispose(): Promise<void>;
}

export interface ProviderTraits {
  /** Algorithms to generate and sign with; the first is used where any will do. */
  readonly algorithms: readonly KeyAlgorithm[];
  /** An algorithm it refuses; null: it does them all. */
  readonly unsupported: KeyAlgorithm | null;
  readonly decryptsWith: readonly Exclude<Envelope['keyTransport'], 'SM2'>[];
  readonly wrongPin: string;
  /** Signing keys whose containers take an encryption key in an envelope. */
  readonly dual?: readonly ('SM2' | 'RSA-2048')[];
  /** Containers have no label but their name (SKF). */
  readonly withoutLabels?: boolean;
  /** Private keys show without login (SKF: a public key stands for its pair). */
  readonly showsPrivateKeys?: boolean;
}

const NOT_LAST = { acceptLastTry: false };
const pinBytes = (pin: string): Uint8Array => new Uint8Array(Buffer.from(pin));

export function describeTokenProvider(
  name: string,
  traits: ProviderTraits,
  open: () => Promise<OpenedProvider>,
): void {
  describe(`token provider ${name}`, () => {
    let opened: OpenedProvider;
    let provider: TokenProvider;
    let token: TokenId;

    beforeAll(async () => {
      opened = await open();
      provider = opened.provider;
      const listed = await provider.listTokens();
      if (!listed.ok || listed.value[0] === undefined) throw new Error(JSON.stringify(listed));
      token = listed.value[0].id;
    });
    afterAll(async () => {
      await opened.dispose();
    });

    const login = () => provider.login(token, pinBytes(opened.pin), NOT_LAST);
    const idOf = (text: string): string => Buffer.from(text).toString('hex');
    async function generated(text: string, algorithm: KeyAlgorithm): Promise<[string, Uint8Array]> {
      const container = idOf(text);
      await login();
      await provider.createContainer(token, container);
      const made = await provider.generateKeyPair(token, container, algorithm, text);
      if (!made.ok) throw new Error(JSON.stringify(made.error));
      return [container, made.value];
    }
    const [firstAlgorithm = 'RSA-2048'] = traits.algorithms;
    const firstHash = hashFor(firstAlgorithm);

    it('shows the token under the same identity again and again', async () => {
      const first = await provider.listTokens();
      expect(await provider.listTokens()).toEqual(first);
      expect(first).toMatchObject({
        ok: true,
        value: [{ id: token, serialClash: false, pin: { state: 'ok' } }],
      });
    });

    it('looks the same at a glance while nobody plugs or pulls, and keeps its login', async () => {
      await login();
      const first = await provider.glance();
      expect(first.ok).toBe(true);
      expect(await provider.glance()).toEqual(first);
      expect(await provider.createContainer(token, idOf('glance'))).toEqual({ ok: true, value: undefined });
      await provider.deleteContainer(token, idOf('glance'));
      await provider.logout(token);
    });

    it('does not find a token that was never there', async () => {
      expect(await provider.listContainers('NO-SUCH-TOKEN')).toEqual({
        ok: false,
        error: { code: 'token.notFound', wanted: 'NO-SUCH-TOKEN' },
      });
    });

    it('refuses everything that needs the PIN before login, and writes nothing', async () => {
      const container = idOf('early');
      const refused = [
        await provider.createContainer(token, container),
        await provider.generateKeyPair(token, container, firstAlgorithm, 'early'),
        await provider.writeCertificate(token, container, 'signing', Uint8Array.of(0x30, 0)),
        await provider.sign(token, container, firstHash, Buffer.from('x')),
        await provider.deleteContainer(token, container),
        await provider.writeDataObject(token, 'early', Buffer.from('x')),
      ];
      expect(refused.map((result) => (result.ok ? 'done' : result.error.code))).toEqual(
        refused.map(() => 'pin.required'),
      );
      expect(await provider.listContainers(token)).toEqual({ ok: true, value: [] });
    });

    it('says that a PIN is wrong, and takes the right one afterwards', async () => {
      expect(await provider.login(token, pinBytes(traits.wrongPin), NOT_LAST)).toMatchObject({
        ok: false,
        error: { code: 'pin.incorrect' },
      });
      expect(await login()).toEqual({ ok: true, value: undefined });
    });

    it('really verifies the PIN of somebody who is logged in already', async () => {
      await login();
      expect(await provider.login(token, pinBytes(traits.wrongPin), NOT_LAST)).toMatchObject({
        ok: false,
        error: { code: 'pin.incorrect' },
      });
    });

    it('refuses a PIN of impossible length by its length', async () => {
      const status = await provider.readPinStatus(token);
      if (!status.ok) throw new Error(status.error.code);
      const { minLength, maxLength } = status.value;
      if (minLength !== null && minLength > 1) {
        expect(await provider.login(token, pinBytes('1'.repeat(minLength - 1)), NOT_LAST)).toEqual({
          ok: false,
          error: { code: 'pin.tooShort', min: minLength },
        });
      }
      if (maxLength !== null) {
        expect(await provider.login(token, pinBytes('1'.repeat(maxLength + 1)), NOT_LAST)).toEqual({
          ok: false,
          error: { code: 'pin.tooLong', max: maxLength },
        });
      }
    });

    it('zeroes the PIN it was given', async () => {
      const pin = pinBytes(opened.pin);
      await provider.login(token, pin, NOT_LAST);
      expect(pin).toEqual(new Uint8Array(pin.length));
    });

    it.each(traits.algorithms)('generates %s on the token and signs with it', async (algorithm) => {
      const container = idOf(algorithm);
      await login();
      expect(await provider.createContainer(token, container)).toEqual({ ok: true, value: undefined });
      const made = await provider.generateKeyPair(token, container, algorithm, '签名密钥');
      if (!made.ok) throw new Error(JSON.stringify(made.error));
      const message = Buffer.from('message');
      const signed = await provider.sign(token, container, hashFor(algorithm), message);
      if (!signed.ok) throw new Error(JSON.stringify(signed.error));
      expect(isGenuine(algorithm, made.value, message, signed.value)).toBe(true);
      const listed = await provider.listContainers(token);
      expect(listed.ok && listed.value.find(({ id }) => id === container)).toMatchObject({
        id: container,
        label: traits.withoutLabels ? container : '签名密钥',
        keys: [{ algorithm, hasPrivateKey: true }],
        certificates: [],
      });
    });

    it.each(traits.unsupported === null ? [] : [traits.unsupported])(
      'refuses to generate %s, which it does not have, and keeps what is in the container',
      async (algorithm) => {
        const [container, publicKey] = await generated('kept', firstAlgorithm);
        expect(await provider.generateKeyPair(token, container, algorithm, 'other')).toMatchObject({
          ok: false,
          error: { code: 'key.unsupported', algorithm },
        });
        const listed = await provider.listContainers(token);
        const kept = listed.ok ? listed.value.find(({ id }) => id === container) : undefined;
        expect(Buffer.from(kept?.keys[0]?.publicKey ?? [])).toEqual(Buffer.from(publicKey));
      },
    );

    it('does not create a container twice', async () => {
      const [container] = await generated('twice', firstAlgorithm);
      expect(await provider.createContainer(token, container)).toEqual({
        ok: false,
        error: { code: 'container.exists', container },
      });
    });

    it('replaces the key and certificate of a used container when it generates again', async () => {
      const [container, first] = await generated('reused', firstAlgorithm);
      const der = makeCertificate({
        publicKey: first,
        commonName: 'a',
        serial: 1,
        use: 'any',
        years: [2020, 2030],
      });
      await provider.writeCertificate(token, container, 'signing', der);
      const [, second] = await generated('reused', firstAlgorithm);
      expect(Buffer.from(second).equals(Buffer.from(first))).toBe(false);
      expect(await provider.readCertificate(token, container, 'signing')).toEqual({
        ok: false,
        error: { code: 'certificate.missing', use: 'signing' },
      });
    });

    it('stores a certificate, reads it back byte for byte and replaces it by the next', async () => {
      const [container, publicKey] = await generated('cert', firstAlgorithm);
      const certificates = [1, 2, 2].map((serial) =>
        makeCertificate({ publicKey, commonName: 'a', serial, use: 'any', years: [2020 + serial, 2030] }),
      );
      for (const der of certificates) {
        expect(await provider.writeCertificate(token, container, 'signing', der)).toEqual({
          ok: true,
          value: undefined,
        });
        const read = await provider.readCertificate(token, container, 'signing');
        expect(Buffer.from(read.ok ? read.value : [])).toEqual(Buffer.from(der));
      }
      const listed = await provider.listContainers(token);
      expect(listed.ok && listed.value.find(({ id }) => id === container)?.certificates.length).toBe(1);
    });

    it('does not write or read a certificate of a container that is not there', async () => {
      await login();
      const container = idOf('nowhere');
      const error = { code: 'container.notFound', container };
      expect(await provider.writeCertificate(token, container, 'signing', Uint8Array.of(0x30, 0))).toEqual({
        ok: false,
        error,
      });
      expect(await provider.readCertificate(token, container, 'signing')).toEqual({ ok: false, error });
    });

    it.each(traits.decryptsWith)(
      'opens an envelope for its key with %s, and only that',
      async (keyTransport) => {
        const [container, publicKey] = await generated('opens', 'RSA-2048');
        const envelope = makeEnvelope(publicKey, keyTransport, Buffer.from('bid'));
        const content = await provider.decrypt(token, container, 'encryption', envelope);
        expect(Buffer.from(content.ok ? content.value : []).toString()).toBe('bid');
        const wrongKey = { ...envelope, wrappedKey: randomBytes(256).fill(0, 0, 1) };
        expect(await provider.decrypt(token, container, 'encryption', wrongKey)).toEqual({
          ok: false,
          error: { code: 'key.decryptionFailed' },
        });
      },
    );

    it.each(traits.dual ?? [])('takes an encryption key beside a signing key of %s', async (algorithm) => {
      const [container, publicKey] = await generated(`dual${algorithm}`, algorithm);
      const delivery = deliverEncryptionKey(algorithm, publicKey);
      const imported = await provider.importEncryptionKey(token, container, delivery.envelope);
      expect(hexOf(imported.ok ? imported.value : null)).toBe(hexOf(delivery.publicKey));
      const uses = ['signing', 'encryption'] as const;
      for (const [index, use] of uses.entries()) {
        const key = use === 'signing' ? publicKey : delivery.publicKey;
        const der = makeCertificate({
          publicKey: key,
          commonName: use,
          serial: index + 1,
          use: 'any',
          years: [2020, 2030],
        });
        expect(await provider.writeCertificate(token, container, use, der)).toEqual({
          ok: true,
          value: undefined,
        });
        const read = await provider.readCertificate(token, container, use);
        expect(hexOf(read.ok ? read.value : null)).toBe(hexOf(der));
      }
      const opened = await provider.decrypt(
        token,
        container,
        'encryption',
        delivery.message(Buffer.from('bid')),
      );
      expect(Buffer.from(opened.ok ? opened.value : []).toString()).toBe('bid');
      const message = Buffer.from('still signs');
      const signed = await provider.sign(token, container, hashFor(algorithm), message);
      expect(signed.ok && isGenuine(algorithm, publicKey, message, signed.value)).toBe(true);
      const listed = await provider.listContainers(token);
      expect(
        listed.ok && listed.value.find(({ id }) => id === container)?.keys.map(({ use }) => use),
      ).toEqual(uses);
    });

    it.each(traits.dual ?? [])(
      'refuses an encryption key for another signing key of %s and keeps what it has',
      async (algorithm) => {
        const [container, publicKey] = await generated(`foreign${algorithm}`, algorithm);
        const [, otherKey] = await generated(`other${algorithm}`, algorithm);
        const { envelope } = deliverEncryptionKey(algorithm, otherKey);
        expect(await provider.importEncryptionKey(token, container, envelope)).toMatchObject({
          ok: false,
          error: { code: 'key.decryptionFailed' },
        });
        const message = Buffer.from('still signs');
        const signed = await provider.sign(token, container, hashFor(algorithm), message);
        expect(signed.ok && isGenuine(algorithm, publicKey, message, signed.value)).toBe(true);
      },
    );

    it('keeps data objects by name', async () => {
      await login();
      const name = '电子签章';
      expect(await provider.writeDataObject(token, name, Buffer.from('one'))).toEqual({
        ok: true,
        value: undefined,
      });
      await provider.writeDataObject(token, name, Buffer.from('three'));
      expect(await provider.listDataObjects(token)).toEqual({ ok: true, value: [{ name, size: 5 }] });
      const read = await provider.readDataObject(token, name);
      expect(Buffer.from(read.ok ? read.value : []).toString()).toBe('three');
      expect(await provider.deleteDataObject(token, name)).toEqual({ ok: true, value: undefined });
      const missing = { ok: false, error: { code: 'data.notFound', name } };
      expect(await provider.deleteDataObject(token, name)).toEqual(missing);
      expect(await provider.readDataObject(token, name)).toEqual(missing);
    });

    it('deletes a container whole, and one that is gone without complaint', async () => {
      const [container, publicKey] = await generated('gone', firstAlgorithm);
      const der = makeCertificate({ publicKey, commonName: 'a', serial: 1, use: 'any', years: [2020, 2030] });
      await provider.writeCertificate(token, container, 'signing', der);
      expect(await provider.deleteContainer(token, container)).toEqual({ ok: true, value: undefined });
      expect(await provider.deleteContainer(token, container)).toEqual({ ok: true, value: undefined });
      const listed = await provider.listContainers(token);
      expect(listed.ok && listed.value.some(({ id }) => id === container)).toBe(false);
    });

    it('says that a container has no key, or is not there, rather than sign', async () => {
      await login();
      const container = idOf('unknown');
      expect(await provider.sign(token, container, firstHash, Buffer.from('x'))).toEqual({
        ok: false,
        error: { code: 'container.notFound', container },
      });
    });

    it('asks for the PIN again after logout and hides private keys', async () => {
      const [container] = await generated('hidden', firstAlgorithm);
      expect(await provider.logout(token)).toEqual({ ok: true, value: undefined });
      expect(await provider.logout(token)).toEqual({ ok: true, value: undefined });
      expect(await provider.sign(token, container, firstHash, Buffer.from('x'))).toMatchObject({
        ok: false,
        error: { code: 'pin.required' },
      });
      const listed = await provider.listContainers(token);
      expect(listed.ok && listed.value.find(({ id }) => id === container)?.keys).toMatchObject([
        { hasPrivateKey: traits.showsPrivateKeys ? true : null },
      ]);
    });

    it('changes the PIN only with the old one', async () => {
      const change = (from: string, to: string) =>
        provider.changePin(token, pinBytes(from), pinBytes(to), NOT_LAST);
      expect(await change(traits.wrongPin, '111111')).toMatchObject({ error: { code: 'pin.incorrect' } });
      expect(await change(opened.pin, '1')).toMatchObject({ error: { code: 'pin.tooShort' } });
      expect(await change(opened.pin, '111111')).toEqual({ ok: true, value: undefined });
      expect(await login()).toMatchObject({ error: { code: 'pin.incorrect' } });
      expect(await change('111111', opened.pin)).toEqual({ ok: true, value: undefined });
      expect(await login()).toEqual({ ok: true, value: undefined });
    });

    it('sets a new PIN with the administrator PIN and only with that', async () => {
      const { adminPin, pin } = opened;
      if (adminPin === null) return;
      const unblock = (admin: string, to: string) =>
        provider.unblockPin(token, pinBytes(admin), pinBytes(to), NOT_LAST);
      expect(await unblock('00000000', '222222')).toMatchObject({ error: { code: 'pin.incorrect' } });
      expect(await unblock(adminPin, '222222')).toEqual({ ok: true, value: undefined });
      expect(await provider.login(token, pinBytes('222222'), NOT_LAST)).toEqual({
        ok: true,
        value: undefined,
      });
      expect(await unblock(adminPin, pin)).toEqual({ ok: true, value: undefined });
    });
  });
}
