"""The sub-command ``predict``: read a digit, or a number, from each picture."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from digitgui.installation.shipped import open_model
from model import Network
from model.judging.doubt import doubt
from model.readers.picture_files import ReadPicture, read_picture
from model.readers.sources import is_data_file, open_pictures

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument("model", metavar="MODEL", help="a model file, or default")
    parser.add_argument(
        "images",
        metavar="IMAGE",
        nargs="+",
        type=Path,
        help="a picture of one digit, or of a number, any size, either polarity; a photo of paper too;"
        " or a table, archive or array of many pictures, which needs no labels",
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Answer, and return the answers."""
    network = open_model(options.model)
    named = [one for file in options.images for one in _pictures_in(file)]
    probabilities = network.predict_proba(np.stack([picture.digit for _, _, picture in named]))
    predictions = []
    for (file, place, picture), row in zip(named, probabilities, strict=True):
        empty = not picture.digit.any()
        why = "nothing is drawn on it" if empty else doubt(row, network.card.refuse_below)
        number = _number(network, picture)
        predictions.append(
            {
                "file": str(file),
                **place,
                "digit": None if empty else int(row.argmax()),
                "probabilities": [float(p) for p in row],
                "rejected": bool(why),
                "reason": why,
                **number,
            }
        )
        if not options.json:
            answer = "" if empty else f"{row.argmax()}  ({row.max():.1%})"
            if number:
                answer, why = f"{number['number']}  (a number of {len(number['digits'])} digits)", ""
            name = f"{file}, row {place['row']}" if place else str(file)
            print(f"{name}: {answer}{'  ' if answer and why else ''}{why}")
    return {"model": options.model, "predictions": predictions}


def _pictures_in(file: Path) -> list[tuple[Path, dict[str, int], ReadPicture]]:
    """Read one picture, or all of a file of many: then ``row`` counts them from 1."""
    if not is_data_file(file):
        return [(file, {}, read_picture(file))]
    rows = (ReadPicture(digit, digit, (28, 28), False) for digit in open_pictures(file))
    return [(file, {"row": number}, picture) for number, picture in enumerate(rows, 1)]


def _number(network: Network, picture: ReadPicture) -> dict[str, Any]:
    """Read a number of several digits; boxes are left, top, right and bottom in pixels of the picture."""
    if picture.size == (28, 28):  # a picture of one digit, as data sets have it
        return {}
    from model.handwriting.segmentation import read_number  # noqa: PLC0415  a tenth of a second to import

    digits = read_number(network, picture.gray)
    if len(digits) < 2:
        return {}
    scale = max(picture.size) / max(picture.gray.shape)
    boxes = [(one.left, one.top, one.right, one.bottom) for one in (digit.segment for digit in digits)]
    return {
        "number": "".join(str(digit.digit) for digit in digits),
        "digits": [
            {
                "box": [round(scale * edge) for edge in box],
                "digit": digit.digit,
                "probabilities": [float(p) for p in digit.probabilities],
            }
            for box, digit in zip(boxes, digits, strict=True)
        ],
    }
