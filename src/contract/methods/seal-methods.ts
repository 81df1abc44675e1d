import * as z from 'zod';
import { MAX_DOCUMENT_BYTES } from '../document-limit.ts';
import { secret } from '../secret.ts';
import { lastSealTest, sealList, sealTestView, verification } from '../views/seal-views.ts';
import { keepsake, none, tokenId } from '../views/values.ts';

const sealId = z.string().min(1).max(500);

export const sealMethods = {
  /** Reads without a PIN; what needs one is told. */
  'seal.list': { input: z.strictObject({ token: tokenId }), output: sealList },
  /** `picture`: as it is in the seal. `seal`: the seal itself, `.esl`. */
  'seal.export': {
    input: z.strictObject({ token: tokenId, seal: sealId, what: z.enum(['seal', 'picture']) }),
    output: keepsake,
  },
  /** Signs and seals a sample page marked 仅供检测 无效, verifies it, opens an envelope. `seal` null: one that fits. */
  'seal.test': {
    input: z.strictObject({
      token: tokenId,
      seal: sealId.nullable(),
      pin: secret,
      acceptLastTry: z.boolean(),
    }),
    output: sealTestView,
  },
  'seal.lastTests': { input: none, output: z.array(lastSealTest) },
  /** Any PDF, OFD, seal or signature, `MAX_DOCUMENT_BYTES` at most. It is looked at and not kept. */
  'document.verify': {
    input: z.strictObject({ content: z.base64().max(Math.ceil(MAX_DOCUMENT_BYTES / 3) * 4) }),
    output: verification,
  },
} as const;
