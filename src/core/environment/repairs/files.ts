import { encodeBase64 } from '../../certificate/base64.ts';
import { encodeUtf8 } from '../../certificate/text.ts';
import { ok, type Result } from '../../errors/result.ts';
import type { Obstacle } from '../probe.ts';
import type { Change, FileState, SystemView } from '../repair.ts';

const PUBLIC_FILE = 0o644;

/** Puts a file of ours there, in place of an earlier one. */
export async function writeFileChange(
  view: SystemView,
  path: string,
  content: string,
  mode = PUBLIC_FILE,
): Promise<Result<Change, Obstacle>> {
  const before = await fileState(view, path);
  if (!before.ok) return before;
  return ok({ kind: 'file', path, before: before.value, after: { content: base64Of(content), mode } });
}

/** null: there is no file. */
export async function fileState(view: SystemView, path: string): Promise<Result<FileState | null, Obstacle>> {
  const [bytes, info] = await Promise.all([view.files.read(path), view.files.info(path)]);
  if (!bytes.ok) return bytes;
  if (!info.ok) return info;
  if (bytes.value === null || info.value === null) return ok(null);
  return ok({ content: encodeBase64(bytes.value), mode: info.value.mode });
}

export function base64Of(text: string): string {
  return encodeBase64(encodeUtf8(text));
}

/** One character per byte, so that an edit leaves every other byte as it was. */
export function bytesAsText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

export function textAsBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
