"""The sub-command ``predict``: read a digit, or a number, from each picture."""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitgui.command_line.terminal import UnfinishedError, say
from digitgui.installation.shipped import open_model
from model.errors import DataFormatError
from model.judging.doubt import doubt
from model.readers.picture_files import ReadPicture, may_be_a_picture, read_picture

if TYPE_CHECKING:
    from model.readers.picture_answers import PictureAnswer

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
        " or a folder of such pictures",
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Answer, and return the answers.

    Raises
    ------
    UnfinishedError
        At the end, if some of the files cannot be read.
    """
    from model.readers.picture_answers import answer_pictures  # noqa: PLC0415  SciPy takes a fifth of a second

    network = open_model(options.model)
    read: dict[Path, ReadPicture] = {}
    unread: dict[Path, str] = {}
    for file in _files(options.images, unread):
        try:
            read[file] = read_picture(file)
        except DataFormatError as error:
            unread[file] = str(error)
    answers = answer_pictures(network, list(read.values()))
    predictions = []
    for (file, picture), answer in zip(read.items(), answers, strict=True):
        predictions.append({"file": str(file), **_plain(picture, answer, network.card.refuse_below)})
        if not options.json:
            print(f"{file}: {_text(answer)}")
    result: dict[str, Any] = {"model": options.model, "predictions": predictions}
    if unread:
        result["unread"] = [{"file": str(file), "reason": why} for file, why in unread.items()]
        for file, why in unread.items():
            say(f"{file.parent / why}" if why.startswith(file.name) else f"{file}: {why}")
        count = len(read) + len(unread)
        raise UnfinishedError(f"{len(unread):,} of {count:,} could not be read", result)
    return result


def _files(arguments: list[Path], unread: dict[Path, str]) -> Iterator[Path]:
    """Go through files, and through folders for the pictures in them; a folder without any is noted as unread."""
    for argument in arguments:
        if not argument.is_dir():
            yield argument
            continue
        found = False
        for folder, folders, names in os.walk(argument):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for file in (Path(folder) / name for name in sorted(names)):
                if may_be_a_picture(file):
                    found = True
                    yield file
        if not found:
            unread[argument] = "expected pictures in this folder, found none"


def _text(answer: "PictureAnswer") -> str:
    """Write an answer on a line."""
    words = []
    if answer.number:
        rows = answer.digits[-1].row + 1
        in_rows = f" in {rows} rows" if rows > 1 else ""
        words.append(f"{answer.number}  (a number of {len(answer.digits)} digits{in_rows})")
    elif answer.digit is not None:
        words.append(f"{answer.digit}  ({answer.probabilities.max():.1%})")
    return "  ".join([*words, *([answer.doubt] if answer.doubt else [])])


def _plain(picture: ReadPicture, answer: "PictureAnswer", refuse_below: float) -> dict[str, Any]:
    """Write an answer as JSON has it; boxes are left, top, right and bottom in pixels of the picture."""
    plain: dict[str, Any] = {
        "digit": answer.digit,
        "probabilities": [float(p) for p in answer.probabilities],
        "rejected": bool(answer.doubt),
        "reason": answer.doubt,
    }
    if answer.number:
        plain["number"] = answer.number
    if answer.digits:
        scale = max(picture.size) / max(picture.gray.shape)
        segments = [digit.segment for digit in answer.digits]
        boxes = [(one.left, one.top, one.right, one.bottom) for one in segments]
        plain["digits"] = [
            {
                "box": [round(scale * edge) for edge in box],
                "row": digit.row,
                "digit": digit.digit,
                "probabilities": [float(p) for p in digit.probabilities],
                "rejected": bool(doubt(digit.probabilities, refuse_below)),
            }
            for box, digit in zip(boxes, answer.digits, strict=True)
        ]
    return plain
