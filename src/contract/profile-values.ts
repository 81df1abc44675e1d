// What the fields of a profile file are made of.

import * as z from 'zod';

export const name = z.string().min(1).max(200);
export const names = z.array(name).max(50);
export const sentence = z.string().min(1).max(2000);
export const sentences = z.array(sentence).max(50);
export const oid = z
  .string()
  .regex(/^\d+(\.\d+)+$/)
  .max(200);
export const days = z.number().int().min(0).max(4000);
/** May not carry a user name: what is shown before an @ is not where the page comes from. */
export const httpAddress = z
  .string()
  .max(1000)
  .regex(/^https?:\/\/[^\s/?#@\\]+(?:[/?#]\S*)?$/, 'not an http or https address');
export const phone = z.string().regex(/^\d[\d -]{4,30}$/);
