"""Folders of pictures whose names are their classes: letters in ink, and coloured photographs."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

__all__ = ["draw_letter", "save_letters", "save_photographs", "take_photograph"]

SKIES = {"meadow": (70, 150, 60), "sea": (40, 90, 190), "rose": (200, 60, 90)}
"""The colour of most of what a photograph shows."""


def draw_letter(letter: str, rng: np.random.Generator, side: int = 90) -> Image.Image:
    """Write dark on bright, a little turned and moved."""
    sheet = Image.new("L", (side, side), 235)
    font = ImageFont.load_default(0.6 * side)
    place = tuple(side * (0.28 + 0.06 * rng.uniform(-1, 1, 2)))
    ImageDraw.Draw(sheet).text(place, letter, fill=30, font=font)
    return sheet.rotate(float(rng.uniform(-8, 8)), fillcolor=235)


def take_photograph(what: str, rng: np.random.Generator, size: tuple[int, int] = (60, 48)) -> Image.Image:
    """Paint coloured clouds over a background of one colour of `SKIES`."""
    width, height = size
    coarse = rng.integers(0, 256, (6, 8, 3), np.uint8)
    clouds = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
    background = Image.new("RGB", size, SKIES[what])
    mixed = np.asarray(Image.blend(background, clouds, 0.5), np.int16)
    noisy = mixed + rng.integers(-12, 13, (height, width, 3))
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).filter(ImageFilter.SMOOTH)


def save_letters(folder: Path, letters: Sequence[str], count: int, seed: int = 0, side: int = 90) -> Path:
    """Write so many of each letter, a sub-folder each."""
    rng = np.random.default_rng(seed)
    for letter in letters:
        (folder / letter).mkdir(parents=True)
        for number in range(count):
            draw_letter(letter, rng, side).save(folder / letter / f"{letter}_{number}.png")
    return folder


def save_photographs(
    folder: Path,
    count: int,
    seed: int = 0,
    names: Sequence[str] = ("meadow", "sea"),
    size: tuple[int, int] = (60, 48),
) -> Path:
    """Write so many of each, a sub-folder each; names that are no colour of `SKIES` take them in turn."""
    rng = np.random.default_rng(seed)
    for place, name in enumerate(names):
        what = name if name in SKIES else list(SKIES)[place % len(SKIES)]
        (folder / name).mkdir(parents=True)
        for number in range(count):
            take_photograph(what, rng, size).save(folder / name / f"IMG_{number:03}.png")
    return folder
