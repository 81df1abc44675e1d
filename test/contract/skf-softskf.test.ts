import { hostSkf } from '../support/hosted-skf.ts';
import {
  ADMIN_PIN,
  buildName,
  buildSoftskf,
  createSoftskfBench,
  SOFTSKF_BUILDS,
  USER_PIN,
} from '../support/softskf.ts';
import { describeTokenProvider } from './token-provider.ts';

for (const build of SOFTSKF_BUILDS) {
  describeTokenProvider(
    `SKF, softskf ${buildName(build)}, in its host`,
    {
      algorithms: ['SM2', 'RSA-2048'],
      unsupported: 'EC-P256',
      // A container's signing key opens nothing (GM/T 0016 SKF_ImportSessionKey).
      decryptsWith: [],
      dual: ['SM2', 'RSA-2048'],
      wrongPin: '654321',
      withoutLabels: true,
      showsPrivateKeys: true,
    },
    async () => {
      const bench = createSoftskfBench();
      bench.addDevice('key1');
      bench.addApplication('key1', 'GMAPP');
      Object.assign(process.env, bench.environment);
      const provider = hostSkf(buildSoftskf(build));
      return {
        provider,
        pin: USER_PIN,
        adminPin: ADMIN_PIN,
        async dispose() {
          await provider.dispose();
          bench.dispose();
        },
      };
    },
  );
}
