import { expect, it } from 'vitest';
import { wrongField } from './application-form.ts';

const good = { handler: '李四', mobile: '13900000000', invoice: '电子发票' };

it.each([
  ['all well', good, null],
  ['without what is not required', { handler: '李四', mobile: '13900000000' }, null],
  ['without a required field', { ...good, handler: '' }, '经办人'],
  ['with a telephone number that is none', { ...good, mobile: '+86 139' }, '手机号码'],
  ['with a field that the form does not have', { ...good, price: '0' }, 'price'],
])('a form %s', (_name, values, wrong) => {
  expect(wrongField(values)).toBe(wrong);
});
