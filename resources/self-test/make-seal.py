"""Draws the picture of practice seals as PDF outlines; ORIGIN.md says how it became practice-seal.json. Not part of
the build."""

import math
import sys

from fontTools.ttLib import TTFont

from outlines import PdfPen

SIZE = 400  # points; the seal is 40 mm wide
RED = "0.784 0.063 0.18"


def glyph(font, character, size, matrix):
    glyphs, names, em = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
    pen = PdfPen(glyphs, size / em, -size / 2)
    glyphs[names[ord(character)]].draw(pen)
    return f"q {matrix} cm\n" + "\n".join(pen.operators) + "\nf Q"


def placed(x, y, angle):
    cos, sin = math.cos(angle), math.sin(angle)
    return f"{cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {x:.2f} {y:.2f}"


def circle(radius):
    k, m = radius * 0.5523, SIZE / 2
    return (f"{m + radius} {m} m {m + radius} {m + k} {m + k} {m + radius} {m} {m + radius} c "
            f"{m - k} {m + radius} {m - radius} {m + k} {m - radius} {m} c "
            f"{m - radius} {m - k} {m - k} {m - radius} {m} {m - radius} c "
            f"{m + k} {m - radius} {m + radius} {m - k} {m + radius} {m} c h S")


def star(radius):
    m = SIZE / 2
    points = [(m + radius * math.sin(i * 4 * math.pi / 5), m + radius * math.cos(i * 4 * math.pi / 5)) for i in range(5)]
    return " ".join(f"{x:.2f} {y:.2f} {'m' if i == 0 else 'l'}" for i, (x, y) in enumerate(points)) + " h f"


def drawing(font):
    parts = [f"{RED} RG {RED} rg 12 w", circle(190), star(62)]
    text, spread = "智能证书助手演练单位", math.radians(230)
    for index, character in enumerate(text):
        angle = spread / 2 - spread * index / (len(text) - 1)
        x, y = SIZE / 2 - 135 * math.sin(angle), SIZE / 2 + 135 * math.cos(angle)
        parts.append(glyph(font, character, 42, placed(x, y, angle)))
    for index, character in enumerate("练习专用"):
        parts.append(glyph(font, character, 34, placed(SIZE / 2 - 51 + 34 * index, 62, 0)))
    return "\n".join(parts)


content = drawing(TTFont(sys.argv[1])).encode()
objects = [
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R /Resources << >> >>" % (SIZE, SIZE),
    b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
]
out, offsets = bytearray(b"%PDF-1.4\n"), []
for number, body in enumerate(objects, 1):
    offsets.append(len(out))
    out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
start = len(out)
out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
out += b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
sys.stdout.buffer.write(out)
