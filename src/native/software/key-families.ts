import type { KeyAlgorithm } from '../../core/token/token.ts';
import type { KeyFamily } from './key-family.ts';
import { EC_KEYS, RSA_KEYS } from './rsa-ec-keys.ts';
import { SM2_KEYS } from './sm2-keys.ts';

export const KEY_FAMILIES: Readonly<Record<KeyAlgorithm, KeyFamily>> = {
  'RSA-2048': RSA_KEYS,
  'RSA-3072': RSA_KEYS,
  'RSA-4096': RSA_KEYS,
  'EC-P256': EC_KEYS,
  'EC-P384': EC_KEYS,
  SM2: SM2_KEYS,
};
