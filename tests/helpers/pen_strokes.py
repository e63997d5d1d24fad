"""Digits as the movements of a pen, and their ink."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from model.handwriting.strokes import Strokes, load_strokes

__all__ = ["Strokes", "load_pen_strokes", "stroke_ink"]

FINER = 3
"""Ink is drawn at three times the size, and reduced: Pillow draws no grey rims."""


def load_pen_strokes(file: Path, writers: Sequence[int]) -> list[tuple[Strokes, int, int]]:
    """Read digits, labels and writers of *Pen-Based Recognition of Handwritten Digits*.

    The original is at the UCI Machine Learning Repository (E. Alpaydin and F. Alimoglu). The height of each is 1.
    """
    everything = load_strokes(file)
    chosen = everything.chosen(np.isin(everything.writers, writers))
    return [
        (_unit_height(character), int(label), int(writer))
        for character, label, writer in zip(chosen.characters, chosen.labels, chosen.writers, strict=True)
    ]


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
