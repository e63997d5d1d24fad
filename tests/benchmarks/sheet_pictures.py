"""Pictures cut out of made sheets, to learn from: ``python -m benchmarks.sheet_pictures PENS MNIST --out FILE``.

The sheets are written by the people whom the shipped network may learn from, and with digits of MNIST's training
part; scanned and photographed, with pens of all kinds, faded ink, cells from 30 to 200 pixels. They are cut as
`model.handwriting.number_readings` cuts them. What fits a digit that was written is that digit; what holds two
digits, or a part of one, or none, is no digit, unless the shipped network is sure of one, since a part of a digit
may be another digit. ``digitgui train --sheets FILE`` learns from the file.
"""

import argparse
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from benchmarks.sheets import hand_of_strokes
from helpers.made_sheets import Hand, MadeSheet, SheetPlan, hand_of_pictures, make_sheet, photographed, scanned
from joblib import Parallel, delayed
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage
from threadpoolctl import threadpool_limits

import resources
from model import Network, load_network, open_data
from model.errors import DataFormatError
from model.handwriting.hands import LIKE_NO_DIGIT, another_hand, regional_shape
from model.handwriting.ink_pieces import Piece, find_pieces
from model.handwriting.preprocessing import drawing_to_digit
from model.handwriting.segmentation import MOST_IN_ALL, candidates_of
from model.handwriting.strokes import StrokeSet, load_digit_strokes
from model.network.arrays import ImageArray, LabelArray
from model.network.losses import NO_DIGIT
from model.sheets.cell_ink import ink_of_cells
from model.sheets.flat_paper import flatten
from model.sheets.perspective import moved
from model.sheets.table_finding import find_table

FITS = 0.12
"""Of a digit's height, by which the box of ink may differ from its box, and two pixels."""
INSIDE = 0.6
"""Share of a digit that lies in a picture of two digits, at least."""
SURE = 0.9
"""A part of a digit that the network is so sure of may be another digit: it is left out."""
CUT = 0.3
"""Share of the cells whose digits are cut as if they were unclear."""
UNLIKELY = 0.01
"""A digit of which the network gives so little is hardly one any more: it is left out, too."""
PER_SHEET = 130, 70
"""Digits, and pictures of no digit, from one sheet; the cells come in random order."""
PRINTED = 1000
"""Pictures of printed letters, marks and dashes."""


def plan_of(rng: np.random.Generator) -> SheetPlan:
    """Draw a kind of sheet: small cells are as frequent as large ones."""
    height = int(np.exp(rng.uniform(np.log(30), np.log(200))))
    width = int(height * rng.uniform(1.6, 2.4))
    decimals = int(rng.random() < 0.3)
    return SheetPlan(
        rows=int(np.clip(1100 // height, 6, 14)),
        columns=int(np.clip(1300 // width, 3, 6)),
        cell=(width, height),
        digits=(1, int(rng.integers(3, 5))),
        decimals=decimals,
        minus=0.1 * decimals,
        dash=0.05,
        crossed=0.03,
        rule=float(rng.integers(1, 5 if height > 60 else 3)),
        darkness=rng.uniform(0.35, 1.0),
        style=("plain", "double", "broken")[rng.integers(3)],
        marks=0.1 * (rng.random() < 0.3),
    )


def strange_hand(strokes: StrokeSet, writer: int, rng: np.random.Generator) -> Hand:
    """Make a hand like that of a writer, with other shapes, slants and proportions, and a pen of any kind."""
    own = strokes.chosen(strokes.writers == writer)
    varied = [
        another_hand(regional_shape(character, int(label), rng), rng)
        for character, label in zip(own.characters, own.labels, strict=True)
    ]
    return hand_of_strokes(
        StrokeSet(varied, own.labels, own.writers, own.sources), writer, rng.uniform(0.045, 0.18)
    )


def faded(sheet: MadeSheet, rng: np.random.Generator) -> MadeSheet:
    """Let the ink fade here and there, as that of an old ballpoint."""
    plane = np.asarray(sheet.picture, np.float32)
    coarse = rng.uniform(0.55, 1.4, (9, 9))
    field = ndimage.zoom(coarse, np.array(plane.shape) / 9, order=1)[: plane.shape[0], : plane.shape[1]]
    light = 255 - (255 - plane) * np.clip(np.resize(field, plane.shape), 0, 1)
    return replace(sheet, picture=Image.fromarray(np.rint(light).astype(np.uint8)))


def sheet_of(hand: Hand, rng: np.random.Generator) -> MadeSheet:
    """Make a sheet of any kind, scanned or photographed."""
    sheet = make_sheet(plan_of(rng), hand, rng)
    if rng.random() < 0.4:
        sheet = faded(sheet, rng)
    return photographed(sheet, rng, tilt=15.0) if rng.random() < 0.5 else scanned(sheet, rng)


def cut_out(sheet: MadeSheet, rng: np.random.Generator) -> tuple[list[ImageArray], list[int]]:
    """Return pictures of a sheet with their labels: digits, and what is none."""
    paper = flatten(np.asarray(sheet.picture.convert("L")))
    table = find_table(paper)
    corners = moved(sheet.digit_corners, paper.to_flat)
    written = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
    digits = [int(sign) for line in sheet.texts for text in line for sign in text if sign.isdigit()]
    inks = [ink for row in ink_of_cells(table.writing, table.nodes, table.digit_height) for ink in row]
    found: dict[bool, list[tuple[ImageArray, int]]] = {True: [], False: []}
    for index in rng.permutation(len(inks)):
        ink = inks[index]
        if ink.is_crossed_out or not ink.gray.any():
            continue
        pieces = find_pieces(ink.gray)
        if rng.random() < CUT:
            pieces = find_pieces(ink.gray, cut=[True] * len(pieces.pieces))
        if not 0 < len(pieces.pieces) <= MOST_IN_ALL:
            continue
        for candidate in candidates_of(ink.gray, pieces):
            label = label_of(candidate.box, (ink.left, ink.top), written, digits)
            if label is not None:
                found[label != NO_DIGIT].append((candidate.picture, label))
        if len(found[True]) > PER_SHEET[0]:
            break
    no_digits = [found[False][index] for index in rng.permutation(len(found[False]))[: PER_SHEET[1]]]
    pictures, labels = zip(*found[True], *no_digits, strict=True)
    return list(pictures), list(labels)


def label_of(
    box: Piece, corner: tuple[int, int], written: npt.NDArray[np.float64], digits: list[int]
) -> int | None:
    """Return the digit that ink holds, `NO_DIGIT`, or None where that is hard to say."""
    sides = np.array([box.left, box.top, box.right, box.bottom]) + np.tile(corner, 2)
    left, top, right, bottom = sides
    height = written[:, 3] - written[:, 1]
    off = np.abs(written - sides).max(axis=1) / (FITS * height + 2)
    nearest = int(off.argmin())
    if off[nearest] <= 1:
        return digits[nearest]
    across = np.minimum(right, written[:, 2]) - np.maximum(left, written[:, 0])
    down = np.minimum(bottom, written[:, 3]) - np.maximum(top, written[:, 1])
    shares = np.clip(across / (written[:, 2] - written[:, 0]), 0, 1) * np.clip(down / height, 0, 1)
    if (shares > INSIDE).sum() >= 2 or shares.max() < INSIDE:
        return NO_DIGIT
    return None


def printed_marks(count: int, rng: np.random.Generator) -> list[ImageArray]:
    """Print letters, words and marks that are no digits, and draw dashes, dots and check marks."""
    pictures = []
    for _ in range(count):
        size = int(rng.integers(20, 90))
        picture = Image.new("L", (6 * size, 2 * size))
        draw = ImageDraw.Draw(picture)
        match rng.integers(4):
            case 0 | 1:
                text = "".join(rng.choice(list(LIKE_NO_DIGIT + "GPTUVYdefghktp%&#@?+*="), rng.integers(1, 3)))
                draw.text((size, size // 3), text, 255, ImageFont.load_default(size))
            case 2:
                length, rise = size * rng.uniform(0.5, 1.2), size * rng.normal(0, 0.06)
                draw.line(
                    (size, size, size + length, size + rise), 255, max(2, round(size * rng.uniform(0.06, 0.18)))
                )
            case _:
                places = np.array([(0, 0.5), (0.25, 0.9), (0.9, 0.0)]) + rng.normal(0, 0.06, (3, 2))
                line = [(size * (1 + x), size * (0.4 + y)) for x, y in places]
                draw.line(line, 255, max(2, round(size * rng.uniform(0.05, 0.14))))
        blurred = picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BOX)
        pictures.append(drawing_to_digit(np.asarray(blurred)))
    return pictures


def pictures_of(pen: Path, mnist: str, numbers: Sequence[int], seed: int) -> tuple[ImageArray, LabelArray]:
    """Return the pictures of these sheets, each of which has its own random numbers."""
    strokes = load_digit_strokes(pen)
    known = strokes.chosen(~strokes.held_out)
    mixed = hand_of_pictures(*open_data(mnist).part("train"))
    writers = np.unique(known.writers)
    pictures: list[ImageArray] = []
    labels: list[int] = []
    with threadpool_limits(1):
        for number in numbers:
            rng = np.random.default_rng((seed, 0x5EE7, number))
            hand = mixed if number % 2 else strange_hand(known, int(writers[number // 2 % len(writers)]), rng)
            with suppress(DataFormatError):
                found = cut_out(sheet_of(hand, rng), rng)
                pictures, labels = pictures + found[0], labels + found[1]
    return np.stack(pictures), np.array(labels, np.uint8)


def chosen(network: Network, images: ImageArray, labels: LabelArray) -> npt.NDArray[np.bool_]:
    """Choose the digits that can be read, and what cannot be taken for a digit."""
    probabilities = network.predict_proba(images)
    own = np.take_along_axis(probabilities, np.minimum(labels, 9)[:, np.newaxis].astype(int), axis=1)[:, 0]
    return np.where(labels == NO_DIGIT, probabilities.max(axis=1) < SURE, own > UNLIKELY)


def main() -> None:
    """Make the sheets, and save what is cut out."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pen", metavar="PEN_FILE", type=Path)
    parser.add_argument("mnist", metavar="FOLDER", help="with MNIST's four files")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="an .npz of images and labels")
    parser.add_argument("--sheets", type=int, default=144, help="how many; default: %(default)s")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    printed = printed_marks(PRINTED, np.random.default_rng((options.seed, 0x5EE7)))
    parts = Parallel(2, verbose=10)(
        delayed(pictures_of)(
            options.pen, options.mnist, range(first, min(first + 12, options.sheets)), options.seed
        )
        for first in range(0, options.sheets, 12)
    )
    images = np.concatenate([*(part[0] for part in parts), np.stack(printed)])
    labels = np.concatenate([*(part[1] for part in parts), np.full(PRINTED, NO_DIGIT, np.uint8)])
    kept = chosen(load_network(resources.DEFAULT_MODEL), images, labels)
    np.savez_compressed(options.out, images=images[kept], labels=labels[kept])
    for title, group in (("digits", labels != NO_DIGIT), ("pictures of no digit", labels == NO_DIGIT)):
        print(f"{(group & kept).sum():,} of {group.sum():,} {title} in {options.out}")


if __name__ == "__main__":
    main()
