// What the application and a driver host say to each other, over child_process with serialization 'advanced'
// (or any structured clone). One start message, then one request at a time and its response.

import { METHOD_KIND, type TokenProvider } from '../../core/token/provider.ts';
import { SOFTWARE_METHOD_KIND, type SoftwareKeyStore } from '../../core/token/software-keys.ts';

/** Which kind of driver a host is to load; hosts know the kinds in openers.ts. */
export interface HostStart {
  readonly kind: string;
  /** Absolute path of the driver's library or file. */
  readonly module: string;
  /** Absolute path of a file to which an SKF host appends every call, redacted (native/skf/trace.ts). */
  readonly trace?: string;
}

export type Method = keyof TokenProvider | keyof SoftwareKeyStore;

/** Every method a host may be asked for; those of a software key are answered by that kind of host only. */
export const HOST_METHODS = { ...METHOD_KIND, ...SOFTWARE_METHOD_KIND } as const;

export interface HostRequest {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

export interface HostResponse {
  readonly id: number;
  /** A Result of the method. null: the driver binding threw, which is a bug; `bug` says what. */
  readonly result: unknown;
  readonly bug?: string;
  /** Time inside the driver and its binding. */
  readonly nativeMs: number;
}

export type HostMessage = { readonly start: HostStart } | { readonly request: HostRequest };

export function isHostMessage(message: unknown): message is HostMessage {
  return isObject(message) && (isHostStart(message['start']) || isHostRequest(message['request']));
}

export function isHostResponse(message: unknown): message is HostResponse {
  return isObject(message) && typeof message['id'] === 'number' && typeof message['nativeMs'] === 'number';
}

function isHostStart(start: unknown): start is HostStart {
  return isObject(start) && typeof start['kind'] === 'string' && typeof start['module'] === 'string';
}

function isHostRequest(request: unknown): request is HostRequest {
  return (
    isObject(request) &&
    typeof request['id'] === 'number' &&
    Array.isArray(request['args']) &&
    typeof request['method'] === 'string' &&
    Object.hasOwn(HOST_METHODS, request['method'])
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
