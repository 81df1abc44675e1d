// A page of another origin in a real browser, beside the open window: what it can reach of the program is nothing.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from './support/test.ts';

/** Tries what a page can try, and writes what succeeded into its title. */
const PROBE = `<!doctype html><meta charset="utf-8"><title></title><body><script type="module">
const [origin, picture] = decodeURIComponent(location.hash.slice(1)).split('|');
const element = (name, path) => new Promise((resolve) => {
  const tag = document.createElement(name);
  tag.onload = () => resolve(true);
  tag.onerror = () => resolve(false);
  tag.src = origin + path;
  document.body.append(tag);
});
const call = fetch(origin + '/call/application.read', {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-assistant-token': 'x' },
  body: '{}',
}).then(() => true, () => false);
const socket = new Promise((resolve) => {
  const opened = new WebSocket(origin.replace('http', 'ws') + '/events', ['assistant.v1', 'token.x']);
  opened.onopen = () => resolve(true);
  opened.onerror = () => resolve(false);
});
const reached = { call: await call, socket: await socket, picture: await element('img', picture) };
document.title = JSON.stringify(reached);
</script>`;

test('a page of another site reaches nothing of the program', async ({ assistant }, info) => {
  test.skip(info.project.name !== 'webshell', 'only the browser shell listens');
  const page = await assistant.open();
  const own = new URL(page.url());
  const picture = new URL((await page.locator('link[rel=icon]').getAttribute('href')) ?? '', own).pathname;
  const site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end(PROBE);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const { port } = site.address() as AddressInfo;
  try {
    for (const host of ['127.0.0.1', 'localhost']) {
      const foreign = await page.context().newPage();
      await foreign.goto(`http://${host}:${String(port)}/#${encodeURIComponent(`${own.origin}|${picture}`)}`);
      await expect(foreign).toHaveTitle('{"call":false,"socket":false,"picture":false}');
    }
    // A name that was rebound to this computer reaches the server, with the wrong Host.
    const rebound = await page.context().newPage();
    const arrived = rebound.goto(`http://localhost:${own.port}/`);
    await expect(arrived).rejects.toThrow('ERR_HTTP_RESPONSE_CODE_FAILURE');
  } finally {
    await new Promise((resolve) => site.close(resolve));
  }
});
