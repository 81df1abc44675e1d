import type { Locale } from '../contract/text.ts';

/** Chinese unless `UKEY_LANG=en`: the people this is for seldom set a locale that says so. */
export const locale: Locale = process.env['UKEY_LANG'] === 'en' ? 'en' : 'zh-CN';
