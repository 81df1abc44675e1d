// Changes on a Windows that is a few tables: what fails leaves things as they were, and what others changed is left.

import { beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../../core/environment/repair.ts';
import type { RegistryValue, WindowsService } from '../../../core/environment/windows-probe.ts';
import type { WindowsSystem } from '../../../core/environment/windows-system.ts';
import type { Obstacle } from '../../../core/environment/probed.ts';
import { done, err, ok, type Result } from '../../../core/errors/result.ts';
import { createChangeMaker, type ChangeMaker } from './change-maker.ts';

const KEY = 'HKCU\\Software\\A';
const NEW_KEY = 'HKCU\\Software';

let values: Map<string, RegistryValue>;
let removedKeys: string[];
let stored: readonly Uint8Array[];
let service: WindowsService | null;
/** What every change answers; null: it does what it is told. */
let refusal: Obstacle | null;
let maker: ChangeMaker;

beforeEach(() => {
  values = new Map();
  removedKeys = [];
  stored = [];
  service = { state: 'stopped', start: 'manual' };
  refusal = null;
  const change = async (work: () => void): Promise<Result<void, Obstacle>> => {
    if (refusal !== null) return err(refusal);
    work();
    return done;
  };
  const windows: Partial<WindowsSystem> = {
    value: async (key, name) => ok(values.get(`${key} ${name}`) ?? null),
    store: async () => ok(stored.map((der) => ({ der, keyLink: null, serialized: der }))),
    service: async () => ok(service),
    setValue: (key, name, _view, value) =>
      change(() => {
        if (value === null) values.delete(`${key} ${name}`);
        else values.set(`${key} ${name}`, value);
      }),
    removeEmptyKey: async (key) => {
      removedKeys.push(key);
      return done;
    },
    addCertificate: (_store, _place, der) =>
      change(() => {
        stored = [...stored, der];
      }),
    removeCertificate: () =>
      change(() => {
        stored = [];
      }),
    setService: (_name, to) =>
      change(() => {
        service = to;
      }),
  };
  maker = createChangeMaker({ root: '/', windows: windows as WindowsSystem });
});

const registry: Change = {
  kind: 'registry',
  ...{ key: KEY, name: 'n', view: 64 as const, newKey: NEW_KEY },
  ...{ before: null, after: { type: 'number', value: 2 } },
};
const certificate: Change = {
  kind: 'certificate',
  ...{ store: 'ROOT' as const, place: 'user' as const, der: 'AQID', serialized: null },
  ...{ before: 'absent', after: 'present' },
};
const switched: Change = {
  kind: 'windowsService',
  name: 'SCardSvr',
  before: { state: 'stopped', start: 'disabled' },
  after: { state: 'running', start: 'manual' },
};

const disable = (): void => {
  service = { state: 'stopped', start: 'disabled' };
};

describe.each([
  { title: 'a registry value', change: registry, prepare: null },
  { title: 'a certificate', change: certificate, prepare: null },
  { title: 'a service', change: switched, prepare: disable },
])('$title', ({ change, prepare }) => {
  it('is brought about, is so when asked again, and is taken back', async () => {
    prepare?.();
    const steps = [await maker.look(change)];
    expect(await maker.make(change, 'forward')).toEqual(done);
    expect(await maker.make(change, 'forward')).toEqual(done);
    steps.push(await maker.look(change));
    expect(await maker.make(change, 'back')).toEqual(done);
    steps.push(await maker.look(change));
    expect(steps).toEqual(['before', 'after', 'before']);
  });

  it('stays as it was where Windows fails', async () => {
    prepare?.();
    refusal = { reason: 'unavailable', what: 'Windows' };
    expect(await maker.make(change, 'forward')).toMatchObject({
      ok: false,
      error: { code: 'repair.failed' },
    });
    expect(await maker.look(change)).toBe('before');
  });
});

it('an empty key that was made for a value goes when the value does, and when it could not be written', async () => {
  await maker.make(registry, 'forward');
  expect(removedKeys).toEqual([]);
  await maker.make(registry, 'back');
  refusal = { reason: 'denied', what: KEY };
  await maker.make(registry, 'forward');
  expect(removedKeys).toEqual([NEW_KEY, NEW_KEY]);
});

it('a value that others wrote meanwhile is left alone', async () => {
  values.set(`${KEY} n`, { type: 'text', value: '2' });
  expect(await maker.make(registry, 'forward')).toMatchObject({ error: { code: 'repair.changed' } });
});

it('a value of a type that cannot be written back is never changed', async () => {
  values.set(`${KEY} n`, { type: 'other', value: 11 });
  const change: Change = { ...registry, before: { type: 'other', value: 11 }, newKey: null };
  expect(await maker.make(change, 'forward')).toMatchObject({ error: { code: 'repair.failed' } });
  expect(values.get(`${KEY} n`)).toEqual({ type: 'other', value: 11 });
});

it("a person who refuses in Windows' own box is told so", async () => {
  refusal = { reason: 'denied', what: 'user ROOT' };
  expect(await maker.make(certificate, 'forward')).toEqual(err({ code: 'repair.declined' }));
});

it('a service that starts on demand counts by its start type, and one that is gone by nothing', async () => {
  service = { state: 'stopped', start: 'manual' };
  expect(await maker.look(switched)).toBe('after');
  service = null;
  expect(await maker.look(switched)).toBe('elsewhere');
});
