// The calls between a face and the application: add here first; the compiler then asks for handler, client and
// docs. Names are `noun.verb`. Inputs are what travels, outputs what comes back; both are plain JSON, except that
// a `secret` arrives at its handler as bytes that print as nothing.

import type * as z from 'zod';
import type { AppError } from '../core/errors/codes.ts';
import type { Result } from '../core/errors/result.ts';
import { accompanyMethods } from './methods/accompany-methods.ts';
import { applicationMethods } from './methods/application-methods.ts';
import { environmentMethods } from './methods/environment-methods.ts';
import { noticeMethods } from './methods/notice-methods.ts';
import { renewalMethods } from './methods/renewal-methods.ts';
import { sealMethods } from './methods/seal-methods.ts';
import { tokenMethods } from './methods/token-methods.ts';

export const METHODS = {
  ...applicationMethods,
  ...tokenMethods,
  ...renewalMethods,
  ...accompanyMethods,
  ...noticeMethods,
  ...sealMethods,
  ...environmentMethods,
} as const;

export type MethodName = keyof typeof METHODS;

/** What a face sends. */
export type MethodInput<M extends MethodName> = z.input<(typeof METHODS)[M]['input']>;
/** What a handler gets. */
export type MethodRequest<M extends MethodName> = z.output<(typeof METHODS)[M]['input']>;
export type MethodOutput<M extends MethodName> = z.output<(typeof METHODS)[M]['output']>;

export type Answer<T> = Result<T, AppError>;

export type Handlers = {
  readonly [M in MethodName]: (request: MethodRequest<M>) => Promise<Answer<MethodOutput<M>>>;
};
