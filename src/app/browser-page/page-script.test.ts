// The page's script in engines we do not have here: minimal objects that have what that engine has, and no more.

import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { pageDocument } from './page-document.ts';

const SCRIPT = readFileSync(new URL('../../../resources/browser-page/page.js', import.meta.url), 'utf8');
const QUESTION = { service: 'http://127.0.0.1:2/certificate/t', socket: 'ws://s', alive: 'ws://a' };
const REPLY = { lines: [{ state: 'ok', words: '能读到证书' }], isFinal: true, end: '检测完成' };

class Node {
  readonly children: Node[] = [];
  className = '';
  nodeValue = '';
  onclick: (() => void) | null = null;
  get firstChild(): Node | undefined {
    return this.children[0];
  }
  appendChild(child: Node): void {
    this.children.push(child);
  }
  removeChild(child: Node): void {
    this.children.splice(this.children.indexOf(child), 1);
  }
}

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly token: string | undefined;
  readonly body: unknown;
}

/** Runs the script to its end; every request is answered at once. */
function run(engine: object, documentMode: number | undefined, answers: Readonly<Record<string, unknown>>) {
  const sent: Sent[] = [];
  const ids = [...pageDocument().matchAll(/id="(\w+)"( class="hidden")?/g)];
  const nodes = new Map(
    ids.map(([, id = '', hidden]) => {
      const node = new Node();
      if (hidden !== undefined) node.className = 'hidden';
      if (id === 'end') node.appendChild(new Node());
      return [id, node];
    }),
  );
  class XMLHttpRequest {
    readyState = 0;
    status = 0;
    responseText = '';
    onreadystatechange: () => void = () => undefined;
    private readonly headers: Record<string, string> = {};
    private to = ['', ''];
    open(method: string, url: string): void {
      this.to = [method, url];
    }
    setRequestHeader(name: string, value: string): void {
      this.headers[name] = value;
    }
    send(body: string | null): void {
      const [method = '', url = ''] = this.to;
      sent.push({
        method,
        url,
        token: this.headers['X-Assistant-Token'],
        body: body === null ? null : JSON.parse(body),
      });
      const answer = answers[url];
      [this.readyState, this.status] = [4, answer === undefined ? 404 : 200];
      this.responseText = answer === undefined ? '' : JSON.stringify(answer);
      this.onreadystatechange();
    }
  }
  const window = {
    location: { hash: '#a-token' },
    document: {
      ...(documentMode === undefined ? {} : { documentMode }),
      getElementById: (id: string) => nodes.get(id),
      createElement: () => new Node(),
      createTextNode: (words: string) => Object.assign(new Node(), { nodeValue: words }),
    },
    navigator: { userAgent: 'an engine' },
    setTimeout: () => 0,
    XMLHttpRequest,
    ...engine,
  };
  runInNewContext(SCRIPT, { window });
  const isShown = (id: string) => nodes.get(id)?.className === '';
  const words = nodes.get('lines')?.children.map((item) => [item.className, item.firstChild?.nodeValue]);
  return { sent, words, end: nodes.get('end')?.firstChild?.nodeValue, isShown, nodes };
}

const ANSWERS = { question: QUESTION, answer: REPLY, [QUESTION.service]: { proof: 'p' } };

it('IE mode without fetch says its document mode, reads by XMLHttpRequest and tries a control', () => {
  class ActiveXObject {
    readonly isMade = true;
  }
  const { sent, words, end, isShown } = run({ ActiveXObject }, 11, ANSWERS);
  expect(sent).toEqual([
    { method: 'POST', url: 'question', token: 'a-token', body: {} },
    { method: 'GET', url: QUESTION.service, token: undefined, body: null },
    {
      ...{ method: 'POST', url: 'answer', token: 'a-token' },
      body: {
        ...{ userAgent: 'an engine', brands: [], documentMode: 11, isSecure: null, activeX: true },
        ...{ permission: null, request: { by: 'xhr', proof: 'p' }, socket: { isThere: false, proof: null } },
        isKept: false,
      },
    },
  ]);
  expect([words, end, isShown('end'), isShown('working'), isShown('keep')]).toEqual([
    [['ok', '能读到证书']],
    '检测完成',
    true,
    false,
    false,
  ]);
});

it('a zone that allows no controls, and a service that is not reached, are told as they are', () => {
  const { sent } = run({}, 11, { question: QUESTION, answer: REPLY });
  expect(sent.at(-1)?.body).toMatchObject({ activeX: false, request: { by: 'xhr', proof: null } });
});

it('a page whose visit is over says so', () => {
  const { isShown, sent } = run({}, undefined, {});
  expect([isShown('expired'), isShown('working'), sent.length]).toEqual([true, false, 1]);
});

it('in the wrong mode the person may stay, and that is told', () => {
  const { nodes, sent, isShown } = run({}, undefined, { ...ANSWERS, answer: { ...REPLY, isFinal: false } });
  expect(isShown('keep')).toBe(true);
  nodes.get('keep')?.onclick?.();
  expect(sent.at(-1)?.body).toMatchObject({ isKept: true, activeX: null, documentMode: null });
});
