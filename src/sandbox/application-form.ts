// What an applicant agrees to and fills in. The words are a CA's own, so they live here and not in the
// assistant's text catalogue; they are made up.

import type { FormField, Order } from '../contract/gateway.ts';
import type { OrderRecord } from './state.ts';

type Agreement = Omit<Order['agreements'][number], 'accepted'>;

export const AGREEMENTS: readonly Agreement[] = [
  {
    id: 'service',
    title: '《电子认证服务协议》',
    text: '这是演练用的电子认证服务协议。演练证书没有法律效力，不要用于真实业务。',
  },
  {
    id: 'personal-information',
    title: '《个人信息授权书》',
    text: '这是演练用的个人信息授权书。填写的内容只保存在本机的演练文件夹里。',
  },
];

/** `value` is what the CA has on file. */
const FIELDS: readonly FormField[] = [
  { name: 'handler', label: '经办人', required: true, pattern: '^.{2,40}$', value: '张三' },
  { name: 'mobile', label: '手机号码', required: true, pattern: '^1[0-9]{10}$', value: '13800000000' },
  {
    name: 'invoice',
    label: '发票领取方式',
    required: false,
    pattern: '^(无需发票|电子发票)$',
    value: '无需发票',
  },
];

export function formOf(order: OrderRecord): FormField[] {
  return FIELDS.map((field) => ({ ...field, value: order.form[field.name] ?? field.value }));
}

export function isAgreed(order: OrderRecord): boolean {
  return AGREEMENTS.every(({ id }) => order.accepted.includes(id));
}

/** Label of the first field that does not fit, or the name of one that does not exist; null when all is well. */
export function wrongField(values: Readonly<Record<string, string>>): string | null {
  const unknown = Object.keys(values).find((name) => !FIELDS.some((field) => field.name === name));
  if (unknown !== undefined) return unknown;
  const wrong = FIELDS.find(({ name, required, pattern }) => {
    const value = values[name] ?? '';
    if (value === '') return required;
    return pattern !== null && !new RegExp(pattern, 'u').test(value);
  });
  return wrong?.label ?? null;
}
