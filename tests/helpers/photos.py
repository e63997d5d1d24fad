"""Photos of digits on paper, made up: ink, paper, light, lens, sensor, file.

The order is that of a real photo: ink and printed lines take away light that the paper would send back, the sheet
is seen at a slant, the light falls unevenly on it, and the camera blurs, adds noise and compresses.
"""

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

__all__ = ["CONDITIONS", "Scene", "take_photo"]

Picture = npt.NDArray[np.float32]
WHITE = (0.93, 0.92, 0.89)
INKS = {
    "black": (0.13, 0.13, 0.15),
    "blue": (0.16, 0.24, 0.62),
    "red": (0.76, 0.16, 0.18),
    "pencil": (0.45, 0.45, 0.47),
}
PAPERS = {
    "yellow": (0.96, 0.88, 0.45),
    "green": (0.62, 0.85, 0.62),
    "pink": (0.96, 0.70, 0.75),
    "kraft": (0.72, 0.56, 0.40),
}


@dataclass(frozen=True)
class Scene:
    """What is unusual about a photo; the default is black ink on white paper in even light."""

    ink: str = "black"
    paper: str = "white"
    lines: str = ""
    light: str = ""
    crease: bool = False
    table: bool = False
    blur: float = 0.7
    noise: float = 2.0
    quality: int = 85
    smallest: float = 0.2


CONDITIONS = {
    "even light": Scene(),
    "gradient": Scene(light="gradient"),
    "shadow": Scene(light="shadow"),
    "hard shadow": Scene(light="hard shadow"),
    "vignetting": Scene(light="vignette"),
    "lined paper": Scene(lines="lined"),
    "squared paper": Scene(lines="squared"),
    "squared, gradient, blue": Scene(lines="squared", light="gradient", ink="blue"),
    "coloured paper": Scene(paper="any"),
    "blue ink": Scene(ink="blue", light="gradient"),
    "red ink": Scene(ink="red", light="gradient"),
    "pencil": Scene(ink="pencil", light="gradient"),
    "creases": Scene(crease=True, light="gradient"),
    "noise, JPEG 60": Scene(noise=7.0, quality=60),
    "blur": Scene(blur=2.5),
    "small digit": Scene(smallest=0.1, light="gradient"),
    "table edge": Scene(table=True, light="gradient"),
    "everything": Scene("any", "any", "any", "any", crease=True, blur=1.2, noise=4.0, quality=60),
}


def take_photo(
    ink: npt.NDArray[np.uint8], scene: Scene, rng: np.random.Generator, size: tuple[int, int] = (800, 600)
) -> Image.Image:
    """Photograph a digit.

    Parameters
    ----------
    ink : ndarray of uint8, shape (h, w)
        Bright on dark, cut out; it is reduced to its size on the photo.
    scene : Scene
    rng : numpy.random.Generator
    size : (int, int)
        Width and height of the photo.
    """
    width, height = size
    sheet = _paper(scene, rng, width, height)
    sheet *= _crease(rng, width, height)[..., np.newaxis] if scene.crease else 1
    where = _place(ink, scene, rng, width, height)
    color = INKS[_one_of(scene.ink, list(INKS), rng)]
    pressure = rng.uniform(0.85, 1.0)
    sheet *= 1 - (where * pressure)[..., np.newaxis] * (1 - np.array(color, np.float32))
    if scene.table:
        sheet = _on_a_table(sheet, rng)
    seen = _seen_at_a_slant(sheet, rng, "edge" if scene.table else "reflect")
    light = _light(_one_of(scene.light, ["gradient", "shadow", "vignette"], rng), rng, width, height)
    photo = ndimage.gaussian_filter(seen * light[..., np.newaxis], (scene.blur, scene.blur, 0))
    photo += rng.normal(0, scene.noise, photo.shape).astype(np.float32)
    stream = io.BytesIO()
    Image.fromarray(np.clip(np.rint(photo), 0, 255).astype(np.uint8)).save(stream, "JPEG", quality=scene.quality)
    return Image.open(stream)


def _one_of(name: str, choices: list[str], rng: np.random.Generator) -> str:
    return choices[rng.integers(len(choices))] if name == "any" else name


def _paper(scene: Scene, rng: np.random.Generator, width: int, height: int) -> Picture:
    name = _one_of(scene.paper, list(PAPERS), rng)
    grain = ndimage.gaussian_filter(rng.normal(0, 1, (height, width)), 1).astype(np.float32)
    sheet = (1 + 0.015 * grain)[..., np.newaxis] * np.array(PAPERS.get(name, WHITE), np.float32)
    lines = _one_of(scene.lines, ["lined", "squared"], rng)
    if lines:
        period = height * rng.uniform(0.06, 0.16)
        color = 1 - np.array(
            [(0.55, 0.70, 0.85), (0.65, 0.65, 0.70), (0.60, 0.80, 0.65)][rng.integers(3)], np.float32
        )
        thickness = max(1.0, period * rng.uniform(0.02, 0.05))
        for axis, extent in ((0, height), (1, width)):
            if axis == 0 or lines == "squared":
                away = np.abs((np.arange(extent) + rng.uniform(0, period)) % period - period / 2)
                cover = np.clip(thickness / 2 + 0.5 - away, 0, 1).astype(np.float32)
                cover = cover[:, np.newaxis] if axis == 0 else cover[np.newaxis]
                sheet *= 1 - cover[..., np.newaxis] * color
    return sheet


def _crease(rng: np.random.Generator, width: int, height: int) -> Picture:
    """Two folds: brighter on one side, darker on the other."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    shade = np.ones((height, width), np.float32)
    for _ in range(2):
        angle = rng.uniform(0, np.pi)
        distance = (x - rng.uniform(0.2, 0.8) * width) * np.cos(angle) + (
            y - rng.uniform(0.2, 0.8) * height
        ) * np.sin(angle)
        spread = rng.uniform(6, 25)
        shade += rng.uniform(0.05, 0.15) * np.sign(distance) * np.exp(-np.abs(distance) / spread)
    return shade


def _place(ink: npt.NDArray[np.uint8], scene: Scene, rng: np.random.Generator, width: int, height: int) -> Picture:
    """Lay the ink onto the sheet, anywhere, at any size."""
    tall = height * rng.uniform(scene.smallest, 0.6 if scene.smallest > 0.1 else 0.2)
    scale = tall / max(ink.shape)
    rows, columns = (max(2, round(length * scale)) for length in ink.shape)
    small = Image.fromarray(ink).resize(
        (columns, rows), Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    )
    top = round(rng.uniform(0.12, 0.88 - rows / height) * height)
    left = round(rng.uniform(0.12, 0.88 - columns / width) * width)
    sheet = np.zeros((height, width), np.float32)
    sheet[top : top + rows, left : left + columns] = np.asarray(small, np.float32) / 255
    return sheet


def _on_a_table(sheet: Picture, rng: np.random.Generator) -> Picture:
    height, width, _ = sheet.shape
    share, side = rng.uniform(0.03, 0.10), rng.integers(4)
    wood = np.array((0.33, 0.22, 0.14), np.float32) * rng.uniform(0.5, 1.3)
    table = sheet.copy()
    rows, columns = round(share * height), round(share * width)
    part = [np.s_[:rows], np.s_[-rows:], np.s_[:, :columns], np.s_[:, -columns:]][side]
    table[part] = wood
    return table


def _seen_at_a_slant(sheet: Picture, rng: np.random.Generator, beyond: str) -> npt.NDArray[np.uint8]:
    """Turn by some degrees and look from a side; what lies beyond the sheet is more of it."""
    height, width, _ = sheet.shape
    angle, margin = np.deg2rad(rng.normal(0, 2.0)), max(width, height) // 5
    a, b = np.cos(angle), np.sin(angle)
    g, h = rng.normal(0, 0.03) / width, rng.normal(0, 0.03) / height
    x, y = width / 2, height / 2
    slant = (a, -b, x - a * x + b * y + margin, b, a, y - b * x - a * y + margin, g, h)
    padded = np.pad(sheet, ((margin, margin), (margin, margin), (0, 0)), mode=beyond)
    scenery = Image.fromarray(np.rint(np.clip(padded, 0, 1) * 255).astype(np.uint8))
    return np.asarray(
        scenery.transform((width, height), Image.Transform.PERSPECTIVE, slant, Image.Resampling.BILINEAR)
    )


def _light(kind: str, rng: np.random.Generator, width: int, height: int) -> Picture:
    y, x = np.mgrid[:height, :width].astype(np.float32)
    x, y = x / width - 0.5, y / height - 0.5
    turn = rng.uniform(0, 2 * np.pi)
    along = x * np.cos(turn) + y * np.sin(turn)
    brightness = rng.uniform(0.8, 1.0)
    if kind == "gradient":
        return np.asarray(brightness * (1 - rng.uniform(0.4, 0.7) * (0.5 + along / 1.42)), np.float32)
    if kind == "vignette":
        return np.asarray(brightness * (1 - rng.uniform(0.7, 1.2) * (x * x + y * y)), np.float32)
    if kind.endswith("shadow"):
        bend = 0.05 * np.sin(8 * (x * np.sin(turn) - y * np.cos(turn)) + turn)
        softness = rng.uniform(0.004, 0.01) if kind.startswith("hard") else rng.uniform(0.02, 0.08)
        inside = 1 / (1 + np.exp(-np.clip((along + bend - rng.uniform(-0.15, 0.15)) / softness, -30, 30)))
        return np.asarray(brightness * (1 - rng.uniform(0.3, 0.6) * inside), np.float32)
    return np.full((height, width), brightness, np.float32)
