// Listing tokens and their containers in process, against pkcs11-tool as a whole process, and by number.

import { medians, processMs } from './measure.mjs';
import { builtOpener } from './ukey.mjs';

const MANY = 50;

export async function enumerationRows(createSoftHsm) {
  const openPkcs11 = await builtOpener('openPkcs11');
  const one = await measureStore(createSoftHsm, openPkcs11, 1);
  const many = await measureStore(createSoftHsm, openPkcs11, MANY);
  return [
    { name: 'enumeration in process ÷ pkcs11-tool -O', value: one.enumeration / one.tool, limit: 0.2 },
    {
      name: `${MANY} tokens ÷ 1 token, per token`,
      value: many.enumeration / MANY / one.enumeration,
      limit: null,
    },
  ];
}

async function measureStore(createSoftHsm, openPkcs11, count) {
  const hsm = await createSoftHsm();
  // The driver reads the variable in this very process.
  process.env.SOFTHSM2_CONF = hsm.env.SOFTHSM2_CONF;
  try {
    for (let index = 0; index < count; index += 1) await hsm.addToken(`token ${index}`);
    const opened = await openPkcs11(hsm.module);
    if (!opened.ok) throw new Error(opened.error.code);
    const { provider, close } = opened.value;
    const enumerate = async () => {
      const started = performance.now();
      const tokens = await provider.listTokens();
      if (!tokens.ok || tokens.value.length !== count) throw new Error('not every token is listed');
      for (const { id } of tokens.value) await provider.listContainers(id);
      return performance.now() - started;
    };
    const tool = () => processMs('pkcs11-tool', ['--module', hsm.module, '-O'], hsm.env);
    const [enumeration, toolMs] = await medians([enumerate, tool], 15);
    close();
    return { enumeration, tool: toolMs };
  } finally {
    await hsm.dispose();
  }
}
