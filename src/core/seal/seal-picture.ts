// Kind and size of a seal's picture, read from its first bytes. Nothing is decoded here.

export type PictureKind = 'png' | 'gif' | 'jpg' | 'bmp' | 'ofd' | 'unknown';

export interface PictureFacts {
  readonly kind: PictureKind;
  /** Pixels; null where the kind has none or the header is cut off. */
  readonly size: { readonly width: number; readonly height: number } | null;
}

/** Larger pictures are named but never drawn. */
export const MAX_PICTURE_PIXELS = 4096;

const MAX_JPEG_SEGMENTS = 256;

/** Judges by content; what the seal declares does not matter. */
export function readPicture(bytes: Uint8Array): PictureFacts {
  const at = (offset: number) => bytes[offset] ?? 0;
  const big16 = (offset: number) => at(offset) * 256 + at(offset + 1);
  const little16 = (offset: number) => at(offset + 1) * 256 + at(offset);
  const sized = (kind: PictureKind, width: number, height: number): PictureFacts => ({
    kind,
    size:
      width > 0 && height > 0 && width <= MAX_PICTURE_PIXELS && height <= MAX_PICTURE_PIXELS
        ? { width, height }
        : null,
  });

  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))
    return sized('png', big16(16) * 65536 + big16(18), big16(20) * 65536 + big16(22));
  if (startsWith(bytes, 0x47, 0x49, 0x46, 0x38)) return sized('gif', little16(6), little16(8));
  if (startsWith(bytes, 0x42, 0x4d)) {
    const height = at(22) | (at(23) << 8) | (at(24) << 16) | (at(25) << 24) | 0;
    return sized('bmp', little16(18) + little16(20) * 65536, Math.abs(height));
  }
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return readJpeg(bytes, big16, sized);
  return { kind: startsWith(bytes, 0x50, 0x4b, 0x03, 0x04) ? 'ofd' : 'unknown', size: null };
}

function startsWith(bytes: Uint8Array, ...magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** Walks the segments to the frame header SOF0 … SOF15 (ITU-T T.81 §B.2.2). */
function readJpeg(
  bytes: Uint8Array,
  big16: (offset: number) => number,
  sized: (kind: PictureKind, width: number, height: number) => PictureFacts,
): PictureFacts {
  let offset = 2;
  for (let count = 0; count < MAX_JPEG_SEGMENTS && offset + 9 < bytes.length; count++) {
    const marker = bytes[offset + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (bytes[offset] !== 0xff) break;
    if (isFrame) return sized('jpg', big16(offset + 7), big16(offset + 5));
    offset += 2 + Math.max(2, big16(offset + 2));
  }
  return { kind: 'jpg', size: null };
}
