"""Thickness, slant, size and position of handwriting, compared with what a network has learned."""

from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

from model.handwriting.preprocessing import crop, slant
from model.handwriting.stroke_width import stroke_width
from model.network.arrays import ImageArray

__all__ = ["TRAITS", "Style", "Trait", "measure_style", "measure_styles", "sentence_of", "share_below"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a digit lies on its sheet.

    Attributes
    ----------
    thickness : float
        Mean width of the strokes, as a share of the digit's longer side.
    slant : float
        Of the digit's axis, in degrees; to the right is positive.
    size : float
        The digit's longer side as a share of the sheet's.
    position : float
        Distance of the middle of the digit's box from that of the sheet, as a share of the sheet's longer side.
    """

    thickness: float
    slant: float
    size: float
    position: float


@dataclass(frozen=True, slots=True)
class Trait:
    """One measure of a `Style`, in words.

    Attributes
    ----------
    title, unit : str
    factor : float
        From the measure to the unit.
    unseen : float
        Differences up to this are invisible; in the measure's own unit.
    less, more : str
        Begin a sentence about a drawing that has less or more of it than the training digits; empty if that is
        no fault.
    remedy : str
        What the user can do about it, or need not do.
    """

    title: str
    unit: str
    factor: float
    unseen: float
    less: str
    more: str
    remedy: str


TRAITS = {
    "thickness": Trait(
        *("Thickness", "% of the digit", 100.0, 0.002),
        *("Your strokes are thinner", "Your strokes are thicker"),
        "The step “even pen” corrects it.",
    ),
    "slant": Trait(
        *("Slant", "°", 1.0, 0.5),
        *("Your digits lean further to the left", "Your digits lean further to the right"),
        "Try the step “upright”, or teach the network your handwriting.",
    ),
    "size": Trait(
        *("Size", "% of the sheet", 100.0, 0.05),
        *("Your digits are smaller", "Your digits are larger"),
        "The step “cropped” corrects it.",
    ),
    "position": Trait(
        *("Distance from the middle", "% of the sheet", 100.0, 0.01),
        *("", "Your digits lie further from the middle"),
        "The steps “cropped” and “centred” correct it.",
    ),
}
"""Every measure of a `Style`, by its name, in its order."""
ORDINARY = 0.1
"""A drawing with more than this share of the training digits on both sides is typical."""


def measure_style(gray: ImageArray) -> Style | None:
    """Measure a drawing on its sheet.

    Parameters
    ----------
    gray : ndarray of uint8, shape (height, width)
        Bright ink on dark.

    Returns
    -------
    Style or None
        None if there is no ink.
    """
    found = crop(gray)
    if found is None:
        return None
    digit, top, left = found
    sheet, side = max(gray.shape), max(digit.shape)
    down = top + digit.shape[0] / 2 - gray.shape[0] / 2
    right = left + digit.shape[1] / 2 - gray.shape[1] / 2
    return Style(
        stroke_width(digit),
        float(-np.degrees(np.arctan(slant(digit)))),
        side / sheet,
        float(np.hypot(down, right)) / sheet,
    )


def measure_styles(images: ImageArray) -> npt.NDArray[np.float64]:
    """Measure pictures of digits, shape (n, 28, 28); return a row of `Style` for each that is not empty."""
    styles = filter(None, map(measure_style, images))
    return np.array([astuple(style) for style in styles], np.float64).reshape(-1, len(TRAITS))


def share_below(training: npt.NDArray[np.float64], mine: float, unseen: float = 0.0) -> float:
    """Return the share of the training digits that have less of a trait; those that look the same count half."""
    return float((training < mine - unseen).mean() + (training <= mine + unseen).mean()) / 2


def sentence_of(name: str, training: npt.NDArray[np.float64], mine: float) -> str:
    """Compare a drawing with the training digits by one trait.

    Parameters
    ----------
    name : str
        A key of `TRAITS`.
    training : ndarray, shape (n,)
        That trait of the training digits; at least one.
    mine : float

    Returns
    -------
    str
        ``Your strokes are thinner than 95 % of the training digits. …``, with a remedy; or that it is typical.
    """
    trait = TRAITS[name]
    below = share_below(training, mine, trait.unseen)
    comparison = trait.more if below > 0.5 else trait.less
    if ORDINARY <= below <= 1 - ORDINARY or not comparison:
        return "Typical of the training digits."
    share = max(below, 1 - below)
    all_but = "all of" if share == 1 else f"{min(99, round(100 * share))} % of"
    return f"{comparison} than {all_but} the training digits. {trait.remedy}"
