"""Digits as a pen draws them, at any size."""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

__all__ = ["STROKES", "centre_of_mass", "draw_digit", "noise_pictures"]

STROKES = {
    0: [(5, 1), (2, 4), (2, 10), (5, 13), (8, 10), (8, 4), (5, 1)],
    2: [(2, 4), (5, 1), (8, 4), (2, 13), (8, 13)],
    4: [(7, 13), (7, 1), (2, 9), (9, 9)],
    7: [(2, 1), (8, 1), (4, 13)],
}
"""Corners (x, y) of the line of some digits, on a sheet of 16×16."""


def draw_digit(digit: int, side: int, pen: int | None = None) -> npt.NDArray[np.uint8]:
    """Draw white on black, on a square sheet; the pen is as wide as that of MNIST if no width is given."""
    sheet = Image.new("L", (side, side), 0)
    unit = side / 16
    points = [((x + 2) * unit, (y + 1) * unit) for x, y in STROKES[digit]]
    ImageDraw.Draw(sheet).line(points, fill=255, width=round(side / 14) if pen is None else pen, joint="curve")
    return np.asarray(sheet)


def centre_of_mass(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Compute row and column of the centre of the ink."""
    places = np.argwhere(image > 0)
    return np.average(places, axis=0, weights=image[image > 0].astype(float))


def noise_pictures(n: int, seed: int = 0, shape: tuple[int, ...] = (28, 28)) -> npt.NDArray[np.uint8]:
    """Draw pictures of nothing, in which every pixel can be told from its neighbours."""
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), np.uint8)
