import { expect, it } from 'vitest';
import { parseName, subjectOf } from '../core/certificate/names.ts';
import { withOrganisationalUnit } from './order-subject.ts';

const display = (der: Uint8Array) => parseName(der)?.display;

it.each([
  [{ country: 'CN', organisationalUnit: '投标部', commonName: '张三' }, 'C=CN, OU=采购部, CN=张三'],
  [{ country: 'CN', commonName: '张三' }, 'C=CN, OU=采购部, CN=张三'],
  [{ commonName: '张三' }, 'OU=采购部, CN=张三'],
])('maps the unit of a subject wherever it belongs: %o', (fields, expected) => {
  expect(display(withOrganisationalUnit(subjectOf(fields), '采购部'))).toBe(expected);
});

it('leaves the bytes of everything else alone', () => {
  const subject = subjectOf({
    country: 'CN',
    organisation: '某公司',
    organisationalUnit: '甲',
    commonName: '张三',
  });
  const back = withOrganisationalUnit(withOrganisationalUnit(subject, '采购部'), '甲');
  expect(Buffer.from(back).toString('hex')).toBe(Buffer.from(subject).toString('hex'));
});

it('does not touch what is no name', () => {
  expect(withOrganisationalUnit(Uint8Array.of(1, 2, 3), '采购部')).toEqual(Uint8Array.of(1, 2, 3));
});
