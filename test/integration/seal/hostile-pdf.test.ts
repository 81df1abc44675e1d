// What strangers may do to a signed PDF. Changes behind the signature are made as incremental updates, the way
// published attacks do it.

import { beforeAll, describe, expect, it } from 'vitest';
import { createWorld, trustOf, type World } from '../../support/seal/people.ts';
import { makePdf, signedPdf } from '../../support/seal/pdf.ts';
import { stepsThat, verify } from '../../support/seal/verification.ts';

let world: World;
let original: Uint8Array;
let signed: Uint8Array;

beforeAll(async () => {
  world = await createWorld('EC-P256');
  original = await makePdf();
  signed = await signedPdf(original, world);
});

const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
/** Replaced and padded, so that nothing behind it moves. */
const replaced = (from: string | RegExp, to: (...groups: string[]) => string) => () =>
  bytesOf(
    latin(signed).replace(from, (all: string, ...groups: string[]) => to(...groups).padEnd(all.length)),
  );
const RANGE = /\/ByteRange \[0 (\d+) (\d+) (\d+) *\] */;

/** The file with these objects written behind it. */
function updated(bytes: Uint8Array, objects: Readonly<Record<number, string>>, size = 60): Uint8Array {
  const text = latin(bytes);
  const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? '0';
  const root = /\/Root (\d+) 0 R/.exec(text)?.[1] ?? '0';
  let body = '';
  const table = Object.entries(objects).map(([number, content]) => {
    const offset = bytes.length + body.length;
    body += `${number} 0 obj\n${content}\nendobj\n`;
    return `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const at = bytes.length + body.length;
  return bytesOf(
    `${text}${body}xref\n${table.join('')}trailer\n<</Size ${size}/Root ${root} 0 R/Prev ${previous}>>\nstartxref\n${at}\n%%EOF\n`,
  );
}

/** Number and content of the object whose text matches. */
function objectLike(
  bytes: Uint8Array,
  pattern: RegExp,
): { readonly number: number; readonly content: string } {
  for (const [, number, content = ''] of latin(bytes).matchAll(/(\d+) 0 obj\s([\s\S]*?)\sendobj/g))
    if (pattern.test(content)) return { number: Number(number), content };
  throw new Error('no such object');
}

const RANGE_STEP = 'document.byteRange: document.byteRange';
const CHANGED = 'document.coverage: document.changed';

describe('a signed PDF is refused when', () => {
  it.each<[string, () => Uint8Array, string]>([
    [
      'a byte of the signed part was changed',
      replaced('841.89', () => '841.88'),
      'document.content: document.changed',
    ],
    [
      'the gap is larger than the value',
      replaced(RANGE, (a, b, c) => `/ByteRange [0 ${Number(a) - 9} ${b} ${c}]`),
      RANGE_STEP,
    ],
    [
      'the ranges overlap',
      replaced(RANGE, (a, _b, c) => `/ByteRange [0 ${a} ${Number(a) - 5} ${c}]`),
      RANGE_STEP,
    ],
    ['the range begins late', replaced(RANGE, (a, b, c) => `/ByteRange [1 ${a} ${b} ${c}]`), RANGE_STEP],
    ['the range is negative', replaced(RANGE, (a, b, c) => `/ByteRange [-1 ${a} ${b} ${c}]`), RANGE_STEP],
    ['the range has three numbers', replaced(RANGE, (a, b) => `/ByteRange [0 ${a} ${b}]`), RANGE_STEP],
    ['the range has six numbers', replaced(RANGE, (a, b) => `/ByteRange [0 ${a} ${b} 1 2 3]`), RANGE_STEP],
    [
      'the range reaches behind the end',
      replaced(RANGE, (a, b, c) => `/ByteRange [0 ${a} ${b} 9${c}]`),
      RANGE_STEP,
    ],
    [
      'the range leaves out the end',
      replaced(RANGE, (a, b, c) => `/ByteRange [0 ${a} ${b} ${Number(c) - 200}]`),
      'document.coverage: document.partlySigned',
    ],
    ['the value is empty', replaced(/\/Contents <[0-9a-f]+>/, () => '/Contents <>'), RANGE_STEP],
    [
      'the value is all zero',
      replaced(/\/Contents <([0-9a-f]+)>/, (hex) => `/Contents <${'0'.repeat(hex.length)}>`),
      'signature.format: signature.unreadable',
    ],
    [
      'the file ends early',
      () => signed.slice(0, signed.length - 300),
      'document.format: document.unreadable',
    ],
    ['the cross-reference runs in a circle', () => inCircle(), 'document.format: document.unreadable'],
    [
      'it is encrypted',
      () =>
        bytesOf(
          latin(signed).replace(
            /\/Prev (\d+)>>\nstartxref(?![\s\S]*startxref)/,
            '/Prev $1/Encrypt 1 0 R>>\nstartxref',
          ),
        ),
      'document.format: document.encrypted',
    ],
    ['it holds no signature', () => original, 'document.format: document.unsigned'],
  ])('%s', async (_, make, failure) => {
    const report = await verify(make(), trustOf(world));
    expect(report.verdict).toBe('invalid');
    expect(stepsThat(report, 'failed')).toContain(failure);
  });
});

/** The newest cross-reference names itself as the one before. */
function inCircle(): Uint8Array {
  const text = latin(signed);
  const at = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? '';
  return bytesOf(text.replace(/\/Prev \d+(?![\s\S]*\/Prev)/, `/Prev ${at}`));
}

describe('after the signature', () => {
  it.each<[string, () => Uint8Array]>([
    [
      'a page got another content',
      () => {
        const page = objectLike(original, /\/Type \/Page\b/);
        return updated(signed, {
          [page.number]: page.content.replace(/\/Contents \[?[^/\]]*\]?/, '/Contents 50 0 R'),
          50: '<</Length 0>>\nstream\n\nendstream',
        });
      },
    ],
    [
      'the content stream itself was replaced',
      () => {
        const stream = objectLike(original, /FlateDecode[\s\S]*stream/);
        return updated(signed, { [stream.number]: '<</Length 0>>\nstream\n\nendstream' });
      },
    ],
    [
      'a page was added',
      () => {
        const pages = objectLike(original, /\/Type \/Pages/);
        return updated(signed, {
          [pages.number]: pages.content.replace('/Kids [', '/Kids [ 50 0 R '),
          50: '<</Type/Page>>',
        });
      },
    ],
    [
      'an annotation was laid over the page',
      () => {
        const page = objectLike(signed.subarray(original.length), /\/Type \/Page\b/);
        return updated(signed, {
          [page.number]: page.content.replace('/Annots [', '/Annots [50 0 R '),
          50: '<</Type/Annot/Subtype/FreeText/Rect[0 0 500 500]/Contents(x)>>',
        });
      },
    ],
    [
      'an object of the signed part was deleted',
      () => {
        const stream = objectLike(original, /FlateDecode[\s\S]*stream/);
        return bytesOf(latin(updated(signed, { [stream.number]: 'null' })));
      },
    ],
    [
      'the catalog got an action',
      () => {
        const catalog = objectLike(signed.subarray(original.length), /\/Type ?\/Catalog/);
        return updated(signed, {
          [catalog.number]: catalog.content.replace(/>>$/, '/OpenAction<</S/JavaScript/JS(x)>>>>'),
        });
      },
    ],
    [
      'another catalog took its place',
      () => {
        const forged = latin(updated(signed, { 50: '<</Type/Catalog>>' }));
        const at = forged.lastIndexOf('/Root');
        return bytesOf(forged.slice(0, at) + forged.slice(at).replace(/\/Root \d+/, '/Root 50'));
      },
    ],
  ])('%s: refused', async (_, make) => {
    const report = await verify(make(), trustOf(world));
    expect(report.verdict).toBe('invalid');
  });

  const overlay = (more: string) =>
    `<</Type/Annot/Subtype/Widget/FT/Sig/T(x)/Rect[0 0 500 500]/AP<</N 51 0 R>>${more}>>`;
  const picture = '<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 0>>\nstream\n\nendstream';

  it.each([
    ['an unsigned signature field', ''],
    ['a signature field that borrows the first signature', 'V'],
  ])('%s is laid over the page: refused', async (_, borrowed) => {
    const update = signed.subarray(original.length);
    const page = objectLike(update, /\/Type \/Page\b/);
    const { number } = objectLike(update, /\/ByteRange/);
    const attacked = updated(signed, {
      [page.number]: page.content
        .replace('/Annots [', '/Annots [50 0 R ')
        .replace(/\/Annots \[50 0 R ([^\]]*)\]/, '/Annots [$1 50 0 R]'),
      50: overlay(borrowed === 'V' ? `/V ${number} 0 R` : ''),
      51: picture,
    });
    expect(stepsThat(await verify(attacked, trustOf(world)), 'failed')).toEqual([CHANGED]);
  });

  it("what looks like metadata is the page's content too, and was changed: refused", async () => {
    const catalog = objectLike(original, /\/Type ?\/Catalog/);
    const page = objectLike(original, /\/Type \/Page\b/);
    const stream = (text: string) => `<</Type/Metadata/Length ${text.length}>>\nstream\n${text}\nendstream`;
    const prepared = updated(
      original,
      {
        [catalog.number]: catalog.content.replace(/>>$/, '/Metadata 40 0 R>>'),
        [page.number]: page.content.replace(/\/Contents (?:\d+ 0 R|\[[^\]]*\])/, '/Contents 40 0 R'),
        40: stream('q Q'),
      },
      41,
    );
    const shadowed = await signedPdf(prepared, world);
    const attacked = updated(shadowed, { 40: stream('0 0 m') });
    expect(stepsThat(await verify(attacked, trustOf(world)), 'failed')).toEqual([CHANGED]);
  });

  it.each(['40 0 R', '40% a comment\n0 R'])(
    'an object is switched on that the signed part already refers to as %j (shadow attack): refused',
    async (reference) => {
      const page = objectLike(original, /\/Type \/Page\b/);
      const prepared = updated(
        original,
        {
          [page.number]: page.content
            .replace(/\/Annots \[[^\]]*\]/, '')
            .replace(/>>$/, `/Annots[${reference}]>>`),
        },
        30,
      );
      const shadowed = await signedPdf(prepared, world);
      expect((await verify(shadowed, trustOf(world))).verdict).toBe('valid');
      const attacked = updated(shadowed, {
        40: '<</Type/Annot/Subtype/FreeText/Rect[0 0 500 500]/Contents(x)>>',
      });
      const report = await verify(attacked, trustOf(world));
      expect(stepsThat(report, 'failed')).toContain(CHANGED);
    },
  );

  it('a second signature over a forbidden change does not heal the first', async () => {
    const stream = objectLike(original, /FlateDecode[\s\S]*stream/);
    const changed = updated(signed, { [stream.number]: '<</Length 0>>\nstream\n\nendstream' });
    const report = await verify(await signedPdf(changed, world), trustOf(world));
    expect(report.signatures.map(({ steps }) => steps.some(({ status }) => status === 'failed'))).toEqual([
      true,
      false,
    ]);
  });

  it('bytes that belong to nothing are reported, not refused', async () => {
    const report = await verify(bytesOf(`${latin(signed)}% more`), trustOf(world));
    expect({ verdict: report.verdict, not: stepsThat(report, 'notChecked') }).toEqual({
      verdict: 'incomplete',
      not: ['document.coverage: document.extended'],
    });
  });

  it('an update that changes nothing visible is reported, not refused', async () => {
    const report = await verify(updated(signed, { 50: '<</Nothing true>>' }), trustOf(world));
    expect({ verdict: report.verdict, not: stepsThat(report, 'notChecked') }).toEqual({
      verdict: 'incomplete',
      not: ['document.coverage: document.extended'],
    });
  });

  it('thirty thousand objects inside one another are given up on, not read one by one', async () => {
    const count = 30_000;
    const objects: string[] = [];
    let body = '';
    for (let number = 100; number < 100 + count; number++) {
      objects.push(`${String(original.length + body.length).padStart(10, '0')} 00000 n \n`);
      body += `${number} 0 obj (\n`;
    }
    body += ')'.repeat(count);
    const text = latin(original);
    const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? '0';
    const root = /\/Root (\d+) 0 R/.exec(text)?.[1] ?? '0';
    const at = original.length + body.length;
    const nested = bytesOf(
      `${text}${body}\nxref\n100 ${count}\n${objects.join('')}trailer\n<</Size ${100 + count}/Root ${root} 0 R/Prev ${previous}>>\nstartxref\n${at + 1}\n%%EOF\n`,
    );
    const attacked = updated(await signedPdf(nested, world), { 50_000: '<</Nothing true>>' }, 50_001);
    expect(stepsThat(await verify(attacked, trustOf(world)), 'failed')).toEqual([CHANGED]);
  });
});
