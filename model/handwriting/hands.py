"""Other people's handwriting: variants of pen strokes, and pictures of no digit, for a network to learn from."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from model.data.extra_pictures import ExtraPictures
from model.errors import DataFormatError
from model.handwriting.preprocessing import drawing_to_digit
from model.handwriting.strokes import Strokes, StrokeSet, load_digit_strokes, load_strokes, paint, unit_box
from model.network.arrays import ImageArray, LabelArray
from model.network.losses import NO_DIGIT

__all__ = [
    "LIKE_NO_DIGIT",
    "another_hand",
    "crossing_lines",
    "extra_digits",
    "extra_non_digits",
    "extra_pictures",
    "non_digits",
    "regional_shape",
    "scribble",
]

LIKE_NO_DIGIT = "AEFHKMNRWXkmnwx"
"""Letters that do not look like a digit, in print or in handwriting: doubt is learned from them and measured."""
PENS = 0.07, 0.17
"""Widths of the pens, as shares of the character's longer side: those of MNIST's digits."""
COPIES = 2
"""Variants of every digit that is learned from."""
SCRIBBLES = 2500
OVERLAYS = 800
CROSSINGS = np.array([(x, y) for x in (-0.35, 0.0, 0.35) for y in (-0.5, 0.0, 0.5)], np.float32)
"""Where the strokes of most capital letters begin, bend and end."""


def extra_pictures(strokes: str | Path, letters: str | Path | None, seed: int) -> ExtraPictures:
    """Paint the extra pictures that a training learns from, with a random stream of its own.

    Parameters
    ----------
    strokes : path
        Digits as pen strokes; the writers reserved for testing are not used.
    letters : path, optional
        Letters as pen strokes, from which to learn doubt.
    seed : int
        That of the training.

    Raises
    ------
    DataFormatError
        If a file holds something else, or there is nothing to learn from.
    """
    rng = np.random.default_rng((seed, 0x5772))
    known = load_digit_strokes(Path(strokes))
    digits = known.chosen(~known.held_out)
    extra = extra_digits(digits, rng)
    if letters is not None:
        unlike = load_strokes(Path(letters))
        extra += extra_non_digits(unlike.chosen(~unlike.held_out), digits, rng)
    return extra


def extra_digits(strokes: StrokeSet, rng: np.random.Generator, copies: int = COPIES) -> ExtraPictures:
    """Paint variants of every digit, as other people might have written it.

    Parameters
    ----------
    strokes : StrokeSet
        Of digits.
    rng : numpy.random.Generator
    copies : int
        How many of each.

    Raises
    ------
    DataFormatError
        If there are none.
    """
    if not strokes.characters:
        raise DataFormatError(
            "expected pen strokes of digits to learn from, found only writers that are reserved for testing"
        )
    images = [
        _painted(another_hand(regional_shape(character, int(label), rng), rng), rng)
        for _ in range(copies)
        for character, label in zip(strokes.characters, strokes.labels, strict=True)
    ]
    labels = np.tile(strokes.labels.astype(np.uint8), copies)
    people = len(np.unique(strokes.writers))
    return ExtraPictures(np.stack(images), labels, f"{len(labels):,} digits from strokes of {people} people")


def extra_non_digits(letters: StrokeSet, digits: StrokeSet, rng: np.random.Generator) -> ExtraPictures:
    """Paint pictures of no digit: letters, scribbles, and two digits on top of one another.

    Parameters
    ----------
    letters : StrokeSet
        Only those in `LIKE_NO_DIGIT` are used.
    digits : StrokeSet
    rng : numpy.random.Generator

    Returns
    -------
    ExtraPictures
        Labelled `NO_DIGIT`.

    Raises
    ------
    DataFormatError
        If there is no such letter, or there are no two different digits but 1.
    """
    unlike = letters.chosen(np.isin(letters.labels, list(LIKE_NO_DIGIT))).characters
    if not unlike:
        raise DataFormatError(f"expected pen strokes of letters such as {', '.join(LIKE_NO_DIGIT)}, found none")
    if len(np.unique(digits.labels[digits.labels != 1])) < 2:
        raise DataFormatError("expected pen strokes of at least two different digits besides 1, found fewer")
    characters = [another_hand(character, rng) for character in unlike]
    characters += [scribble(rng) for _ in range(SCRIBBLES)]
    characters += list(_overlays(digits, rng))
    images = np.stack([_painted(character, rng) for character in characters])
    labels: LabelArray = np.full(len(images), NO_DIGIT, np.uint8)
    return ExtraPictures(images, labels, f"{len(images):,} pictures of no digit")


def non_digits(count: int, rng: np.random.Generator) -> ImageArray:
    """Paint pictures of no digit without recorded strokes: half scribbles, half lines like those of letters.

    Some of the lines make a digit all the same.

    Parameters
    ----------
    count : int
        At least 1.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of uint8, shape (count, 28, 28)
    """
    characters = [scribble(rng) if index % 2 else crossing_lines(rng) for index in range(count)]
    return np.stack([_painted(character, rng) for character in characters])


def _painted(strokes: Strokes, rng: np.random.Generator) -> ImageArray:
    return drawing_to_digit(paint(strokes, rng.uniform(*PENS)))


def another_hand(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Turn, slant, stretch and bend a character, smoothly and at random.

    Rotation is up to 10 degrees, slant up to 0.35 of the height, the proportions change by up to a quarter, and
    every point moves by a sum of sines of some 3 % of the longer side. A quarter of them lose every other point
    or two of three, as on a slow tablet.
    """
    strokes = unit_box(strokes)
    if rng.random() < 0.25:
        step = int(rng.integers(2, 4))
        strokes = [np.concatenate([stroke[::step], stroke[-1:]]) for stroke in strokes]
    angle, slant, stretch = np.deg2rad(rng.uniform(-10, 10)), rng.uniform(-0.35, 0.35), rng.uniform(-0.25, 0.25)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = rotation @ np.array([[1, slant], [0, 1]]) @ np.diag([np.exp(stretch), 1])
    frequencies = rng.normal(0, 3.5, (2, 3, 2))
    phases = rng.uniform(0, 2 * np.pi, (2, 3))
    return [
        (
            (stroke + 0.03 * np.sin(np.einsum("pd,cjd->pcj", stroke, frequencies) + phases).sum(axis=2)) @ matrix.T
        ).astype(np.float32)
        for stroke in strokes
    ]


def regional_shape(strokes: Strokes, label: int, rng: np.random.Generator) -> Strokes:
    """Write a digit as in other countries, now and then: slashed 0, flag and foot of 1, crossed 7."""
    strokes = unit_box(strokes)
    points = np.concatenate(strokes)
    width, height = np.ptp(points, axis=0)
    if label == 0 and rng.random() < 0.3:
        return [*strokes, _slash(width, height, rng)]
    if len(strokes) > 1:  # a bar, a flag or a foot is there already
        return strokes
    if label == 7 and rng.random() < 0.35:
        middle = np.array([width * rng.uniform(-0.1, 0.2), height * rng.uniform(-0.1, 0.15)])
        return [*strokes, _bar(middle, width * rng.uniform(0.25, 0.45), height * rng.uniform(-0.06, 0.06))]
    if label == 1 and width < 0.35 * height:
        return _flag_and_foot(strokes, height, rng)
    return strokes


def _slash(width: float, height: float, rng: np.random.Generator) -> np.ndarray:
    """Make a line from the lower left to the upper right, within the 0 or beyond it; rarely the other way."""
    steep = rng.uniform(0.7, 1.3)
    ends = []
    for direction in (-1, 1):
        reach = rng.uniform(0.55, 1.25)
        across, up = min(1.3, steep**-0.5), steep**0.5 * rng.uniform(0.7, 1.0)
        ends.append([direction * width / 2 * reach * across, -direction * height / 2 * reach * up])
    slash = np.array(ends, np.float32)
    return slash * np.array([-1, 1], np.float32) if rng.random() < 0.12 else slash


def _bar(middle: np.ndarray, half_length: float, rise: float) -> np.ndarray:
    reach = np.array([half_length, -rise])
    return np.array([middle - reach, middle + reach], np.float32)


def _flag_and_foot(strokes: Strokes, height: float, rng: np.random.Generator) -> Strokes:
    stroke = strokes[0]
    top, bottom = stroke[stroke[:, 1].argmin()], stroke[stroke[:, 1].argmax()]
    result = [stroke]
    if rng.random() < 0.4:  # never level: with a level flag it would be a 7
        if rng.random() < 0.5:
            left = rng.uniform(0.1, 0.4)
            down = left * rng.uniform(0.6, 1.5)
        else:  # as long as the stroke, as they write in much of Europe
            down = rng.uniform(0.55, 1.05)
            left = down * rng.uniform(0.35, 0.95)
        flag = height * np.array([-left, down])
        result.insert(0, np.array([top + flag, top], np.float32))
    if rng.random() < 0.35:
        result.append(_bar(bottom, height * rng.uniform(0.12, 0.35), height * rng.uniform(-0.04, 0.04)))
    return result


def scribble(rng: np.random.Generator) -> Strokes:
    """Scribble: a zigzag, a tangle, loops, a spiral, hatching, or a blot."""
    kind = rng.integers(7)
    if kind == 0:
        count = int(rng.integers(5, 14))
        teeth = (np.arange(count) % 2) * rng.uniform(0.3, 1) + rng.normal(0, 0.08, count)
        strokes = [np.stack([np.linspace(0, 1, count) + rng.normal(0, 0.03, count), teeth], axis=1)]
    elif kind == 1:
        strokes = [_smooth(rng.uniform(0, 1, (int(rng.integers(8, 18)), 2)))]
    elif kind == 2:
        strokes = [rng.uniform(0, 1, (int(rng.integers(6, 14)), 2))]
    elif kind == 3:
        turns = np.linspace(0, 2 * np.pi * rng.uniform(2.5, 7), 120)
        radius, drift = rng.uniform(0.2, 0.5), turns / turns[-1] * rng.uniform(0.5, 2)
        rise = radius * rng.uniform(0.5, 1.5) * np.sin(turns)
        strokes = [np.stack([drift + radius * np.cos(turns), rise], axis=1)]
    elif kind == 4:
        turns = np.linspace(0, 2 * np.pi * rng.uniform(2.2, 5), 120)
        strokes = [np.stack([turns * np.cos(turns + rng.uniform(0, 6)), turns * np.sin(turns)], axis=1)]
    elif kind == 5:
        strokes = [_smooth(rng.uniform(0, 1, (int(rng.integers(2, 5)), 2))) for _ in range(rng.integers(4, 8))]
    else:
        steps = np.cumsum(rng.normal(0, 1, (int(rng.integers(30, 120)), 2)), axis=0)
        way_back = np.linspace(0, 1, len(steps))[:, np.newaxis] * steps[-1]
        strokes = [steps - way_back * rng.uniform(0.5, 1)]
    return [stroke.astype(np.float32) for stroke in strokes]


def crossing_lines(rng: np.random.Generator) -> Strokes:
    """Draw two to four straight or bent lines, such as letters are made of."""
    lines = []
    for _ in range(rng.integers(2, 5)):
        count = int(rng.integers(2, 4))
        lines.append(CROSSINGS[rng.permutation(9)[:count]] + rng.normal(0, 0.04, (count, 2)).astype(np.float32))
    return another_hand(lines, rng)


def _smooth(knots: np.ndarray) -> np.ndarray:
    from scipy.interpolate import CubicSpline  # noqa: PLC0415  a third of a second to import

    if len(knots) < 3:
        return knots

    curve: np.ndarray = CubicSpline(np.arange(len(knots)), knots)(np.linspace(0, len(knots) - 1, 6 * len(knots)))
    return curve


def _overlays(digits: StrokeSet, rng: np.random.Generator) -> Iterator[Strokes]:
    """Write two different digits on top of one another, but no 1: it may leave the other digit readable."""
    usable = np.flatnonzero(digits.labels != 1)
    made = 0
    while made < OVERLAYS:
        first, second = rng.choice(usable, 2)
        if digits.labels[first] != digits.labels[second]:
            made += 1
            offset = rng.uniform(-0.12, 0.12, 2).astype(np.float32)
            over = [stroke + offset for stroke in unit_box(digits.characters[second])]
            yield unit_box(digits.characters[first]) + over
