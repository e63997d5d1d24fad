"""Digits as the movements of a pen, and their ink."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

__all__ = ["Strokes", "load_pen_strokes", "stroke_ink"]

Strokes = list[npt.NDArray[np.float64]]
"""The strokes of one digit: arrays (points, 2), x to the right and y downwards; 1 is the digit's height."""
FINER = 3
"""Ink is drawn at three times the size, and reduced: Pillow draws no grey rims."""


def load_pen_strokes(file: Path, writers: Sequence[int]) -> list[tuple[Strokes, int, int]]:
    """Read digits, labels and writers of *Pen-Based Recognition of Handwritten Digits*.

    The file is an archive of ``points``, int16 (n, 2), of where strokes and digits end in them, of ``label`` and
    of ``writer``; the original is at the UCI Machine Learning Repository (E. Alpaydin and F. Alimoglu).
    """
    archive = np.load(file)
    points, ends = archive["points"].astype(float), archive["stroke_end"]
    strokes = np.split(points, ends[:-1])
    digit_ends = archive["digit_end"]
    found = []
    for number, (end, label, writer) in enumerate(
        zip(digit_ends, archive["label"], archive["writer"], strict=True)
    ):
        if writer in writers:
            start = digit_ends[number - 1] if number else 0
            found.append((_unit_height(strokes[start:end]), int(label), int(writer)))
    return found


def stroke_ink(strokes: Strokes, pen: float, shape: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Draw strokes, in pixels, with a round pen of a width in pixels: bright ink on dark, uint8 of ``shape``."""
    height, width = shape
    sheet = Image.new("L", (width * FINER, height * FINER), 0)
    draw, radius = ImageDraw.Draw(sheet), pen * FINER / 2
    for stroke in strokes:
        corners = [(float(x), float(y)) for x, y in stroke * FINER]
        draw.line(corners, fill=255, width=max(1, round(2 * radius)), joint="curve")
        for x, y in (corners[0], corners[-1]):
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(sheet.reduce(FINER))


def _unit_height(strokes: Strokes) -> Strokes:
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    return [(stroke - low) / max(1.0, high[1] - low[1], (high[0] - low[0]) / 2) for stroke in strokes]
