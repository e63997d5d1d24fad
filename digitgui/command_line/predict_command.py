"""The sub-command ``predict``: read a digit, or a number, from each picture."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitgui.command_line.terminal import UnfinishedError, say
from digitgui.installation.shipped import open_reader
from model.errors import DataFormatError
from model.judging.doubt import doubt
from model.readers.digit_folders import picture_names
from model.readers.picture_files import ReadPicture, read_picture
from model.readers.sources import is_data_file, open_pictures

if TYPE_CHECKING:
    from model.readers.picture_answers import PictureAnswer

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument("model", metavar="MODEL", help="the file of a model or of an ensemble, or default")
    parser.add_argument(
        "images",
        metavar="IMAGE",
        nargs="+",
        type=Path,
        help="a picture of one digit, or of a number, any size, either polarity; a photo of paper too;"
        " a table, archive or array of many pictures, which needs no labels; or a folder of pictures",
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Answer, and return the answers.

    Raises
    ------
    UnfinishedError
        At the end, if some of the files cannot be read.
    """
    from model.readers.picture_answers import answer_pictures  # noqa: PLC0415  SciPy takes a fifth of a second

    network = open_reader(options.model)
    read: list[tuple[Path, dict[str, int], ReadPicture]] = []
    unread: dict[Path, str] = {}
    for file in _files(options.images, unread):
        try:
            read += _pictures_in(file)
        except DataFormatError as error:
            unread[file] = str(error)
    if len(unread) == 1 and not read:
        raise DataFormatError(*(_line(file, why) for file, why in unread.items()))
    answers = answer_pictures(network, [picture for _, _, picture in read])
    predictions = []
    for (file, place, picture), answer in zip(read, answers, strict=True):
        plain = _plain(picture, answer, network.card.refuse_below)
        predictions.append({"file": str(file), **place, **plain})
        if not options.json:
            name = f"{file}, row {place['row']}" if place else str(file)
            print(f"{name}: {_text(answer)}")
    result: dict[str, Any] = {"model": options.model, "predictions": predictions}
    if unread:
        result["unread"] = [{"file": str(file), "reason": why} for file, why in unread.items()]
        for file, why in unread.items():
            say(_line(file, why))
        count = len({file for file, _, _ in read}) + len(unread)
        raise UnfinishedError(f"{len(unread):,} of {count:,} could not be read", result)
    return result


def _pictures_in(file: Path) -> list[tuple[Path, dict[str, int], ReadPicture]]:
    """Read one picture, or all of a file of many: then ``row`` counts them from 1."""
    if not is_data_file(file):
        return [(file, {}, read_picture(file))]
    rows = (ReadPicture(digit, digit, (28, 28), False, was_like_mnist=True) for digit in open_pictures(file))
    return [(file, {"row": number}, picture) for number, picture in enumerate(rows, 1)]


def _files(arguments: list[Path], unread: dict[Path, str]) -> Iterator[Path]:
    """Go through files, and through folders for the pictures in them; a folder without any is noted as unread."""
    for argument in arguments:
        if not argument.is_dir():
            yield argument
            continue
        names = picture_names(argument)
        if not names:
            unread[argument] = "expected pictures in this folder, found none"
        yield from (argument / name for name in names)


def _line(file: Path, why: str) -> str:
    """Say why a file was not read, with its whole path."""
    return str(file.parent / why) if why.startswith(f"{file.name}: ") else f"{file}: {why}"


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
