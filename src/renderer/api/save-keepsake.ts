import type { Keepsake } from '../../contract/views/values.ts';

/** Hands a file to the person the way their browser or shell saves downloads. */
export function saveKeepsake({ fileName, mediaType, content }: Keepsake): void {
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}
