"""Outlines of characters as PDF path operators."""

from fontTools.pens.basePen import BasePen


class PdfPen(BasePen):
    """Scaled, then shifted to the right."""

    def __init__(self, glyphs, scale, shift):
        super().__init__(glyphs)
        self.scale, self.shift, self.operators = scale, shift, []

    def _write(self, operator, *points):
        numbers = [v for x, y in points for v in (x * self.scale + self.shift, y * self.scale)]
        self.operators.append(" ".join([f"{v:.3f}".rstrip("0").rstrip(".") for v in numbers] + [operator]))

    def _moveTo(self, point):
        self._write("m", point)

    def _lineTo(self, point):
        self._write("l", point)

    def _curveToOne(self, *points):
        self._write("c", *points)

    def _closePath(self):
        self.operators.append("h")
