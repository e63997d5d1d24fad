"""The way of the drawing to the network, step by step."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from digitgui.session import Prediction
from digitgui.widgets.building import label
from digitgui.widgets.digit_picture import DigitPicture
from model.arrays import ImageArray

__all__ = ["FilmStrip"]


class FilmStrip(QFrame):
    """The way of the drawing to the network, step by step."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(label("What the network sees, step by step", "cardTitle"))
        self._pictures = [
            DigitPicture(96, smooth=True),
            DigitPicture(96, smooth=True),
            DigitPicture(96),
            DigitPicture(96),
        ]
        row = QHBoxLayout()
        row.setSpacing(16)
        captions = ("as drawn", "cropped", "scaled to 20 × 20", "centred in 28 × 28")
        for index, (picture, caption) in enumerate(zip(self._pictures, captions, strict=True)):
            if index:
                row.addWidget(label("›", "figure"))
            row.addLayout(_captioned(picture, caption))
        row.addStretch(1)
        layout.addLayout(row)

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Show the steps of a drawing, or that there are none."""
        if prediction is None:
            for picture in self._pictures:
                picture.set_pixels(None)
            return
        steps = prediction.steps
        shown = (steps.drawn, steps.cropped, _framed(steps.scaled), steps.centred)
        for picture, pixels in zip(self._pictures, shown, strict=True):
            picture.set_pixels(pixels)


def _captioned(picture: DigitPicture, caption: str) -> QVBoxLayout:
    text: QLabel = label(caption, "muted")
    text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    text.setMinimumWidth(120)
    picture.setAccessibleName(caption)
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addWidget(text)
    return column


def _framed(scaled: ImageArray) -> ImageArray:
    """Put the scaled drawing into the middle of its 20×20 box."""
    box = np.zeros((20, 20), np.uint8)
    height, width = scaled.shape
    top, left = (20 - height) // 2, (20 - width) // 2
    box[top : top + height, left : left + width] = scaled
    return box
