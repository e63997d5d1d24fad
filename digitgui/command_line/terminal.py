"""The output of the sub-commands: results on standard output, progress on standard error."""

import argparse
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from digitgui.command_line.output import say, telling_progress
from model import Dataset
from model.data.reading import CHOICES, Asked
from model.data.splitting import SPLIT_SEED, SplitRule
from model.errors import ModelFileError
from model.judging.scores import Averages, DigitScores, Scores
from model.network.task import Task
from model.readers.edit_files import edits_beside
from model.readers.forms import accepted_forms
from model.readers.sources import has_path, open_data

__all__ = [
    "SOURCES",
    "add_data_options",
    "add_reading_options",
    "as_text",
    "asked_of",
    "check_target",
    "confusion_as_text",
    "decimal",
    "open_data_aloud",
    "report_as_text",
]

SOURCES = (
    f"bundled, {accepted_forms()}, scikit-learn-digits, openml-mnist, or openml:NUMBER, which are downloaded once"
)

COLUMNS = {
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "specificity": "specificity",
    "roc_auc": "ROC-AUC",
    "pr_auc": "PR-AUC",
}
"""Figures of a digit, with their titles."""

LONGEST_HEAD = 8
"""Letters of a class above its column; beside its row stands the whole name."""
READING_HELP = {
    "ink": "whether the ink is bright on dark or dark on bright",
    "scale": "how brightness is stored: as 0 to 255 (bytes), or with another largest value, which becomes 255",
    "turn": "how to turn all pictures; EMNIST's are transposed",
    "fit": "whether to scale and centre pictures of 28 × 28 like drawings",
    "preparation": "whether pictures are ink, which is cropped and centred, photographs, or to be scaled only",
}
"""Descriptions of `model.data.reading.CHOICES`."""


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Add which data to open, and how to split it."""
    parser.add_argument("--data", metavar="SOURCE", default="bundled", help=f"{SOURCES} (default: bundled)")
    add_reading_options(parser)
    parser.add_argument(
        "--split-seed",
        type=_seed,
        default=SPLIT_SEED,
        metavar="N",
        help="seed that chooses the validation and test parts (default: %(default)s)",
    )
    parser.add_argument(
        "--stratify",
        action="store_true",
        help="keep the proportions of the digits equal in all parts, as those of other classes always are",
    )
    parser.add_argument(
        "--mix-parts",
        action="store_true",
        help="ignore the source's own parts: some of its test pictures are then trained on",
    )


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """Add how data are to be read, if they are not detected correctly."""
    for name, meaning in READING_HELP.items():
        parser.add_argument(f"--{name}", choices=list(CHOICES[name]), help=f"{meaning} (default: auto, detected)")


def asked_of(options: argparse.Namespace) -> Asked:
    """Return how to read the data, from the options."""
    return Asked(**{name: getattr(options, name) or "auto" for name in CHOICES})


def open_data_aloud(options: argparse.Namespace) -> Dataset:
    """Open the data that the options name, and report what its reader skipped or changed."""
    source = str(Path(options.data).absolute()) if has_path(options.data) else options.data
    how = {name: getattr(options, name) for name in CHOICES}
    dataset = open_data(source, **how, on_progress=telling_progress("pictures read"))
    stratified = options.stratify or not dataset.task.is_digits  # digits are split as they always were
    dataset = dataset.with_split_rule(SplitRule(options.split_seed, stratified, own_parts=not options.mix_parts))
    for note in dataset.notes:
        say(f"{dataset.name}: {note}")
    if dataset.edits.sentence():
        say(f"{dataset.name}: {dataset.edits.sentence()} (from {edits_beside(source).name})")
    return dataset


def decimal(text: str) -> float:
    """Read a number from an option; explain a decimal comma."""
    if "," in text:
        raise argparse.ArgumentTypeError(
            f"expected a number with a decimal point: write {text.replace(',', '.')}, not {text}"
        )
    return float(text)


decimal.__name__ = "number"  # which argparse names in its error


def _seed(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**32:
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 to {2**32 - 1}, got {text}")
    return number


def as_text(scores: Scores, task: Task) -> str:
    """Write an evaluation of pictures of a task as tables."""
    low, high = scores.interval
    kappa, precision = _figure(scores.kappa), _figure(scores.mean_average_precision)
    best = ", ".join(f"{share:.2%}" for share in scores.top_k)
    what = "digits" if task.speaks_of_digits else "classes"
    return "\n".join(
        [
            f"{scores.count:,} pictures, accuracy {scores.accuracy:.2%}, loss {_figure(scores.loss)}",
            f"the true accuracy lies between {low:.2%} and {high:.2%} with 95 % confidence",
            f"the label is among the 1 to {len(scores.top_k)} most probable {what}: {best}",
            f"Cohen's kappa {kappa}, mean average precision {precision},"
            f" expected calibration error {scores.calibration.expected_error:.2%}",
            "",
            _table(scores, task),
            "",
            confusion_as_text(scores.confusion, scores.class_names),
        ]
    )


def confusion_as_text(confusion: npt.ArrayLike, names: Sequence[str]) -> str:
    """Write a confusion matrix, one line a label, however long, under the names of the answers."""
    rows = np.asarray(confusion).tolist()
    heads = [name if len(name) <= LONGEST_HEAD else f"{name[: LONGEST_HEAD - 1]}…" for name in names]
    columns = zip(*rows, strict=True)
    widths = [max(len(head), *(len(str(n)) for n in column)) for head, column in zip(heads, columns, strict=True)]
    first = max(map(len, names))
    lines = [
        f"{name:>{first}}" + "".join(f"  {cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        for name, row in zip(["", *names], [heads, *rows], strict=True)
    ]
    return "\n".join(["confusion matrix (row: label, column: answer)", *lines])


def report_as_text(report: dict[str, Any]) -> str:
    """Write a classification report, as returned by `Scores.report`, as a table."""
    figures = ("precision", "recall", "f1-score")
    lines = [f"{'':>12}" + "".join(f"{figure:>11}" for figure in figures) + f"{'support':>11}"]
    for name, row in report.items():
        if isinstance(row, dict):  # the accuracy is one number
            numbers = "".join(f"{row[figure]:>11.2f}" for figure in figures)
            lines.append(f"{name:>12}{numbers}{row['support']:>11.0f}")
    return "\n".join(lines)


def _table(scores: Scores, task: Task) -> str:
    """Write the figures of each digit, one a line."""
    rows: list[tuple[object, DigitScores | Averages, int]] = [
        (one.name, one, one.support) for one in scores.digits
    ]
    rows += [("macro", scores.macro, scores.count), ("weighted", scores.weighted, scores.count)]
    widths = {column: max(8, len(title) + 2) for column, title in COLUMNS.items()}
    titles = "".join(f"{title:>{widths[column]}}" for column, title in COLUMNS.items())
    first = max(len(str(name)) for name, _, _ in rows)
    title = "digit" if task.speaks_of_digits else "class"
    lines = [f"{title:>{first}}{titles}{'support':>9}"]
    for name, one, support in rows:
        line = "".join(f"{_figure(getattr(one, column)):>{width}}" for column, width in widths.items())
        lines.append(f"{name:>{first}}{line}{support:>9}")
    return "\n".join(lines)


def _figure(figure: float) -> str:
    return "–" if math.isnan(figure) else f"{figure:.4f}"


def check_target(path: Path | None) -> None:
    """Check before long work that its result can be written.

    Raises
    ------
    ModelFileError
        If it cannot.
    """
    if path is not None and not path.parent.is_dir():
        raise ModelFileError(f"{path} cannot be written: there is no folder {path.parent}")
    if path is not None and path.is_dir():
        raise ModelFileError(f"{path} cannot be written: it is a folder, expected the name of a file")
    if path is not None and not os.access(path.parent, os.W_OK):
        raise ModelFileError(
            f"{path} cannot be written: there is no permission to write in the folder {path.parent}"
        )
