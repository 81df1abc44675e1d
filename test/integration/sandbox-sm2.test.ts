// SM2 at the rehearsal CA: two certificates, an encryption key from the key centre, and its envelope.

import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { IssuedItem } from '../../src/contract/gateway.ts';
import { certificateUse } from '../../src/core/certificate/certificate.ts';
import { cfcaAttributes, temporaryKeyOf } from '../../src/core/certificate/sm2/cfca.ts';
import { parseEnvelopedKey } from '../../src/core/certificate/sm2/enveloped-key-forms.ts';
import { openEnvelopedKey } from '../../src/core/certificate/sm2/enveloped-key.ts';
import { sm2PointOf } from '../../src/core/certificate/sm2/signature.ts';
import { parseRequest } from '../../src/core/certificate/request.ts';
import { ENVELOPE_FORMS, type SettingsChange } from '../../src/sandbox/settings.ts';
import type { SandboxState } from '../../src/sandbox/state.ts';
import type { Applicant } from '../support/applicant.ts';
import { apply, begin, closeSandboxes, read, renew, statusOf } from '../support/begun-renewal.ts';
import {
  createSm2Key,
  createSoftwareKey,
  hashOfCertificate,
  logIn,
  loginBody,
  referenceTo,
  requestFor,
  valueOf,
  type Sm2SoftwareKey,
} from '../support/key-holder.ts';
import { openTestSandbox } from '../support/test-sandbox.ts';

afterEach(closeSandboxes);

const beginSm2 = (settings: SettingsChange = {}) => begin(settings, 12, 'SM2');

/** Public key of the delivered encryption key, as its holder finds it. */
function delivered(item: Pick<IssuedItem, 'encryptionKey'>, key: Sm2SoftwareKey['pair']): Buffer {
  const received = valueOf(parseEnvelopedKey(item.encryptionKey ?? ''));
  return Buffer.from(valueOf(openEnvelopedKey(received.key, key.privateKey)).publicKey);
}

function encryptionPoint({ encryption }: Pick<IssuedItem, 'encryption'>): Buffer {
  return Buffer.from(sm2PointOf(read(encryption ?? '').spki) ?? []);
}

/** Hashes of the keys in the key centre. */
function escrowIn(folder: string): string[] {
  const { escrow } = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as Pick<
    SandboxState,
    'escrow'
  >;
  return escrow.map(({ key }) => key);
}

async function issued(applicant: Applicant, key?: Sm2SoftwareKey): Promise<IssuedItem> {
  await apply(applicant);
  await applicant.submitRequest('1', key);
  return (await applicant.fetch()).items[0]!;
}

describe('an SM2 certificate', () => {
  it('comes as two, for signing and for encryption', async () => {
    const { applicant } = await beginSm2();
    const order = await apply(applicant);
    await applicant.submitRequest();
    const { items } = await applicant.fetch();
    const [signing, encryption] = [items[0]!.signing, items[0]!.encryption ?? ''].map(read);
    expect([order.items[0], signing, encryption]).toMatchObject([
      { algorithm: 'SM2', certificates: 'dual', key: 'newKey' },
      { algorithm: 'SM2', signatureAlgorithm: 'SM2-SM3', keyUsage: ['digitalSignature', 'nonRepudiation'] },
      {
        algorithm: 'SM2',
        signatureAlgorithm: 'SM2-SM3',
        keyUsage: ['keyEncipherment', 'dataEncipherment', 'keyAgreement'],
        notAfter: signing!.notAfter,
      },
    ]);
    expect([certificateUse(signing!), certificateUse(encryption!)]).toEqual(['signing', 'encryption']);
  });
});

describe('an SM2 key', () => {
  it('logs in with SM3 and with nothing else', async () => {
    const { sandbox, holder } = await beginSm2();
    const client = sandbox.client();
    const statuses = [];
    for (const hash of ['SM3', 'SHA-256'] as const) {
      const { nonce } = valueOf(await client.call('requestChallenge', { body: { purpose: 'renewal' } }));
      const body = { ...loginBody(client.origin, holder.key, holder.certificate, nonce), hash };
      statuses.push((await client.call('login', { body })).ok);
    }
    expect(statuses).toEqual([true, false]);
  });
});

describe('an encryption key', () => {
  it.each(ENVELOPE_FORMS)('arrives as %s, and only the signing key opens it', async (envelopeForm) => {
    const { applicant } = await beginSm2({ envelopeForm });
    const key = createSm2Key();
    const item = await issued(applicant, key);
    const received = valueOf(parseEnvelopedKey(item.encryptionKey ?? ''));
    expect(delivered(item, key.pair)).toEqual(encryptionPoint(item));
    expect(openEnvelopedKey(received.key, createSm2Key().pair.privateKey)).toEqual({
      ok: false,
      error: { code: 'key.decryptionFailed' },
    });
  });
});

describe('a request with a temporary key', () => {
  it('is answered with an escrow string that the temporary key opens', async () => {
    const { applicant } = await beginSm2({ envelopeForm: 'escrow' });
    const { items } = await apply(applicant);
    const [key, temporary] = [createSm2Key(), createSm2Key()];
    const attributes = cfcaAttributes('', temporary.pair.publicKey);
    const request = requestFor(key, items[0]!.subject, attributes);
    const parsed = valueOf(parseRequest(Buffer.from(request, 'base64')));
    valueOf(await applicant.try('submitRequest', { item: '1', request }));
    const item = (await applicant.fetch()).items[0]!;
    expect([temporaryKeyOf(parsed), item.encryptionKey?.slice(0, 16)]).toEqual([
      Uint8Array.from(temporary.spki),
      '0000000000000001',
    ]);
    expect(delivered(item, temporary.pair)).toEqual(encryptionPoint(item));
  });
});

describe('a renewed pair', () => {
  it('takes the place of both old certificates, and the old encryption key stays in the key centre', async () => {
    const { sandbox, applicant, holder } = await beginSm2();
    const oldKey = delivered(holder, (holder.key as Sm2SoftwareKey).pair);
    const before = escrowIn(sandbox.folder);
    await renew(applicant);
    const { certificates } = valueOf(await sandbox.operator.listCertificates({}));
    expect(certificates.map(({ status, confirmed }) => [status, confirmed])).toEqual([
      ['revoked', false],
      ['revoked', false],
      ['good', true],
      ['good', true],
    ]);
    expect(oldKey).toEqual(encryptionPoint(holder));
    expect(escrowIn(sandbox.folder)).toEqual([...before, expect.any(String)]);
    expect(statSync(join(sandbox.folder, 'state.json')).mode & 0o777).toBe(0o600);
  });

  it('is confirmed as a pair or not at all', async () => {
    const { applicant } = await beginSm2();
    const { signing } = await issued(applicant);
    const answer = await applicant.try('confirmCertificates', { certificates: [hashOfCertificate(signing)] });
    expect(answer).toMatchObject({ error: { code: 'order.conflict', state: 'issued' } });
    expect((await applicant.confirm()).state).toBe('confirmed');
  });

  it.each([false, true])(
    'over the same signing key keeps the encryption key and needs no envelope (request: %s)',
    async (needsRequest) => {
      const { applicant, holder } = await beginSm2({ rekey: 'sameKey', needsRequest });
      const order = await apply(applicant);
      if (needsRequest) await applicant.submitRequest('1', holder.key);
      const { items } = await applicant.fetch();
      expect([order.items[0], items[0]]).toMatchObject([{ key: 'sameKey' }, { encryptionKey: null }]);
      expect([items[0]!.signing, items[0]!.encryption ?? ''].map((der) => read(der).spki)).toEqual(
        [holder.certificate, holder.encryption ?? ''].map((der) => read(der).spki),
      );
      expect(items[0]!.encryption).not.toBe(holder.encryption);
    },
  );

  it('over a new signing key brings a new encryption key', async () => {
    const { applicant, holder } = await beginSm2();
    expect(encryptionPoint(await issued(applicant))).not.toEqual(encryptionPoint(holder));
  });
});

describe('a lost signing key', () => {
  it.each([
    ['same', true],
    ['fresh', false],
  ] as const)('gets the %s encryption key in an envelope of its own', async (choice, stays) => {
    const { sandbox, applicant } = await beginSm2({ reissuedEncryptionKey: choice });
    const [lost, found] = [createSm2Key(), createSm2Key()];
    const first = await issued(applicant, lost);
    await applicant.reissue();
    await applicant.submitRequest('1', found);
    const second = (await applicant.fetch()).items[0]!;
    expect(delivered(second, found.pair)).toEqual(encryptionPoint(second));
    expect(encryptionPoint(second).equals(encryptionPoint(first))).toBe(stays);
    const received = valueOf(parseEnvelopedKey(second.encryptionKey ?? ''));
    expect(openEnvelopedKey(received.key, lost.pair.privateKey).ok).toBe(false);
    const { certificates } = valueOf(await sandbox.operator.listCertificates({}));
    expect(certificates.slice(2).map(({ status }) => status)).toEqual(['revoked', 'revoked', 'good', 'good']);
  });

  it('may go on in the session of the lost key until that ends', async () => {
    const { sandbox, applicant } = await beginSm2();
    const lost = createSm2Key();
    await issued(applicant, lost);
    const client = sandbox.client();
    valueOf(await logIn(client, lost, null));
    await applicant.reissue();
    const read = await client.call('readOrder', { params: { orderId: applicant.orderId } });
    expect([valueOf(read).state, await logIn(sandbox.client(), lost, null)]).toEqual([
      'approved',
      { ok: false, error: { code: 'gateway.loginRefused' } },
    ]);
  });
});

describe('one order', () => {
  it('may hold an SM2 pair and an RSA certificate, each from its own hierarchy', async () => {
    const { applicant } = await beginSm2({ items: ['SM2', 'RSA-2048'] });
    const order = await apply(applicant);
    await applicant.submitRequest('1', createSm2Key());
    await applicant.submitRequest('2', createSoftwareKey('RSA-2048'));
    const { items } = await applicant.fetch();
    expect(order.items.map(({ algorithm, certificates }) => [algorithm, certificates])).toEqual([
      ['SM2', 'dual'],
      ['RSA-2048', 'single'],
    ]);
    expect(items.map(({ chain }) => chain.map((der) => read(der).subject.commonName))).toEqual([
      ['演练SM2签发机构 G1', '演练SM2根证书'],
      ['演练签发机构 G1', '演练根证书'],
    ]);
    expect((await applicant.confirm()).state).toBe('confirmed');
  });

  it('takes an RSA certificate to SM2', async () => {
    const { sandbox, applicant, holder } = await begin({ items: ['SM2'] }, 12, 'RSA-2048');
    const order = await apply(applicant, 'sameKey');
    await applicant.submitRequest('1', createSm2Key());
    await applicant.fetch();
    await applicant.confirm();
    expect([order.items[0], await statusOf(sandbox, holder)]).toMatchObject([
      { algorithm: 'SM2', key: 'newKey', certificates: 'dual' },
      'revoked',
    ]);
  });

  it('is issued by the successor when the CA has changed', async () => {
    const { applicant } = await beginSm2({ issuer: 'successor' });
    const { chain } = await issued(applicant);
    expect(chain.map((der) => read(der).subject.commonName)).toEqual(['演练SM2签发机构 G2', '演练SM2根证书']);
  });
});

describe('the encryption certificate', () => {
  it('is not what its holder logs in or renews with', async () => {
    const { sandbox, client, holder } = await beginSm2();
    const received = valueOf(parseEnvelopedKey(holder.encryptionKey ?? ''));
    const pair = valueOf(openEnvelopedKey(received.key, (holder.key as Sm2SoftwareKey).pair.privateKey));
    const login = await logIn(sandbox.client(), createSm2Key(pair), holder.encryption);
    const renewal = await client.call('createOrder', {
      body: { kind: 'renew', replaces: referenceTo(holder.encryption ?? ''), key: null },
      idempotencyKey: randomBytes(16).toString('hex'),
    });
    expect([login, renewal]).toMatchObject([
      { error: { code: 'gateway.loginRefused' } },
      { error: { code: 'gateway.refused', reason: 'notEligible' } },
    ]);
  });

  it('is frozen, thawed and revoked with the signing certificate', async () => {
    const { sandbox, holder } = await beginSm2();
    const both = async () => [
      await statusOf(sandbox, holder),
      await statusOf(sandbox, { certificate: holder.encryption ?? '' }),
    ];
    const certificate = referenceTo(holder.certificate);
    const seen = [await both()];
    for (const change of ['freezeCertificate', 'unfreezeCertificate', 'revokeCertificate'] as const) {
      valueOf(await sandbox.operator[change]({ certificate }));
      seen.push(await both());
    }
    expect(seen).toEqual([
      ['good', 'good'],
      ['frozen', 'frozen'],
      ['good', 'good'],
      ['revoked', 'revoked'],
    ]);
  });
});

describe('the SM2 hierarchy', () => {
  it('is made when it is first wanted, and once', async () => {
    const { sandbox } = await begin();
    const keys = () => readdirSync(join(sandbox.folder, 'keys')).sort();
    const atFirst = keys();
    const roots = valueOf(await sandbox.operator.readRoots({}));
    await sandbox.restart();
    const info = valueOf(await sandbox.client().call('readInfo', {}));
    expect([atFirst, keys(), valueOf(await sandbox.operator.readRoots({}))]).toEqual([
      ['issuing.pem', 'root.pem', 'successor.pem'],
      [
        ...['issuing.pem', 'root.pem', 'sm2-issuing.pem', 'sm2-root.pem', 'sm2-successor.pem'],
        'successor.pem',
      ],
      roots,
    ]);
    expect([roots.rsa, info.authorities.length]).toEqual([sandbox.rootPem, 6]);
  });

  it('that lost a key is reported as damage', async () => {
    const sandbox = await openTestSandbox();
    valueOf(await sandbox.operator.readRoots({}));
    writeFileSync(join(sandbox.folder, 'keys', 'sm2-issuing.pem'), 'rubbish');
    await expect(sandbox.restart()).rejects.toThrow('storage.damaged');
    rmSync(sandbox.folder, { recursive: true });
  });
});
