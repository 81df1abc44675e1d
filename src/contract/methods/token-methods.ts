import * as z from 'zod';
import { secret } from '../secret.ts';
import {
  certificateCard,
  certificateDetails,
  containerLoss,
  pinView,
  tokenSnapshot,
} from '../views/token-views.ts';
import { containerId, keepsake, none, nothing, sha256, time, tokenId } from '../views/values.ts';

/** The last try of a PIN is used only when the person agreed to it. */
const acceptLastTry = z.boolean();

export const tokenMethods = {
  /** What was seen last; looks for the first time where nothing was. */
  'token.list': { input: none, output: tokenSnapshot },
  /** Looks now. */
  'token.refresh': { input: none, output: tokenSnapshot },
  'certificate.show': {
    input: z.strictObject({ token: tokenId, certificate: sha256 }),
    output: certificateDetails,
  },
  'certificate.export': {
    input: z.strictObject({ token: tokenId, certificate: sha256, format: z.enum(['pem', 'der']) }),
    output: keepsake,
  },
  /**
   * 冻结, 解冻, 撤销 at a CA with a gateway. `typed` must be the holder's name; answers what the CA says afterwards.
   * `renewal.unfinished`: its renewal has begun.
   */
  'certificate.changeStatus': {
    input: z.strictObject({
      token: tokenId,
      certificate: sha256,
      change: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.enum(['freeze', 'unfreeze']) }),
        z.strictObject({ kind: z.literal('revoke'), reason: z.enum(['keyCompromise', 'cessation']) }),
      ]),
      typed: z.string().max(500),
      pin: secret,
      acceptLastTry,
    }),
    output: z.strictObject({ status: certificateCard.shape.revocation, since: time.nullable() }),
  },
  'pin.verify': { input: z.strictObject({ token: tokenId, pin: secret, acceptLastTry }), output: pinView },
  'pin.change': {
    input: z.strictObject({ token: tokenId, oldPin: secret, newPin: secret, acceptLastTry }),
    output: pinView,
  },
  'pin.unblock': {
    input: z.strictObject({ token: tokenId, adminPin: secret, newPin: secret, acceptLastTry }),
    output: pinView,
  },
  /** 清理历史证书: what could go, and what would be lost with it. */
  'history.list': { input: z.strictObject({ token: tokenId }), output: z.array(containerLoss) },
  /** `typed` must be the container's id; `acceptLoss` where nothing takes its place. */
  'history.delete': {
    input: z.strictObject({
      token: tokenId,
      container: containerId,
      typed: z.string().max(500),
      acceptLoss: z.boolean(),
      pin: secret,
      acceptLastTry,
    }),
    output: nothing,
  },
} as const;
