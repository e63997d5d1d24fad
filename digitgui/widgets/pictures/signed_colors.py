"""Numbers as colours on black: grey where none is below zero; else orange above and blue below."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digitgui.widgets.pictures.heat_map import AGAINST, FOR
from model.network.arrays import FloatArray

__all__ = ["PLANES", "Colors", "Scale", "colored", "gradient", "packed", "scale_of", "tinted"]

Colors = npt.NDArray[np.uint32]
"""0xffRRGGBB, as Qt's Format_RGB32 has them."""
PLANES = ("red", "green", "blue")
"""What the channels of a picture are called."""
LEVELS = 255
"""Steps of brightness between zero and the largest number."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Which number has which colour.

    Attributes
    ----------
    largest : float
        The distance from zero that has the brightest colour; 0 if all are zero.
    is_signed : bool
        Whether there are numbers below zero, so that colours tell the sign.
    is_finite : bool
        Whether all numbers are; those that are not look like zero.
    """

    largest: float
    is_signed: bool
    is_finite: bool = True

    @property
    def ends(self) -> tuple[str, str]:
        """What is written at the two ends of the scale."""
        if not self.is_finite:
            return "not", "finite"
        largest = f"{self.largest:.3g}"
        return ("0", largest) if not self.is_signed else (f"−{largest}", f"+{largest}")


def scale_of(values: FloatArray) -> Scale:
    """Choose the scale on which all of these numbers can be told apart."""
    lowest, largest = float(values.min()), float(values.max())
    if np.isfinite(lowest) and np.isfinite(largest):
        return Scale(max(-lowest, largest), lowest < 0)
    finite = np.where(np.isfinite(values), values, 0)
    return Scale(float(np.abs(finite).max()), bool((finite < 0).any()), is_finite=False)


def colored(values: FloatArray, scale: Scale, *, each: bool = False) -> Colors:
    """Turn numbers into colours, on one scale.

    Parameters
    ----------
    values : ndarray, shape (maps, height, width)
    scale : Scale
        Of all maps.
    each : bool
        Let the brightest number of each map be as bright as the scale allows, so that faint maps are seen too.
    """
    if not scale.is_finite:
        values = np.where(np.isfinite(values), values, 0)
    largest = np.abs(values).max(axis=(1, 2), keepdims=True) if each else np.array(scale.largest, values.dtype)
    levels = np.rint(values / np.where(largest > 0, largest, 1) * LEVELS)
    if scale.is_signed:
        levels += LEVELS
    table = _SIGNED if scale.is_signed else _GREY
    return table.take(levels.astype(np.intp), mode="clip")


def tinted(colors: Colors) -> Colors:
    """Give the three planes of a picture, grey, their own colours."""
    masks = np.array([0xFFFF0000, 0xFF00FF00, 0xFF0000FF], np.uint32)
    return np.asarray(colors & masks[:, np.newaxis, np.newaxis], np.uint32)


def gradient(scale: Scale) -> Colors:
    """Return all colours of a scale, from its lowest number to its largest."""
    return _SIGNED if scale.is_signed else _GREY


def packed(color: str) -> int:
    """Turn ``#RRGGBB`` into one of `Colors`."""
    return 0xFF000000 | int(color[1:], 16)


def _mixed(brightest: npt.NDArray[np.float32]) -> Colors:
    """Go from black to a colour."""
    shares = np.arange(LEVELS + 1)[:, np.newaxis] / LEVELS
    red, green, blue = np.rint(shares * brightest).astype(np.uint32).T
    return np.asarray(0xFF000000 | red << 16 | green << 8 | blue, np.uint32)


_GREY = _mixed(np.full(3, 255, np.float32))
_SIGNED = np.concatenate([_mixed(AGAINST)[:0:-1], _mixed(FOR)])
