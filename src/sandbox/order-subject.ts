// The subject of a renewed certificate: as before, or with another OU where the CA maps it.

import { childrenOf, encode, oid, readDer, readOid, sequence, setOf, TAG } from '../core/certificate/der.ts';
import { encodeUtf8 } from '../core/certificate/text.ts';

const ORGANISATIONAL_UNIT = '2.5.4.11';
const COMMON_NAME = '2.5.4.3';
const MAX_NAME_BYTES = 16_384;

/** Every OU of the DER Name replaced by one; put before the CN where there was none. Other bytes stay. */
export function withOrganisationalUnit(subject: Uint8Array, unit: string): Uint8Array {
  const reading = readDer(subject, MAX_NAME_BYTES, (name) =>
    childrenOf(name).map((group) => {
      const [attribute] = childrenOf(group);
      return {
        bytes: group.bytes,
        type: attribute === undefined ? '' : readOid(childrenOf(attribute)[0]),
      };
    }),
  );
  if (!reading.ok) return subject;
  const groups = reading.value.filter(({ type }) => type !== ORGANISATIONAL_UNIT);
  const first = reading.value.findIndex(({ type }) => type === ORGANISATIONAL_UNIT);
  const commonName = groups.findIndex(({ type }) => type === COMMON_NAME);
  const at = first >= 0 ? first : commonName >= 0 ? commonName : groups.length;
  const mapped = setOf(sequence(oid(ORGANISATIONAL_UNIT), encode(TAG.utf8String, encodeUtf8(unit))));
  return sequence(...groups.map(({ bytes }) => bytes).toSpliced(at, 0, mapped));
}
