"""Digits as pen strokes of many writers, drawn as a person draws on the canvas."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF

from digitgui.drawing import Drawing
from model.arrays import ImageArray, IndexArray, LabelArray
from model.preprocessing import drawing_to_digit

__all__ = ["PenDigits", "load_pen_digits"]

TABLET_SIDE = 500
SHARE = 0.8
"""Of the canvas, that a digit fills."""
PEN = 0.08
"""Width of the pen, as a share of the canvas."""


@dataclass(frozen=True, slots=True)
class PenDigits:
    """What the network would see of every digit, and who wrote it.

    Attributes
    ----------
    images : ndarray of uint8, shape (n, 28, 28)
    labels, writers : ndarray of uint8, shape (n,)
    """

    images: ImageArray
    labels: LabelArray
    writers: LabelArray

    def of(self, writer: int) -> tuple[ImageArray, LabelArray]:
        """Return pictures and labels of one writer."""
        indices = np.flatnonzero(self.writers == writer)
        return self.images[indices], self.labels[indices]


def load_pen_digits(file: Path) -> PenDigits:
    """Draw every digit of an archive with ``points``, ``stroke_end``, ``digit_end``, ``label`` and ``writer``."""
    with np.load(file) as archive:
        arrays = {name: archive[name] for name in archive.files}
    points = (arrays["points"] / TABLET_SIDE - 0.5) * SHARE
    strokes = np.split(points, arrays["stroke_end"][:-1])
    starts = np.concatenate([[0], arrays["digit_end"][:-1]])
    images = [_drawn(strokes, indices) for indices in map(np.arange, starts, arrays["digit_end"])]
    return PenDigits(np.stack(images), arrays["label"], arrays["writer"])


def _drawn(strokes: list[np.ndarray], indices: IndexArray) -> ImageArray:
    drawing = Drawing()
    for index in indices:
        first, *others = strokes[index]
        drawing.begin_stroke(QPointF(*first), width=PEN)
        for point in others:
            drawing.extend_stroke(QPointF(*point))
        drawing.end_stroke()
    return drawing_to_digit(drawing.to_gray())
