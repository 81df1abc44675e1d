import { hostPkcs11 } from '../support/hosted.ts';
import { createSoftHsm } from '../support/softhsm.ts';
import { describeTokenProvider } from './token-provider.ts';

describeTokenProvider(
  'PKCS#11 with SoftHSM2, in its host',
  {
    // The longer RSA keys take seconds to make and run the same code: UKEY_TEST_SLOW adds them.
    algorithms: [
      'EC-P256',
      'RSA-2048',
      'EC-P384',
      ...(process.env['UKEY_TEST_SLOW'] === undefined ? [] : (['RSA-3072', 'RSA-4096'] as const)),
    ],
    unsupported: 'SM2',
    decryptsWith: ['RSA-PKCS1', 'RSA-OAEP-SHA256'],
    wrongPin: '654321',
  },
  async () => {
    const hsm = await createSoftHsm();
    const { pin, adminPin } = await hsm.addToken('contract');
    process.env['SOFTHSM2_CONF'] = hsm.env['SOFTHSM2_CONF'];
    const provider = hostPkcs11(hsm.module);
    return {
      provider,
      pin,
      adminPin,
      async dispose() {
        await provider.dispose();
        await hsm.dispose();
      },
    };
  },
);
