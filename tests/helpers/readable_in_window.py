"""Small files of every kind that the window reads by itself, and what reads them."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PySide6.QtCore import QPointF

from digitgui.documents.personal_set import read_halves
from digitgui.drawings import kept_drawing
from digitgui.drawings.ink_files import load_ink, save_ink
from digitgui.drawings.strokes import Stroke
from helpers.readable import IMAGES, LABELS, Readable

__all__ = ["READABLE_IN_WINDOW"]


def some_strokes() -> list[Stroke]:
    strokes = [Stroke(0.07, False), Stroke(0.1, True, began=900.0)]
    for step in range(12):
        for stroke in strokes:
            stroke.add(QPointF(step / 30, step**2 / 300), 0.5, 10.0 * step)
    return strokes


def ink() -> list[bytes]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "x.inkml"
        save_ink(some_strokes(), file)
        return [file.read_bytes()]


def drawing() -> list[bytes]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "drawing.npz"
        kept_drawing.write_drawing(file, some_strokes(), IMAGES[0])
        return [file.read_bytes()]


def my_digits() -> list[bytes]:
    stream = io.BytesIO()
    np.savez_compressed(stream, x_train=IMAGES[:10], y_train=LABELS[:10], x_test=IMAGES[10:], y_test=LABELS[10:])
    return [stream.getvalue()]


READABLE_IN_WINDOW = {
    "ink": Readable("x.inkml", ink, lambda file: load_ink(file, pen_width=0.07)),
    "drawing": Readable("drawing.npz", drawing, kept_drawing.read_drawing, "zip"),
    "my digits": Readable("my-digits.npz", my_digits, read_halves, "zip"),
}
