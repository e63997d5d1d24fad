"""Sheets of numbers as they come from scanners and phones, with what is written in every cell.

Digits come from pictures of digits, such as MNIST's, or from pen strokes; a hand writes all digits of a sheet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from model.network.arrays import ImageArray, LabelArray

__all__ = ["Hand", "MadeSheet", "SheetPlan", "hand_of_pictures", "make_sheet", "photographed", "scanned"]

Plane = npt.NDArray[np.float32]
Hand = Callable[[int, np.random.Generator], ImageArray]
"""Gives a digit as bright ink on black, of any size, cut to its ink."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
BOX_CORNERS = np.array([[0, 1], [2, 1], [2, 3], [0, 3]])
Kind = Literal["grid", "boxes", "columns", "blocks", "unruled"]


@dataclass(frozen=True)
class SheetPlan:
    """What a sheet looks like before anything is written on it.

    Attributes
    ----------
    rows, columns : int
    cell : (int, int)
        Width and height of a cell in pixels.
    kind : str
        ``grid`` has rules around every cell; ``boxes`` a box for each digit; ``columns`` vertical rules alone;
        ``blocks`` rules around every five rows; ``unruled`` none.
    digits : (int, int)
        Fewest and most digits in a number.
    decimals : int
        Digits after a point.
    minus, blank, dash, crossed : float
        Shares of cells: negative numbers, nothing, a dash for nothing, and numbers that are crossed out.
    rule : float
        Thickness of the rules in pixels.
    darkness : float
        Of the rules, from 0 to 1.
    style : str
        ``plain``, ``double`` (around the table) or ``broken``.
    header : bool
        Whether a row of printed titles is above the numbers.
    side : bool
        Whether a column of printed numbers is before them.
    marks : float
        Share of cells with a check mark, and of those with an underline.
    """

    rows: int = 10
    columns: int = 5
    cell: tuple[int, int] = (110, 56)
    kind: Kind = "grid"
    digits: tuple[int, int] = (1, 4)
    decimals: int = 0
    minus: float = 0.0
    blank: float = 0.05
    dash: float = 0.0
    crossed: float = 0.0
    rule: float = 2.0
    darkness: float = 0.7
    style: Literal["plain", "double", "broken"] = "plain"
    header: bool = False
    side: bool = False
    marks: float = 0.0


@dataclass(frozen=True, eq=False)
class MadeSheet:
    """A sheet, and what is on it.

    Attributes
    ----------
    picture : PIL.Image.Image
    texts : list of list of str
        What is written, row by row, without the header.
    crossed : set of (int, int)
        Cells whose number is crossed out.
    corners : ndarray of float64, shape (rows, columns, 4, 2)
        Of each cell in the picture: upper left, upper right, lower right, lower left, each x and y.
    digits : list of (int, int)
        Row and column of each digit, row by row and from left to right.
    digit_corners : ndarray of float64, shape (n, 4, 2)
        Of each of these digits in the picture.
    """

    picture: Image.Image
    texts: list[list[str]]
    crossed: set[tuple[int, int]] = field(default_factory=set)
    corners: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0, 4, 2)))
    digits: list[tuple[int, int]] = field(default_factory=list)
    digit_corners: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 4, 2)))


def hand_of_pictures(images: ImageArray, labels: LabelArray) -> Hand:
    """Make a hand that writes with pictures of digits, uint8 of shape (n, 28, 28)."""

    def write(digit: int, rng: np.random.Generator) -> ImageArray:
        picture = images[rng.choice(np.flatnonzero(labels == digit))]
        large = np.asarray(Image.fromarray(picture).resize((112, 112), Image.Resampling.BICUBIC))
        rows, columns = np.flatnonzero(large.max(axis=1) > 40), np.flatnonzero(large.max(axis=0) > 40)
        return large[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]

    return write


def make_sheet(
    plan: SheetPlan, hand: Hand, rng: np.random.Generator, table: Sequence[Sequence[str]] = ()
) -> MadeSheet:
    """Write a sheet on even white paper: a table of texts, or any numbers."""
    width, height = plan.cell
    left, top = round(0.8 * width) + _side(plan), round(1.4 * height)
    head = height if plan.header else 0
    shape = (2 * top + head + plan.rows * height, 2 * left + plan.columns * width)
    ink = np.zeros(shape, np.float32)
    texts, crossed = [], set()
    corners = np.zeros((plan.rows, plan.columns, 4, 2))
    digits: dict[tuple[int, int], list[Box]] = {}
    for row in range(plan.rows):
        texts.append([])
        for column in range(plan.columns):
            x, y = left + column * width, top + head + row * height
            corners[row, column] = (x, y), (x + width, y), (x + width, y + height), (x, y + height)
            text = table[row][column] if table else _text(plan, rng)
            texts[-1].append(text)
            digits[row, column] = _write(ink, text, (x, y), plan, hand, rng)
            if plan.marks:
                _mark(ink, (x, y), plan, rng)
            if text.strip("-") and rng.random() < plan.crossed:
                crossed.add((row, column))
                _cross_out(ink, (x, y), plan.cell, rng)
    printed = Image.fromarray(np.zeros(shape, np.uint8))
    draw = ImageDraw.Draw(printed)
    _rule(draw, (left, top), head, plan, rng)
    rules = np.asarray(printed, np.float32) / 255
    darkness = np.maximum(ink * rng.uniform(0.75, 1.0), rules)
    places = [cell for cell, boxes in digits.items() for _ in boxes]
    boxes = np.array([box for boxes in digits.values() for box in boxes], np.float64).reshape(-1, 4)
    return MadeSheet(
        Image.fromarray(_to_gray(1 - darkness)), texts, crossed, corners, places, boxes[:, BOX_CORNERS]
    )


def scanned(sheet: MadeSheet, rng: np.random.Generator, *, tilt: float = 1.5) -> MadeSheet:
    """Let a sheet come from a scanner: turned a little, soft, grainy, as JPEG, the back shining through."""
    angle = np.deg2rad(rng.uniform(-tilt, tilt))
    width, height = sheet.picture.size
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([width, height]) / 2
    ends = (np.array([[0, 0], [width, 0], [width, height], [0, height]]) - middle) @ turn.T + middle
    moved = _warped(sheet, ends, (width, height))
    plane = np.asarray(moved.picture, np.float32) / 255
    behind = ndimage.gaussian_filter(plane[:, ::-1], 2.0)
    plane = plane * (1 - 0.12 * rng.random() * (1 - behind))
    plane = ndimage.gaussian_filter(plane, rng.uniform(0.4, 0.9)) * rng.uniform(0.85, 1.0)
    plane += rng.normal(0, 0.012, plane.shape)
    return replace(moved, picture=_as_jpeg(Image.fromarray(_to_gray(plane)), int(rng.integers(60, 92))))


def photographed(sheet: MadeSheet, rng: np.random.Generator, *, tilt: float = 12.0) -> MadeSheet:
    """Let a sheet be photographed with a phone: in perspective, in uneven light, on a table, grainy, as JPEG."""
    width, height = sheet.picture.size
    room = 0.12
    size = round(width * (1 + 2 * room)), round(height * (1 + 2 * room))
    angle, lean = np.deg2rad(rng.uniform(-tilt / 3, tilt / 3)), np.deg2rad(rng.uniform(-tilt, tilt, 2))
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array([width, height]) / 2
    turned = flat @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    depth = 1 + (turned @ np.sin(lean)) / (1.6 * max(width, height))
    ends = turned / depth[:, np.newaxis] * 0.94 + np.array(size) / 2
    moved = _warped(sheet, ends, size, around=int(rng.integers(60, 130)))
    plane = np.asarray(moved.picture, np.float32) / 255
    y, x = np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j]
    slope = rng.normal(0, 0.14, 2)
    light = 0.85 + slope[0] * x + slope[1] * y
    if rng.random() < 0.5:  # the shadow of a hand or a head
        edge = 1 / (
            1 + np.exp(-(x * rng.normal() + y * rng.normal() - rng.uniform(-0.4, 0.4)) * rng.uniform(6, 20))
        )
        light *= 1 - 0.3 * edge
    plane = ndimage.gaussian_filter(plane, rng.uniform(0.6, 1.2)) * np.clip(light, 0.25, 1.1)
    plane += rng.normal(0, 0.02, plane.shape)
    return replace(moved, picture=_as_jpeg(Image.fromarray(_to_gray(plane)), int(rng.integers(65, 92))))


def _text(plan: SheetPlan, rng: np.random.Generator) -> str:
    if rng.random() < plan.blank:
        return ""
    if rng.random() < plan.dash:
        return "-"
    count = int(rng.integers(plan.digits[0], plan.digits[1] + 1))
    count = max(count, plan.decimals + 1)
    digits = "".join(str(rng.integers(0, 10)) for _ in range(count))
    if plan.decimals:
        digits = f"{digits[: -plan.decimals]}.{digits[-plan.decimals :]}"
    return ("-" if rng.random() < plan.minus else "") + digits


def _write(
    ink: Plane, text: str, corner: tuple[int, int], plan: SheetPlan, hand: Hand, rng: np.random.Generator
) -> list[Box]:
    """Write a number into a cell: from the left, or a digit into each box; now and then into the rule."""
    width, height = plan.cell
    box = width / plan.digits[1]
    glyphs = [hand(int(sign), rng) if sign.isdigit() else None for sign in text]
    scales, gaps = rng.uniform(0.9, 1.08, len(text)), rng.uniform(0.04, 0.25, len(text))
    wide = [_width_of(*parts) for parts in zip(text, glyphs, scales, gaps, strict=True)]
    begin = width * rng.uniform(0.06, 0.12)
    room = width * rng.uniform(0.85, 1.02) - begin
    size = min(height * rng.uniform(0.5, 0.72), room / max(sum(wide), 0.1))
    x = corner[0] + begin
    base = corner[1] + height * rng.uniform(0.8, 0.92)
    boxes: list[Box] = []
    for number, (sign, glyph) in enumerate(zip(text, glyphs, strict=True)):
        if sign == "-":
            middle, length = round(base - 0.45 * size), round(0.38 * size)
            _stamp(ink, np.full((max(2, round(0.09 * size)), length), 255, np.uint8), x, middle)
        elif sign == ".":
            dot = max(3, round(0.13 * size))
            _stamp(ink, np.full((dot, dot), 255, np.uint8), x, base - dot)
        elif glyph is not None:
            sized = _sized(glyph, size * scales[number], 0.9 * box if plan.kind == "boxes" else width)
            if plan.kind == "boxes":
                x = corner[0] + number * box + (box - sized.shape[1]) / 2
            top = base - sized.shape[0] + rng.normal(0, 0.02) * height
            _stamp(ink, sized, x, top)
            boxes.append((x, top, x + sized.shape[1], top + sized.shape[0]))
        x += size * wide[number]
    return boxes


def _width_of(sign: str, glyph: ImageArray | None, scale: float, gap: float) -> float:
    """Return how far the next sign is away, in sizes of the writing."""
    if glyph is None:
        return 0.58 if sign == "-" else 0.25
    return scale * glyph.shape[1] / max(glyph.shape) + gap


def _sized(glyph: ImageArray, height: float, widest: float) -> ImageArray:
    scale = min(height / max(glyph.shape), widest / glyph.shape[1])
    size = max(2, round(glyph.shape[1] * scale)), max(4, round(glyph.shape[0] * scale))
    return np.asarray(Image.fromarray(glyph).resize(size, Image.Resampling.BICUBIC))


def _stamp(ink: Plane, glyph: ImageArray, x: float, y: float) -> None:
    """Put ink on the sheet, as far as it lies on it."""
    left, top = max(0, round(x)), max(0, round(y))
    part = glyph[: max(0, ink.shape[0] - top), : max(0, ink.shape[1] - left)]
    place = ink[top : top + part.shape[0], left : left + part.shape[1]]
    np.maximum(place, part.astype(np.float32) / 255, out=place)


def _cross_out(ink: Plane, corner: tuple[int, int], cell: tuple[int, int], rng: np.random.Generator) -> None:
    picture = Image.fromarray(np.zeros(ink.shape, np.uint8))
    draw = ImageDraw.Draw(picture)
    (x, y), (width, height) = corner, cell
    for _ in range(2):
        low, high = y + height * rng.uniform(0.35, 0.75, 2)
        draw.line((x + 0.05 * width, low, x + 0.9 * width, high), fill=255, width=max(2, height // 20))
    np.maximum(ink, np.asarray(picture, np.float32) / 255, out=ink)


def _side(plan: SheetPlan) -> int:
    """Return how wide the column of printed numbers is."""
    return round(0.7 * plan.cell[0]) if plan.side else 0


def _mark(ink: Plane, corner: tuple[int, int], plan: SheetPlan, rng: np.random.Generator) -> None:
    """Tick a number off, or underline it, as those do who check the sums of a sheet."""
    picture = Image.fromarray(np.zeros(ink.shape, np.uint8))
    draw = ImageDraw.Draw(picture)
    (x, y), (width, height) = corner, plan.cell
    if rng.random() < plan.marks:
        tick = [(0.8, 0.45), (0.86, 0.62), (0.97, 0.2)]
        draw.line([(x + a * width, y + b * height) for a, b in tick], fill=200, width=max(2, height // 25))
    if rng.random() < plan.marks:
        level = y + height * rng.uniform(0.9, 0.97)
        draw.line((x + 0.1 * width, level, x + 0.75 * width, level), fill=220, width=max(2, height // 25))
    np.maximum(ink, np.asarray(picture, np.float32) / 255, out=ink)


def _rule(
    draw: ImageDraw.ImageDraw, corner: tuple[int, int], head: int, plan: SheetPlan, rng: np.random.Generator
) -> None:
    """Print the rules and the header."""
    (left, top), (width, height) = corner, plan.cell
    first = left - _side(plan)
    right, bottom = left + plan.columns * width, top + head + plan.rows * height
    tone, thick = round(255 * plan.darkness), max(1, round(plan.rule))
    across = [top] * bool(head) + [top + head + row * height for row in range(plan.rows + 1)]
    down = [left + column * width for column in range(plan.columns + 1)]
    if plan.kind == "blocks":
        across = [y for number, y in enumerate(across) if number % 5 == 0 or y == bottom]
    if plan.kind == "columns":
        across = across[:1] + across[-1:]
    down = sorted({first, *down})
    if plan.kind == "unruled":
        across, down = [], []
    if plan.kind == "boxes":
        box = width / plan.digits[1]
        down = sorted(
            {first, *(round(left + number * box) for number in range(plan.columns * plan.digits[1] + 1))}
        )
    for y in across:
        _line(draw, (first, y, right, y), tone, thick, plan.style, rng)
    for x in down:
        _line(draw, (x, top, x, bottom), tone, thick, plan.style, rng)
    if plan.style == "double" and down:
        draw.rectangle((first - 6, top - 6, right + 6, bottom + 6), outline=tone, width=thick)
    _print(draw, corner, head, plan, tone)


def _print(draw: ImageDraw.ImageDraw, corner: tuple[int, int], head: int, plan: SheetPlan, tone: int) -> None:
    """Print the titles of columns and the numbers of rows."""
    (left, top), (width, height) = corner, plan.cell
    first = left - _side(plan)
    font = ImageFont.load_default(round(0.42 * height))
    for row in range(plan.rows if plan.side else 0):
        draw.text((first + 0.15 * width, top + head + (row + 0.25) * height), str(row + 1), tone, font)
    if head:
        for column in range(plan.columns):
            draw.text((left + column * width + 0.2 * width, top + 0.25 * head), f"{6 + 3 * column} h", tone, font)


def _line(
    draw: ImageDraw.ImageDraw,
    ends: tuple[float, float, float, float],
    tone: int,
    thick: int,
    style: str,
    rng: np.random.Generator,
) -> None:
    draw.line(ends, fill=tone, width=thick)
    if style == "broken":
        for share in rng.random(6):
            x, y = ends[0] + share * (ends[2] - ends[0]), ends[1] + share * (ends[3] - ends[1])
            draw.ellipse((x - 5, y - 5, x + 5, y + 5), fill=0)


def _warped(
    sheet: MadeSheet, ends: npt.NDArray[np.float64], size: tuple[int, int], around: int = 255
) -> MadeSheet:
    """Move the four corners of a sheet to these places of a picture of this size."""
    width, height = sheet.picture.size
    begins = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    back = _homography(ends, begins)
    picture = sheet.picture.transform(
        size, Image.Transform.PERSPECTIVE, back.ravel()[:8].tolist(), Image.Resampling.BICUBIC, fillcolor=around
    )
    forth = _homography(begins, ends)

    def moved(places: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        ends = np.column_stack([places.reshape(-1, 2), np.ones(places.size // 2)]) @ forth.T
        return (ends[:, :2] / ends[:, 2:]).reshape(places.shape)

    return replace(sheet, picture=picture, corners=moved(sheet.corners), digit_corners=moved(sheet.digit_corners))


def _homography(begins: npt.NDArray[np.float64], ends: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the projective map that takes four points to four others, its last number being 1."""
    rows, right = [], []
    for (x, y), (u, v) in zip(begins, ends, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return np.append(np.linalg.solve(np.array(rows), np.array(right)), 1.0).reshape(3, 3)


def _as_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    stream.seek(0)
    read = Image.open(stream)
    read.load()
    return read


def _to_gray(plane: Plane) -> ImageArray:
    return np.clip(np.rint(plane * 255), 0, 255).astype(np.uint8)
