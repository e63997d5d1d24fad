"""The colours of confusion matrices: right answers in one, mistakes in another, the more the stronger."""

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

from digitgui.looks.gray_images import gray_image
from digitgui.looks.theme import Theme

FAINTEST = 0.16
"""How strong the colour of a cell is at the least, if there is a picture in it; 1 is full."""
EVEN = 0.179
"""Relative luminance, as WCAG 2 defines it, of a ground on which black and white can be read equally well."""


def strengths(shown: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Say how strong each cell's colour is, 0 to 1: right answers and mistakes on scales of their own.

    Parameters
    ----------
    shown : ndarray of float64, shape (classes, classes)
        Counts or shares; nan where there is nothing.
    """
    shown = np.nan_to_num(shown)
    right = np.eye(len(shown), dtype=bool)
    found = np.zeros(shown.shape)
    for part in (right, ~right):
        largest = shown[part].max()
        if largest:
            found[part] = FAINTEST + (1 - FAINTEST) * np.sqrt(shown[part] / largest)
    found[shown == 0] = 0
    return found


def cell_color(theme: Theme, *, is_right: bool, strength: float) -> QColor:
    """Return the ground of a cell."""
    ground, color = QColor(theme.field), QColor(theme.accent if is_right else theme.second)
    parts = zip(ground.getRgbF()[:3], color.getRgbF()[:3], strict=True)  # type: ignore[index]
    return QColor.fromRgbF(*(below + (above - below) * strength for below, above in parts))


def matrix_image(theme: Theme, found: npt.NDArray[np.float64]) -> QImage:
    """Paint a pixel for each cell, by its strength; right answers are those on the diagonal."""
    ground, right, wrong = (_rgb(color) for color in (theme.field, theme.accent, theme.second))
    is_right = np.eye(len(found), dtype=bool)[:, :, np.newaxis]
    color = np.where(is_right, right, wrong)
    return gray_image(np.rint(ground + found[:, :, np.newaxis] * (color - ground)).astype(np.uint8))


def _rgb(color: str) -> npt.NDArray[np.float64]:
    return np.array(QColor(color).getRgb()[:3], np.float64)  # type: ignore[index]


def ink_on(ground: QColor) -> QColor:
    """Return what can be read on such a ground: black or white, whichever has the larger contrast."""
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (ground.redF(), ground.greenF(), ground.blueF())
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return QColor("black" if luminance > EVEN else "white")
