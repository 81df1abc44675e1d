import { describe, expect, it } from 'vitest';
import { poisonedLines, withoutHosts } from './hosts-file.ts';

const HOSTS = ['www.szca.com', 'wt.szca.com'];

describe('the hosts file', () => {
  it.each([
    ['a line of its own', '1.2.3.4 www.szca.com\n', ''],
    ['tabs, capitals and a comment', '\t1.2.3.4\t WWW.SZCA.COM # fast\nx y\n', 'x y\n'],
    ['a line it shares', '1.2.3.4 a www.szca.com b\r\n', '1.2.3.4 a b\r\n'],
    ['no line', '127.0.0.1 localhost\n', '127.0.0.1 localhost\n'],
    ['a comment', '# 1.2.3.4 www.szca.com\n', '# 1.2.3.4 www.szca.com\n'],
    ['a longer name', '1.2.3.4 www.szca.com.cn xwww.szca.com\n', '1.2.3.4 www.szca.com.cn xwww.szca.com\n'],
    ['no end of line', '1.2.3.4 wt.szca.com', ''],
  ])('loses its hosts from %s', (_, content, cleaned) => {
    expect(withoutHosts(content, HOSTS)).toBe(cleaned);
    expect(poisonedLines(cleaned, HOSTS)).toEqual([]);
    expect(poisonedLines(content, HOSTS).length > 0).toBe(content !== cleaned);
  });

  it('of a hundred thousand lines is read in no time', () => {
    const many = '0.0.0.0 advert.example\n'.repeat(100_000);
    expect(poisonedLines(`${many}1.1.1.1 wt.szca.com\n`, HOSTS).map(({ index }) => index)).toEqual([100_000]);
  });
});
