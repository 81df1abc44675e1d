"""A grey drawing of one colour (PGM on standard input) as a PNG of sixteen degrees of red, in JSON."""

import base64
import json
import struct
import sys
import zlib

RED = bytes((200, 16, 46))
DEGREES = 15

_, size, _, pixels = sys.stdin.buffer.read().split(b"\n", 3)
width, height = map(int, size.split())
darkest = min(pixels)
level = [min(DEGREES, round((255 - grey) * DEGREES / (255 - darkest))) for grey in range(256)]
rows = bytearray()
for y in range(height):
    row = [level[grey] for grey in pixels[y * width:(y + 1) * width]] + [0] * (width % 2)
    rows += b"\0" + bytes(row[x] << 4 | row[x + 1] for x in range(0, len(row), 2))


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0))
png += chunk(b"PLTE", RED * (DEGREES + 1)) + chunk(b"tRNS", bytes(d * 255 // DEGREES for d in range(DEGREES + 1)))
png += chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b"")
json.dump({"png": base64.b64encode(png).decode()}, sys.stdout, indent=2)
sys.stdout.write("\n")
