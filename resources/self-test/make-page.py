"""Makes sample-page.json: the page that the seal self-test signs, and the mark it puts across the seal.

Needs fontTools and a TrueType font; how it was run and whose font it is stands in ORIGIN.md. Not part of the build.
"""

import base64
import io
import json
import sys
import zlib

from fontTools import subset
from fontTools.ttLib import TTFont

from outlines import PdfPen

MARK = "仅供检测 无效"
MM = 72 / 25.4
# Size in points, left and baseline in millimetres from the left and top edges, text.
LINES = [
    (24, 25, 40, "签章检测样张"),
    (12, 25, 56, "本页只用来检测这台电脑上的签名和电子印章是否可用，不是合同，也不是标书。"),
    (12, 25, 68, "盖在本页上的印章带有「仅供检测 无效」字样，不具有任何效力。"),
    (13, 25, 90, "检测内容"),
    (12, 30, 101, "一、用当前的签名证书在本页上签名，并盖上证书介质里的电子印章。"),
    (12, 30, 110, "二、核对签名、印章、签名人和本页内容。"),
    (12, 30, 119, "三、用当前的加密证书解开一个小信封。"),
    (12, 25, 140, "自检通过只说明这台电脑和这个证书介质可用。"),
    (12, 25, 149, "投标平台请再做一次平台自己的签章测试。"),
    (12, 105, 190, "印章（仅供检测 无效）："),
]


def mark(path):
    font = TTFont(path)
    glyphs, names, em = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
    shift, operators = 0.0, []
    for character in MARK:
        if character == " ":
            shift += 0.5
            continue
        pen = PdfPen(glyphs, 1 / em, shift)
        glyphs[names[ord(character)]].draw(pen)
        operators += pen.operators
        shift += glyphs[names[ord(character)]].width / em
    return {"width": round(shift, 3), "path": "\n".join(operators)}


def subset_font(path):
    options = subset.Options(hinting=False, notdef_outline=True, name_IDs=[], layout_features=[])
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "vhea", "vmtx"]
    font = subset.load_font(path, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(text for *_, text in LINES))
    subsetter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return font, out.getvalue()


def page(path):
    font, file = subset_font(path)
    names, em = font.getBestCmap(), font["head"].unitsPerEm
    number = {character: font.getGlyphID(name) for character, name in names.items()}
    widths = " ".join(f"{g} [{round(font['hmtx'][n][0] * 1000 / em)}]" for n, g in
                      sorted(((n, font.getGlyphID(n)) for n in names.values()), key=lambda each: each[1]))
    unicode = "\n".join(f"<{g:04x}> <{c:04x}>" for c, g in sorted(number.items(), key=lambda each: each[1]))
    lines = "\n".join(
        f"BT /F {size} Tf {left * MM:.2f} {(297 - top) * MM:.2f} Td <{''.join(f'{number[ord(c)]:04x}' for c in text)}> Tj ET"
        for size, left, top, text in LINES)
    frame = f"0.6 w 0.75 G {105 * MM:.2f} {(297 - 265) * MM:.2f} {80 * MM:.2f} {70 * MM:.2f} re S"
    rule = f"{25 * MM:.2f} {(297 - 46) * MM:.2f} m {185 * MM:.2f} {(297 - 46) * MM:.2f} l S"
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def /CMapName /P def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(number)} beginbfchar\n{unicode}\nendbfchar\nendcmap end end")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (zh-CN) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.28 841.89] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        stream(f"{frame}\n{rule}\n0.11 0.14 0.2 rg\n{lines}".encode()),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /SAMPLE+Page /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SAMPLE+Page /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 8 0 R /CIDToGIDMap /Identity /DW 1000 /W [{widths}] >>".encode(),
        stream(to_unicode.encode()),
        b"<< /Type /FontDescriptor /FontName /SAMPLE+Page /Flags 4 /FontBBox [-200 -300 1200 1100] /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 /FontFile2 9 0 R >>",
        stream(file, f" /Length1 {len(file)}"),
    ]
    out, offsets = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for index, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (index, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def stream(content, more=""):
    packed = zlib.compress(content, 9)
    return f"<< /Filter /FlateDecode /Length {len(packed)}{more} >>\nstream\n".encode() + packed + b"\nendstream"


font_path, target = sys.argv[1:]
content = {"pdf": base64.b64encode(page(font_path)).decode(), "mark": mark(font_path)}
with open(target, "w", encoding="utf-8") as file:
    json.dump(content, file, indent=2)
    file.write("\n")
