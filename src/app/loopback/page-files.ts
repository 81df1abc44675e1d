// The built page with the headers it is served with, for every shell. Scripts come from files only; antd writes its
// styles at run time and marks them with a nonce, new in every answer, which the page reads from its own meta tag.

import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { PageAnswer } from './loopback-route.ts';

export interface PageFiles {
  /**
   * @param path begins with `/`; `/` is the page itself
   * @param connectTo what the page may talk to besides where it came from
   * @returns null: there is no such file
   */
  read(path: string, connectTo?: readonly string[]): Promise<PageAnswer | null>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

const NONCE_TAG = '<meta name="style-nonce" content="" />';

/** @param folder absolute; what is in it now is all that is ever served */
export async function openPageFiles(folder: string): Promise<PageFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [`/${relative(folder, file).split(sep).join('/')}`, file]),
  );
  return {
    async read(path, connectTo = []) {
      const file = files.get(path === '/' ? '/index.html' : path);
      const content = file === undefined ? null : await readFile(file).catch(() => null);
      if (file === undefined || content === null) return null;
      const isPage = extname(file) === '.html';
      const nonce = randomBytes(16).toString('base64');
      return {
        headers: {
          'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
          'cache-control': isPage ? 'no-store' : 'private, max-age=31536000, immutable',
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-resource-policy': 'same-origin',
          'cross-origin-opener-policy': 'same-origin',
          ...(isPage ? { 'content-security-policy': policy(nonce, connectTo) } : {}),
        },
        body: isPage ? withNonce(content, nonce) : content,
      };
    },
  };
}

function withNonce(page: Buffer, nonce: string): Uint8Array {
  return Buffer.from(page.toString('utf8').replace(NONCE_TAG, NONCE_TAG.replace('""', `"${nonce}"`)));
}

function policy(nonce: string, connectTo: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    ["connect-src 'self'", ...connectTo].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
