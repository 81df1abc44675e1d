import { expect, it } from 'vitest';
import { asksLeaveFor, browserKind } from './browser-page.ts';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)';
const TRIDENT = 'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko';
const BOTH = ['fetch', 'WebSocket'];

it.each([
  [
    `${CHROME} Chrome/147.0.0.0 Safari/537.36`,
    ['Google Chrome 147', 'Chromium 147'],
    null,
    'Chrome 147',
    BOTH,
  ],
  [
    `${CHROME} Chrome/142.0.0.0 Safari/537.36`,
    ['Chromium 142', 'Not_A Brand 99'],
    null,
    'Chromium 142',
    ['fetch'],
  ],
  [`${CHROME} HeadlessChrome/141.0.0.0 Safari/537.36`, ['HeadlessChrome 141'], null, 'Chromium 141', null],
  [`${CHROME} Chrome/148.0.0.0 Safari/537.36 Edg/148.0.0.0`, [], null, 'Microsoft Edge 148', BOTH],
  [`${CHROME} Chrome/132.0.0.0 Safari/537.36 QIHU 360SE`, [], null, '360浏览器 132', null],
  [`${CHROME} Chrome/108.0.0.0 Safari/537.36 Qaxbrowser`, [], null, '奇安信可信浏览器 108', null],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', [], null, 'Firefox 140', null],
  [TRIDENT, [], 11, 'IE内核', null],
  [`${TRIDENT} QIHU 360EE`, [], 11, '360浏览器（兼容模式）', null],
  ['something else', [], null, 'something else', null],
])('%s is named, with what it asks leave for', (userAgent, brands, documentMode, name, asks) => {
  const kind = browserKind({ userAgent, brands, documentMode });
  expect([kind.name, asksLeaveFor(kind)]).toEqual([name, asks]);
});
