// A seal in an application of its own, beside the one with the keys.

import { expect, it } from 'vitest';
import { readSeals } from '../../../src/app/services/seals-on-key.ts';
import { must } from '../../support/renewal-rig.ts';
import { sealFixture } from '../../support/seal/verification.ts';
import { openSoftskfToken } from '../../support/tokens.ts';

it('is found with the keys beside it, and only read there', async () => {
  const { provider, pin, dispose } = openSoftskfToken(undefined, (bench) =>
    bench.addApplication('key1', 'SEALAPP'),
  );
  try {
    // Without keys both are tokens.
    const tokens = must(await provider.listTokens());
    const named = (name: string) => tokens.find(({ label }) => label.includes(name))?.id ?? '';
    const login = async (token: string) =>
      must(await provider.login(token, Buffer.from(pin), { acceptLastTry: false }));
    await login(named('SEALAPP'));
    must(await provider.writeDataObject(named('SEALAPP'), 'ES1', sealFixture('ofdrw/UserV4.esl')));
    must(await provider.logout(named('SEALAPP')));
    await login(named('GMAPP'));
    must(await provider.createContainer(named('GMAPP'), '01'));
    must(await provider.generateKeyPair(named('GMAPP'), '01', 'SM2', 'x'));
    must(await provider.logout(named('GMAPP')));

    const [token, ...others] = must(await provider.listTokens());
    expect(others).toEqual([]);
    const { seals, unrecognised, unread } = must(await readSeals(provider, token?.id ?? ''));
    expect({
      seals: seals.map(({ object, seal }) => `${object} ${seal.name}`),
      unrecognised,
      unread,
    }).toEqual({
      seals: ['SEALAPP/ES1 OFD R&W 测试用印章'],
      unrecognised: [],
      unread: [],
    });
    await login(token?.id ?? '');
    expect(await provider.writeDataObject(token?.id ?? '', 'SEALAPP/ES1', Uint8Array.of(1))).toMatchObject({
      ok: false,
      error: { code: 'token.writeRefused' },
    });
  } finally {
    await dispose();
  }
});
