import type { DistinguishedName } from '../core/certificate/names.ts';

export const SEAL_MAKER = '演练制章机构';
/** Data object that practice seals lie in. */
export const SEAL_OBJECT = 'SEAL';

/** Of an organisation where one is named, else of the person. */
export function sealName({ organisation, commonName, display }: DistinguishedName): string {
  return `${organisation ?? commonName ?? display}（演练章）`;
}
