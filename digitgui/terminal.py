"""What the sub-commands tell: results on standard output, progress on standard error."""

import sys
from typing import Any

import numpy as np

from digitgui.shipped import open_data
from model import Dataset
from model.evaluation import Evaluation

__all__ = ["as_dict", "as_text", "open_data_aloud", "plain", "say"]


def open_data_aloud(source: str) -> Dataset:
    """Open data and tell what its reader left out or changed."""
    dataset = open_data(source)
    for note in dataset.notes:
        say(f"{dataset.name}: {note}")
    return dataset


def as_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Take out the figures of an evaluation, for JSON."""
    return {
        "accuracy": evaluation.accuracy,
        "loss": evaluation.loss,
        "macro_f1": evaluation.macro_f1,
        "count": evaluation.count,
        "confusion": evaluation.confusion,
        "report": evaluation.report,
    }


def as_text(evaluation: Evaluation) -> str:
    """Write an evaluation as tables."""
    return (
        f"{evaluation.count:,} pictures, accuracy {evaluation.accuracy:.2%}, loss {evaluation.loss:.4f}\n\n"
        f"{evaluation.report_text}\nconfusion matrix (row: label, column: answer)\n{evaluation.confusion}"
    )


def plain(thing: Any) -> Any:
    """Turn what JSON does not know into lists and numbers."""
    if isinstance(thing, np.ndarray | np.generic):
        return thing.tolist()
    raise TypeError(f"{type(thing).__name__} does not go into JSON")


def say(text: str) -> None:
    """Write a line to standard error."""
    print(text, file=sys.stderr, flush=True)
