// Listing a device with 8 SM2 pairs over SKF in process, against the bare calls that read the same from it.

import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import { skfKey } from './keys.mjs';
import { medians } from './measure.mjs';
import { builtOpener, ukey } from './ukey.mjs';

const CONTAINERS = 8;
const ROOM = 4096;

const HANDLE = 'uint64';
const MEMORY = 'void *';
const FUNCTIONS = {
  EnumDev: ['int', MEMORY, MEMORY],
  ConnectDev: [MEMORY, MEMORY],
  DisConnectDev: [HANDLE],
  GetDevInfo: [HANDLE, MEMORY],
  EnumApplication: [HANDLE, MEMORY, MEMORY],
  OpenApplication: [HANDLE, MEMORY, MEMORY],
  CloseApplication: [HANDLE],
  GetPINInfo: [HANDLE, 'uint32', MEMORY, MEMORY, MEMORY],
  EnumContainer: [HANDLE, MEMORY, MEMORY],
  OpenContainer: [HANDLE, MEMORY, MEMORY],
  CloseContainer: [HANDLE],
  ExportPublicKey: [HANDLE, 'int', MEMORY, MEMORY],
  ExportCertificate: [HANDLE, 'int', MEMORY, MEMORY],
};

export async function skfRows(createSoftHsm) {
  const key = await skfKey(createSoftHsm);
  const folder = await mkdtemp(join(tmpdir(), 'ukey-bench-'));
  // The library reads the variable in this very process.
  process.env.SOFTSKF_HOME = key.home;
  try {
    await fillDevice(key, folder);
    const opened = await (await builtOpener('openSkf'))(key.library);
    if (!opened.ok) throw new Error(opened.error.code);
    const { provider, close } = opened.value;
    const enumerate = async () => {
      const started = performance.now();
      const tokens = await provider.listTokens();
      const listed = tokens.ok && (await provider.listContainers(tokens.value[0].id));
      const ms = performance.now() - started;
      const isWhole = ({ keys, certificates }) => keys.length === 2 && certificates.length === 2;
      if (!listed.ok || listed.value.filter(isWhole).length !== CONTAINERS) throw new Error('not every pair');
      return ms;
    };
    const [enumeration, bare] = await medians([enumerate, bareEnumeration(key.library)], 15);
    close();
    return [
      {
        name: `enumeration of an SKF device with ${CONTAINERS} pairs`,
        value: enumeration,
        limit: null,
        unit: ' ms',
      },
      { name: 'the same enumeration ÷ its bare SKF calls', value: enumeration / bare, limit: null },
    ];
  } finally {
    await key.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** One pair from the rehearsal CA; the other containers are copies of it. */
async function fillDevice({ home, options, label, pin, env }, folder) {
  const ca = ['--data', join(folder, 'ca'), '--days-left', '12', '--algorithm', 'SM2'];
  const token = ['--token', label, '--pin-stdin', '--json', ...options, '--data-dir', join(folder, 'data')];
  await ukey(['sandbox', 'provision', ...ca, ...token], pin, env);
  const application = join(home, 'key1', 'GMAPP');
  const [first] = (await readdir(application)).filter((name) => name.startsWith('c-'));
  for (let copy = 1; copy < CONTAINERS; copy += 1) {
    await copyFile(join(application, first), join(application, `c-copy${copy}`));
  }
}

/** Every call once that the answer needs, nothing read twice and nothing understood; milliseconds. */
function bareEnumeration(path) {
  const { call, open, read } = bareCalls(path);
  const names = (list) => list.toString().split('\0').filter(Boolean);
  const text = (name) => Buffer.from(`${name}\0`);
  return () => {
    const started = performance.now();
    const [deviceName] = names(read('EnumDev', 1));
    const device = open('ConnectDev', text(deviceName));
    call('GetDevInfo', device, Buffer.alloc(ROOM));
    const [applicationName] = names(read('EnumApplication', device));
    const application = open('OpenApplication', device, text(applicationName));
    call('GetPINInfo', application, 1, new Uint32Array(2), new Uint32Array(2), new Uint32Array(2));
    for (const name of names(read('EnumContainer', application))) {
      const container = open('OpenContainer', application, text(name));
      for (const isSigning of [1, 0]) {
        read('ExportPublicKey', container, isSigning);
        read('ExportCertificate', container, isSigning);
      }
      call('CloseContainer', container);
    }
    call('CloseApplication', application);
    call('DisConnectDev', device);
    return performance.now() - started;
  };
}

/** SKF functions without their prefix; any failure throws. */
function bareCalls(path) {
  const library = koffi.load(path);
  const functions = Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, types]) => [name, library.func(`SKF_${name}`, 'uint32', types)]),
  );
  const call = (name, ...args) => {
    const rv = functions[name](...args);
    if (rv !== 0) throw new Error(`${name} 0x${rv.toString(16)}`);
  };
  return {
    call,
    open(name, ...args) {
      const handle = new BigUint64Array(1);
      call(name, ...args, handle);
      return handle[0];
    },
    read(name, ...args) {
      const [bytes, size] = [Buffer.alloc(ROOM), Uint32Array.of(ROOM)];
      call(name, ...args, bytes, size);
      return bytes.subarray(0, size[0]);
    },
  };
}
