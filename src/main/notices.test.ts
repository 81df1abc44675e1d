import { describe, expect, it } from 'vitest';
import { createFakeElectron } from '../../test/support/fake-electron.ts';
import type { NoticeView } from '../contract/views/notice-views.ts';
import { createNotices } from './notices.ts';

const NOTICE: NoticeView = {
  id: 7,
  kind: 'expiring',
  text: 'expiring',
  parameters: { days: 12, day: '2026-12-02', commonName: '甲公司' },
  actions: ['renew', 'later'],
  certificate: null,
  about: null,
  at: '2026-11-20T08:00:00Z',
};

function rig({ isSeen = false } = {}) {
  const { parts, notifications } = createFakeElectron();
  const did: unknown[] = [];
  const notices = createNotices({
    ...{ notify: parts.notify, icon: '/icon.png' },
    locale: () => 'zh-CN',
    isSeen: () => isSeen,
    openWindow: () => did.push('window'),
    choose: (id, action) => did.push([id, action]),
  });
  return { notices, notifications, did };
}

describe('a notice', () => {
  it('is shown by the system with its buttons', () => {
    const { notices, notifications } = rig();
    notices.hear({ event: 'notice.shown', data: NOTICE });
    expect(notifications.map(({ content, did }) => ({ content, did }))).toEqual([
      {
        content: {
          title: '智能证书助手',
          body: '证书将于 12 天后到期（2026-12-02）：甲公司',
          icon: '/icon.png',
          actions: [
            { type: 'button', text: '续期' },
            { type: 'button', text: '稍后提醒' },
          ],
        },
        did: ['show'],
      },
    ]);
  });

  it('is left to the page while the person looks at it', () => {
    const { notices, notifications } = rig({ isSeen: true });
    notices.hear({ event: 'notice.shown', data: NOTICE });
    expect(notifications).toEqual([]);
  });

  it.each<[number, readonly unknown[]]>([
    [0, ['window', [7, 'renew']]],
    [1, [[7, 'later']]],
    [2, []],
  ])('is answered by its button %i', (actionIndex, wanted) => {
    const { notices, notifications, did } = rig();
    notices.hear({ event: 'notice.shown', data: NOTICE });
    notifications[0]?.emit('action', { actionIndex });
    expect(did).toEqual(wanted);
  });

  it('opens the window when it is clicked, and decides nothing', () => {
    const { notices, notifications, did } = rig();
    notices.hear({ event: 'notice.shown', data: NOTICE });
    notifications[0]?.emit('click');
    expect(did).toEqual(['window']);
  });

  it('goes away when it was answered elsewhere', () => {
    const { notices, notifications } = rig();
    notices.hear({ event: 'notice.shown', data: NOTICE });
    notices.hear({ event: 'notice.closed', data: { id: 8 } });
    notices.hear({ event: 'notice.closed', data: { id: 7 } });
    expect(notifications[0]?.did).toEqual(['show', 'close']);
  });
});
