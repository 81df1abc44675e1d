import { describe, expect, it } from 'vitest';
import { createNoticeWindow } from './notice-window.ts';

function rig(isHidden: boolean) {
  let opened = 0;
  const window = createNoticeWindow(() => (opened += 1), isHidden);
  return { window, opened: () => opened };
}

describe('a notice without a window', () => {
  it('opens one where the program was started hidden, and only one', () => {
    const { window, opened } = rig(true);
    window.onNotice();
    window.onNotice();
    expect(opened()).toBe(1);
  });

  it('waits for the first window, which is coming', () => {
    const { window, opened } = rig(false);
    window.onNotice();
    expect(opened()).toBe(0);
  });

  it('opens none while a page shows it, and one after the last was closed', () => {
    const { window, opened } = rig(false);
    window.onPages(1);
    window.onNotice();
    const before = opened();
    window.onPages(0);
    window.onNotice();
    expect([before, opened()]).toEqual([0, 1]);
  });
});
