"""What a network reads in a picture file: a digit, a number, or why neither is certain."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.handwriting.frames import goes_around_ink
from model.handwriting.segmentation import ReadDigit, lie_on_one_another, number_of, read_number
from model.judging.doubt import doubt
from model.judging.ensemble import AnyNetwork
from model.readers.picture_files import ReadPicture

__all__ = ["PictureAnswer", "answer_pictures"]

SMALLEST_NUMBER = 32
"""Pixels of the longer side of a picture below which digits of a number cannot be told from parts of one."""


@dataclass(frozen=True, slots=True, eq=False)
class PictureAnswer:
    """An answer to a picture.

    Attributes
    ----------
    probabilities : ndarray of float32, shape (classes,)
        Of the whole as one.
    digit : int or None
        Number of the most probable class; None if the picture is blank, or holds several digits.
    number : str
        Several digits as text, rows separated; empty for a single one, and if one of them is doubtful.
    digits : list of ReadDigit
        Those of the number, or of what looks like one; empty if there are not several.
    doubt : str
        Why the answer is doubtful; empty if it is not.
    """

    probabilities: npt.NDArray[np.float32]
    digit: int | None
    number: str
    digits: list[ReadDigit]
    doubt: str


def answer_pictures(network: AnyNetwork, pictures: Sequence[ReadPicture]) -> list[PictureAnswer]:
    """Read pictures, a digit or a number each; with other classes, one of them each."""
    if not pictures:
        return []
    probabilities = network.predict_proba(np.stack([picture.digit for picture in pictures]))
    return [_answer(network, picture, row) for picture, row in zip(pictures, probabilities, strict=True)]


def _answer(network: AnyNetwork, picture: ReadPicture, row: npt.NDArray[np.float32]) -> PictureAnswer:
    if network.preparation == "ink" and not picture.digit.any():
        return PictureAnswer(row, None, "", [], "The picture is blank.")
    line, digit = network.card.refuse_below, int(row.argmax())
    if not network.task.is_digits:
        return PictureAnswer(row, digit, "", [], doubt(row, line, network.task))
    is_framed = not picture.was_like_mnist and goes_around_ink(picture.gray)
    if picture.was_like_mnist or is_framed:
        why = "A line surrounds other ink: is it a frame?" if is_framed else doubt(row, line)
        return PictureAnswer(row, digit, "", [], why)
    digits = read_number(network, picture.gray)
    if not digits:
        return PictureAnswer(row, None, "", [], "The picture holds more than one number.")
    if len(digits) == 1 or max(picture.size) < SMALLEST_NUMBER:
        why = (
            doubt(row, line)
            if len(digits) == 1
            else "The picture is too small to tell several digits from parts of one."
        )
        return PictureAnswer(row, digit, "", [], why)
    why = _doubt_of_number(digits, line)
    return PictureAnswer(row, None, "" if why else number_of(digits), digits, why)


def _doubt_of_number(digits: list[ReadDigit], line: float) -> str:
    if lie_on_one_another(digits):
        return f"This looks like {len(digits)} digits on top of one another."
    doubted = [place for place, digit in enumerate(digits, 1) if doubt(digit.probabilities, line)]
    if not doubted:
        return ""
    which = f"number {doubted[0]} of them is" if len(doubted) == 1 else f"{len(doubted)} of them are"
    return f"This looks like {len(digits)} digits, but {which} doubtful."
