// What the application and the Windows child say to each other: one call at a time and its answer.

import { WINDOWS_CALLS, type WindowsCall } from '../../core/environment/windows-system.ts';

export interface WindowsRequest {
  readonly id: number;
  readonly call: WindowsCall;
  readonly args: readonly unknown[];
}

export interface WindowsResponse {
  readonly id: number;
  /** A Result of the call; null: it threw, which is a bug, and `bug` says what. */
  readonly result: unknown;
  readonly bug?: string;
}

export function isWindowsRequest(message: unknown): message is WindowsRequest {
  return (
    isObject(message) &&
    typeof message['id'] === 'number' &&
    Array.isArray(message['args']) &&
    typeof message['call'] === 'string' &&
    Object.hasOwn(WINDOWS_CALLS, message['call'])
  );
}

export function isWindowsResponse(message: unknown): message is WindowsResponse {
  return isObject(message) && typeof message['id'] === 'number' && 'result' in message;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
