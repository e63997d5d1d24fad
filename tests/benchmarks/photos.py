"""How well digits are read from photos: ``python -m benchmarks.photos MNIST [--pen FILE] [--photos N]``.

Every row is one condition: the same digits without the effects of a photo, the photos as a picture of even
paper is read, and the photos as `picture_to_gray` reads them.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from helpers.pen_strokes import load_pen_strokes, stroke_ink
from helpers.photos import CONDITIONS, Scene, take_photo
from PIL import Image
from threadpoolctl import threadpool_limits

import resources
from model import load_network, open_data
from model.handwriting import preprocessing
from model.handwriting.ink_on_paper import picture_to_gray
from model.handwriting.preprocessing import drawing_to_digit

Inks = list[tuple[npt.NDArray[np.uint8], int]]
PEN_HEIGHT = 300


def mnist_inks(folder: str, part: str, count: int, rng: np.random.Generator) -> Inks:
    """Enlarge digits of MNIST, with edges as sharp as a pen's."""
    images, labels = open_data(folder).part(part)
    inks: Inks = []
    for number in rng.permutation(len(images))[:count]:
        large = np.asarray(Image.fromarray(images[number]).resize((336, 336), Image.Resampling.BICUBIC), float)
        rows, columns = (np.flatnonzero((large > 100).any(axis=axis)) for axis in (1, 0))
        sharp = np.clip((large - 100) * 4, 0, 255).astype(np.uint8)
        inks.append((sharp[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], int(labels[number])))
    return inks


def pen_inks(file: Path, writers: Sequence[int], count: int, rng: np.random.Generator) -> Inks:
    """Draw digits of a tablet with pens of many widths."""
    digits = load_pen_strokes(file, writers)
    inks: Inks = []
    for number in rng.permutation(len(digits))[:count]:
        strokes, label, _ = digits[number]
        pen = rng.uniform(0.05, 0.10) * PEN_HEIGHT
        placed = [stroke * PEN_HEIGHT + pen / 2 + 1 for stroke in strokes]
        right, bottom = np.concatenate(placed).max(axis=0) + pen / 2 + 2
        inks.append((stroke_ink(placed, pen, (int(bottom), int(right))), label))
    return inks


def without_photo(ink: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Bring a digit to 28×28 as a drawing."""
    return drawing_to_digit(np.pad(ink, 40))


def as_even(photo: Image.Image) -> npt.NDArray[np.uint8]:
    """Read a photo as if its paper were even."""
    is_photo, preprocessing.is_photo = preprocessing.is_photo, lambda _picture: False
    try:
        return picture_to_gray(photo)
    finally:
        preprocessing.is_photo = is_photo


def measure(name: str, scene: Scene, inks: Inks, seed: int, keep: Path | None = None) -> str:
    """Return a row of the table; failures go into a folder, if one is given."""
    rng = np.random.default_rng(seed)
    labels = np.array([label for _, label in inks])
    clean, plain, ours, photos = [], [], [], []
    for ink, _ in inks:
        photo = take_photo(ink, scene, rng)
        clean.append(without_photo(ink))
        plain.append(drawing_to_digit(as_even(photo)))
        ours.append(drawing_to_digit(picture_to_gray(photo)))
        if keep:
            photos.append(photo.convert("RGB"))
    network = load_network(resources.DEFAULT_MODEL)
    answers = [network.predict_proba(np.stack(digits)).argmax(axis=1) for digits in (clean, plain, ours)]
    accuracies = [float((answer == labels).mean()) for answer in answers]
    if keep:
        for number in np.flatnonzero((answers[0] == labels) & (answers[2] != labels))[:12]:
            show_failure(keep / f"{name.replace(' ', '_')}-{number}.png", photos[number], ours[number])
    return f"| {name:<24} | " + " | ".join(f"{accuracy:8.2%}" for accuracy in accuracies) + " |"


def show_failure(file: Path, photo: Image.Image, digit: npt.NDArray[np.uint8]) -> None:
    """Write photo, ink and 28×28 beside each other."""
    side = Image.fromarray(picture_to_gray(photo)).resize((400, 300))
    sheet = Image.new("RGB", (1100, 300))
    for part, left in (
        (photo.resize((400, 300)), 0),
        (side, 400),
        (Image.fromarray(digit).resize((300, 300), 0), 800),
    ):
        sheet.paste(part, (left, 0))
    sheet.save(file)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("mnist", metavar="MNIST", help="a folder with MNIST's four IDX files")
    parser.add_argument("--part", default="test", help="default: %(default)s")
    parser.add_argument("--pen", metavar="FILE", type=Path, help="pen strokes, for half of the digits")
    parser.add_argument("--writers", nargs=2, type=int, default=(21, 30), help="first and last; default: 21 30")
    parser.add_argument("--photos", type=int, default=1000, help="of each condition; default: %(default)s")
    parser.add_argument("--failures", metavar="FOLDER", type=Path, help="where pictures of failures go")
    parser.add_argument("--only", nargs="*", help="names of conditions")
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    first, last = options.writers
    count = options.photos // 2 if options.pen else options.photos
    inks = mnist_inks(options.mnist, options.part, count, rng)
    if options.pen:
        inks += pen_inks(options.pen, range(first, last + 1), count, rng)
    if options.failures:
        options.failures.mkdir(parents=True, exist_ok=True)
    print(f"{len(inks)} photos of each condition\n")
    print(f"| {'condition':<24} | no photo | as even  | picture_to_gray |")
    with threadpool_limits(1):
        for number, (name, scene) in enumerate(CONDITIONS.items()):
            if not options.only or name in options.only:
                print(measure(name, scene, inks, number, options.failures), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
