"""The sub-command ``predict``: say what each picture shows: a digit, a number, or another class."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from digitgui.command_line.output import UnfinishedError, say, telling_progress
from digitgui.command_line.terminal import add_reading_options, asked_of
from digitgui.installation.shipped import open_reader
from model.data.reading import Asked, Turn
from model.errors import DataFormatError
from model.judging.doubt import doubt
from model.network.task import DIGITS, Task
from model.readers.digit_folders import picture_names
from model.readers.picture_files import ReadPicture
from model.readers.prepared_pictures import read_prepared
from model.readers.sources import is_data_file, open_pictures
from model.readers.turning import TURNED

if TYPE_CHECKING:
    from model.readers.picture_answers import PictureAnswer

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument(
        "model", metavar="MODEL", help="the file of a network or of an ensemble, or default, the shipped one"
    )
    parser.add_argument(
        "images",
        metavar="IMAGE",
        nargs="+",
        type=Path,
        help="a picture of what the network knows, of any size: where that is ink, dark or bright, on a scan or a"
        " photo of paper, and of digits several in a row, too; a folder of pictures; or a table, archive or array"
        " of many, without labels",
    )
    add_reading_options(parser)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Read all pictures, and return the answers.

    Raises
    ------
    UnfinishedError
        At the end, if some of the files cannot be read.
    """
    from model.readers.picture_answers import answer_pictures  # noqa: PLC0415  SciPy takes a fifth of a second

    network = open_reader(options.model)
    task = network.task
    predictions: list[dict[str, Any]] = []
    unread: dict[Path, str] = {}
    files, tell = list(_files(options.images, unread)), telling_progress("files read")
    for number, file in enumerate(files):
        tell(number, len(files))
        try:
            pictures = _pictures_in(file, task, asked_of(options))
        except DataFormatError as error:
            unread[file] = str(error)
            continue
        except OSError as error:
            unread[file] = error.strerror or str(error)
            continue
        rows = [{"row": row} for row in range(1, len(pictures) + 1)] if is_data_file(file) else [{}]
        for row, picture, answer in zip(rows, pictures, answer_pictures(network, pictures), strict=True):
            plain = _plain(picture, answer, network.card.refuse_below, task)
            predictions.append({"file": str(file), **row, **plain})
            if not options.json:
                print(f"{file}{''.join(f', row {number}' for number in row.values())}: {_text(answer, task)}")
    if len(unread) == 1 and not predictions:
        raise DataFormatError(*(_line(file, why) for file, why in unread.items()))
    result: dict[str, Any] = {"model": options.model, "classes": task.class_names, "predictions": predictions}
    if unread:
        result["unread"] = [{"file": str(file), "reason": why} for file, why in unread.items()]
        for file, why in unread.items():
            say(_line(file, why))
        count = len({*files, *unread})
        raise UnfinishedError(f"{len(unread):,} of {count:,} could not be read", result)
    return result


def _pictures_in(file: Path, task: Task, asked: Asked) -> list[ReadPicture]:
    """Read one picture, or all of a file of many."""
    if asked.preparation == "auto":
        asked = replace(asked, preparation=task.preparation)
    else:
        task = replace(task, preparation=asked.preparation)
    if not is_data_file(file):
        return [_turned(read_prepared(file, task, asked), asked.turn)]
    if task.picture_shape != DIGITS.picture_shape:
        raise DataFormatError(
            f"{file.name}: expected pictures one by one, each in a file of its own, found a file of many"
        )
    digits, reading = open_pictures(file, asked, on_progress=telling_progress(f"pictures of {file.name} read"))
    for note in reading.notes:
        say(f"{file.name}: {note}")
    if digits.shape[1:] != task.array_shape:  # they have labels, and so a form of their own
        found = f"{digits.shape[2]} × {digits.shape[1]} pixels{' in colour' * (digits.ndim == 4)}"
        raise DataFormatError(
            f"{file.name}: expected pictures of {task.words_of_shape()}, or without labels, found {found} with"
            " labels"
        )
    return [ReadPicture(digit, digit, (28, 28), False, was_like_mnist=True) for digit in digits]


def _turned(picture: ReadPicture, turn: Turn) -> ReadPicture:
    """Turn a picture if asked to: without a label its direction cannot be detected."""
    if turn in ("auto", "upright"):
        return picture
    digit, gray = (TURNED[turn](plane[np.newaxis])[0] for plane in (picture.digit, picture.gray))
    is_on_its_side = gray.shape != picture.gray.shape
    return replace(picture, digit=digit, gray=gray, size=picture.size[::-1] if is_on_its_side else picture.size)


def _files(arguments: list[Path], unread: dict[Path, str]) -> Iterator[Path]:
    """Go through files, and through folders for the pictures in them; a folder without any is noted as unread."""
    for argument in arguments:
        if not _is_folder(argument):
            yield argument
            continue
        names = picture_names(argument)
        if not names:
            unread[argument] = "expected pictures in this folder, found none"
        yield from (argument / name for name in names)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # such as a name that is too long: it is told of as a file that cannot be read
        return False


def _line(file: Path, why: str) -> str:
    """Say why a file was not read, with its whole path."""
    return str(file.parent / why) if why.startswith(f"{file.name}: ") else f"{file}: {why}"


def _text(answer: "PictureAnswer", task: Task) -> str:
    """Write an answer on a line."""
    words = []
    if answer.number:
        rows = answer.digits[-1].row + 1
        in_rows = f" in {rows} rows" if rows > 1 else ""
        words.append(f"{answer.number}  (a number of {len(answer.digits)} digits{in_rows})")
    elif answer.digit is not None:
        words.append(f"{task.class_names[answer.digit]}  ({answer.probabilities.max():.1%})")
    return "  ".join([*words, *([answer.doubt] if answer.doubt else [])])


def _plain(picture: ReadPicture, answer: "PictureAnswer", refuse_below: float, task: Task) -> dict[str, Any]:
    """Write an answer as JSON has it; boxes are left, top, right and bottom in pixels of the picture."""
    plain: dict[str, Any] = {
        "class": None if answer.digit is None else task.class_names[answer.digit],
        "probabilities": [float(p) for p in answer.probabilities],
        "rejected": bool(answer.doubt),
        "reason": answer.doubt,
    }
    if task.is_digits:
        plain = {"digit": answer.digit} | plain
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
