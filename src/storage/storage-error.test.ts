import { describe, expect, it } from 'vitest';
import { errnoOf, storageErrorOf } from './storage-error.ts';

const thrownBy = (errno: string) => Object.assign(new Error(errno), { code: errno, syscall: 'open' });

describe('a file system error', () => {
  it.each([
    ['ENOSPC', 'storage.full'],
    ['EDQUOT', 'storage.full'],
    ['EFBIG', 'storage.full'],
    ['EROFS', 'storage.readOnly'],
    ['EACCES', 'storage.readOnly'],
    ['EPERM', 'storage.readOnly'],
    ['ETXTBSY', 'storage.readOnly'],
    ['ENOENT', 'storage.readOnly'],
  ])('%s is %s', (errno, code) => {
    expect(storageErrorOf(thrownBy(errno), '/a')).toEqual({ code, path: '/a' });
  });

  it.each(['EIO', 'ENOTDIR', 'EMFILE'])('%s is storage.damaged, and is kept for support', (errno) => {
    const native = { call: 'open', value: errno };
    expect(storageErrorOf(thrownBy(errno), '/a')).toEqual({ code: 'storage.damaged', path: '/a', native });
  });

  it('is not what a bug throws', () => {
    expect(() => storageErrorOf(new TypeError('bug'), '/a')).toThrow('bug');
    const ours = Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE' });
    expect(() => storageErrorOf(ours, '/a')).toThrow('x');
    expect([errnoOf(ours), errnoOf('text'), errnoOf(thrownBy('EIO'))]).toEqual([null, null, 'EIO']);
  });
});
