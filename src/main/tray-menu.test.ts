import { expect, it } from 'vitest';
import { createFakeElectron } from '../../test/support/fake-electron.ts';
import { createTrayMenu } from './tray-menu.ts';

function rig() {
  const { parts, tray } = createFakeElectron();
  const did: unknown[] = [];
  const menu = createTrayMenu(parts.openTray('/tray.png'), {
    open: () => did.push('open'),
    look: () => did.push('look'),
    setPractice: (isOn) => did.push(['practice', isOn]),
    quit: () => did.push('quit'),
  });
  return { menu, tray, did };
}

it('the tray offers its four ways, and a click opens the window', () => {
  const { menu, tray, did } = rig();
  menu.update('zh-CN', false);
  for (const { click } of tray.items) click?.();
  tray.emit('click');
  expect([tray.toolTip, tray.items.map(({ label, type, checked }) => label ?? [type, checked]), did]).toEqual(
    [
      '智能证书助手',
      ['打开', '检测UKey', '练习模式', ['separator', undefined], '退出'],
      ['open', 'look', ['practice', true], 'quit', 'open'],
    ],
  );
});

it('the tray shows that this is a rehearsal, and the way out of it', () => {
  const { menu, tray, did } = rig();
  menu.update('zh-CN', true);
  const item = tray.items.find(({ type }) => type === 'checkbox');
  item?.click?.();
  expect([tray.toolTip, item?.checked, did]).toEqual([
    '智能证书助手 · 练习模式',
    true,
    [['practice', false]],
  ]);
});
