// The prepared page that the self-test signs, with the mark that goes across the seal (resources/self-test).

import sample from '../../../resources/self-test/sample-page.json' with { type: 'json' };
import type { StampMark } from '../../core/seal/pdf/stamp-appearance.ts';
import type { SealPicture } from '../../core/seal/seal.ts';
import type { Placement } from '../../core/seal/pdf/page-geometry.ts';

/** A PDF of one A4 page, embedding the characters it shows. */
export function samplePage(): Uint8Array {
  return new Uint8Array(Buffer.from(sample.pdf, 'base64'));
}

/** 仅供检测 无效 */
export const TEST_MARK: StampMark = sample.mark;

/** Middle of the frame on the page, in millimetres. */
const MIDDLE = { x: 145, y: 230 };

export function placeOnSample({
  width,
  height,
}: Pick<SealPicture, 'width' | 'height'>): Pick<Placement, 'page' | 'x' | 'y'> {
  return { page: 0, x: MIDDLE.x - width / 2, y: MIDDLE.y - height / 2 };
}
