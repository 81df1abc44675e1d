// Services, through the service control manager: how one is set and whether it runs; set, started and stopped.

import type { Obstacle } from '../../core/environment/probed.ts';
import type { StartType, WindowsService } from '../../core/environment/windows-probe.ts';
import type { WindowsReads, WindowsWrites } from '../../core/environment/windows-system.ts';
import { done, err, ok, type Result } from '../../core/errors/result.ts';
import type { Handle, WindowsApi } from './api.ts';
import { dword, dwordAt, isNoHandle, refused } from './numbers.ts';

/** winsvc.h, winnt.h. */
const CONNECT = 1;
const ACCESS = { queryConfig: 1, changeConfig: 2, queryStatus: 4, start: 16, stop: 32 };
const STATUS_BYTES = 36;
const NO_CHANGE = 0xffff_ffff;
const CONTROL_STOP = 1;
const STOPPED = 1;
const RUNNING = 4;
const ERROR = { notInstalled: 1060, alreadyRunning: 1056, notActive: 1062 };
const START_NUMBER = { automatic: 2, manual: 3, disabled: 4 } as const;
const CONFIG_BYTES = 8192;
const STEP_MS = 100;
const LONGEST_MS = 30_000;

type Services = Pick<WindowsReads, 'service'> & Pick<WindowsWrites, 'setService'>;

export function createServices(api: WindowsApi): Services {
  /** null: no such service. */
  function within<T>(
    name: string,
    access: number,
    work: (service: Handle) => Result<T, Obstacle>,
  ): Result<T | null, Obstacle> {
    const manager = api.handle('OpenSCManagerW', null, null, CONNECT);
    if (isNoHandle(manager)) return refused('services', api.number('GetLastError'));
    const service = api.handle('OpenServiceW', manager, name, access);
    const code = isNoHandle(service) ? api.number('GetLastError') : 0;
    api.number('CloseServiceHandle', manager);
    if (code === ERROR.notInstalled) return ok(null);
    if (code !== 0) return refused(name, code);
    try {
      return work(service);
    } finally {
      api.number('CloseServiceHandle', service);
    }
  }

  /** null: it does not say. */
  function stateOf(service: Handle): number | null {
    const status = new Uint8Array(STATUS_BYTES);
    const isThere = api.number('QueryServiceStatusEx', service, 0, status, STATUS_BYTES, dword()) !== 0;
    return isThere ? dwordAt(status, 4) : null;
  }

  function awaitState(service: Handle, name: string, wanted: number): Result<void, Obstacle> {
    for (let waited = 0; waited < LONGEST_MS; waited += STEP_MS) {
      if (stateOf(service) === wanted) return done;
      api.number('Sleep', STEP_MS);
    }
    return err({ reason: 'timeout', what: name });
  }

  return {
    async service(name) {
      return within(name, ACCESS.queryConfig | ACCESS.queryStatus, (service) => {
        const state = stateOf(service);
        const config = new Uint8Array(CONFIG_BYTES);
        const isKnown = api.number('QueryServiceConfigW', service, config, CONFIG_BYTES, dword()) !== 0;
        if (state === null || !isKnown) return refused(name, api.number('GetLastError'));
        return ok({ state: stateName(state), start: startType(dwordAt(config, 4)) });
      });
    },
    async setService(name, { start, state }) {
      if (start === 'driver' || state === 'changing') return err({ reason: 'malformed', what: name });
      const rights = ACCESS.changeConfig | ACCESS.queryStatus | ACCESS.start | ACCESS.stop;
      const set = within(name, rights, (service) => {
        const config = [NO_CHANGE, START_NUMBER[start], NO_CHANGE, null, null, null, null, null, null, null];
        const changed = api.number('ChangeServiceConfigW', service, ...config);
        if (changed === 0) return refused(name, api.number('GetLastError'));
        const isRunning = state === 'running';
        const asked = isRunning
          ? api.number('StartServiceW', service, 0, null)
          : api.number('ControlService', service, CONTROL_STOP, new Uint8Array(STATUS_BYTES));
        const code = asked === 0 ? api.number('GetLastError') : 0;
        if (code !== 0 && code !== (isRunning ? ERROR.alreadyRunning : ERROR.notActive))
          return refused(name, code);
        return awaitState(service, name, isRunning ? RUNNING : STOPPED);
      });
      if (!set.ok) return set;
      return set.value === null ? err({ reason: 'unavailable', what: name }) : done;
    },
  };
}

function stateName(state: number): WindowsService['state'] {
  if (state === RUNNING) return 'running';
  return state === STOPPED ? 'stopped' : 'changing';
}

/** SERVICE_BOOT_START and SERVICE_SYSTEM_START are those of drivers. */
function startType(start: number): StartType {
  if (start === START_NUMBER.automatic) return 'automatic';
  if (start === START_NUMBER.manual) return 'manual';
  return start === START_NUMBER.disabled ? 'disabled' : 'driver';
}
