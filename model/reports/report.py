"""A report on a run: one HTML file that holds everything, for a browser or for paper."""

import base64
import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from model.data.dataset import PARTS, Dataset
from model.data.pipeline import Pipeline
from model.errors import ConfigError
from model.judging.scores import MEANINGS, score
from model.network.model_card import CHANGES
from model.network.network import Network
from model.network.task import Task
from model.reports.report_figures import calibration_picture, class_curves_picture, class_lines, curves_picture
from model.reports.report_page import decimal, render
from model.reports.report_result import Result
from model.runs.run_record import FAILED, INTERRUPTED, RUNNING, RunRecord
from model.training.history import History
from model.training.settings import SETTING_NAMES
from model.training.training_config import USUAL
from model.training.training_events import FinishReason
from model.wording import speaks_of_digits

__all__ = ["STATES", "Looked", "OnShare", "Opened", "curves_of", "look", "no_share", "report_on_run"]

WRONG_SHOWN = 100
"""At most this many wrong pictures are shown."""
PICTURES_AT_ONCE = 1000
"""So many are answered between two words about the progress."""

STATES = {
    FinishReason.COMPLETED: ("good", "Completed", "It ran to its end"),
    FinishReason.STOPPED_EARLY: ("good", "Stopped early", "The validation loss no longer fell"),
    FinishReason.STOPPED: ("warning", "Stopped", "It was stopped, by hand or by a time limit, before its end"),
    FinishReason.DIVERGED: ("bad", "Diverged", "The loss became infinite: a smaller learning rate may help"),
    RUNNING: ("warning", "Running", "It is still running; these are the figures so far"),
    INTERRUPTED: ("warning", "Interrupted", "The program ended before the run did"),
    FAILED: ("bad", "Failed", "An error ended it"),
}
"""Colour, word and sentence for each state."""


OnShare: TypeAlias = Callable[[float], object]
"""Is called now and then with the share that is done, from 0 to 1."""


def no_share(_share: float) -> None:
    """Tell of no progress."""


class Setting(NamedTuple):
    """A row of the settings."""

    name: str
    value: object
    default: object

    @property
    def differs(self) -> bool:
        """Whether it differs from the default."""
        return self.value != self.default


class Wrong(NamedTuple):
    """A wrong picture: its number in the data set, and itself as a data URI."""

    number: int
    label: str
    answer: str
    probability: float
    uri: str


@dataclass(frozen=True, slots=True)
class Looked:
    """The answers of a network to the part of the data that a report is about."""

    result: Result
    wrong: list[Wrong]


class Opened(NamedTuple):
    """What a run has left: its latest network and its data; or why one of them is missing."""

    network: Network | None
    dataset: Dataset | None
    problem: str = ""


def report_on_run(
    record: RunRecord,
    network: Network | None,
    dataset: Dataset | None,
    *,
    command: str = "",
    problem: str = "",
    on_progress: OnShare = no_share,
) -> str:
    """Write a report on a run.

    Parameters
    ----------
    record : RunRecord
    network : Network or None
        Its latest network; None if there is none.
    dataset : Dataset or None
        Its data, split and limited as in the run; None if they cannot be opened. If they have changed since, the
        report says so, and shows what the run itself recorded.
    command : str
        The command that trains the same network again; empty if there is none.
    problem : str
        Why there is no network, or no data set, in one sentence.
    on_progress : callable
        Is given the share of the pictures that the network has answered.

    Returns
    -------
    str
        An HTML page. The same run gives the same page.
    """
    difference = _difference(dataset, record) if dataset else ""
    if difference:
        problem, dataset = difference, None
    looked, _ = look(record, Opened(network, dataset), on_progress)
    result = looked.result if looked else Result.noted(record.report) if record.report else None
    return render(
        "run.html",
        record=record,
        state=_state(record),
        result=result,
        problem="" if looked else problem,
        settings=_settings(record, network),
        augmentation=_augmentation(record),
        counts=_label_counts(dataset) if dataset else None,
        curves=curves_of("run", record.history),
        figures=_pictures(result),
        class_lines=class_lines(result.names) if result else [],
        wrong=looked.wrong if looked else None,
        network=network,
        changes={key: network.card.provenance.get(key) if network else None for key in CHANGES},
        command=command,
        meanings=result.meanings if result else MEANINGS,
        task=dataset.task if dataset else _task_of(network),
    )


def _task_of(network: Network | None) -> Task | None:
    """Return what the network of a run is about; None if there is none, or no data could be like that."""
    with suppress(ConfigError):
        return network.task if network else None
    return None


def look(record: RunRecord, opened: Opened, on_progress: OnShare = no_share) -> tuple[Looked | None, str]:
    """Evaluate the network of a run on the part that its report is about, or say in a sentence why not."""
    network, dataset, problem = opened
    difference = _difference(dataset, record) if dataset else ""
    if difference or network is None or dataset is None:
        return None, difference or problem
    part = record.report["part"] if record.report and dataset.has_own_test_part else "test"
    return _look(network, dataset, part, on_progress), ""


def _look(network: Network, dataset: Dataset, part: Any, on_progress: OnShare) -> Looked | None:
    """Evaluate a network on a part; None if that is empty."""
    indices = dataset.indices(part)
    if len(indices) == 0:
        return None
    images, labels = dataset.part(part)
    pieces = []
    for start in range(0, len(images), PICTURES_AT_ONCE):
        on_progress(start / len(images))
        pieces.append(network.predict_proba(images[start : start + PICTURES_AT_ONCE]))
    probabilities = np.concatenate(pieces)
    answers, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    names = network.class_names
    scores = score(probabilities, labels, names)
    wrong = np.flatnonzero(answers != labels)
    wrong = wrong[np.argsort(-sure[wrong], kind="stable")][:WRONG_SHOWN]
    shown = [
        Wrong(int(indices[i]), names[labels[i]], names[answers[i]], float(sure[i]), _data_uri(images[i]))
        for i in wrong
    ]
    return Looked(Result.computed(part, scores), shown)


def _difference(dataset: Dataset, record: RunRecord) -> str:
    """Say why the data, or their parts, are not those of a run; empty if they are."""
    if record.extra.get("fold") is not None and "score" not in record.extra:  # of version 0.1.0
        return (
            f"It was measured by fold {record.extra['fold'] + 1} of its sweep, which is no part of {dataset.name}."
        )
    if dataset.fingerprint == record.data["sha256"]:
        return ""
    if record.data["extra"] and not dataset.extra:
        extra = record.data["extra"]
        return f"Whether {dataset.name} has changed since is unknown: the run also learned from {extra}."
    return f"{dataset.name} has changed since the run used it: its fingerprint differs."


def _data_uri(image: npt.NDArray[np.uint8]) -> str:
    """Write a picture as PNG into an address."""
    from PIL import Image  # noqa: PLC0415  a tenth of a second to import

    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"


def _state(record: RunRecord) -> dict[str, str]:
    """Say in which state a run is, and how far it has come."""
    kind, word, sentence = STATES.get(record.state, ("warning", record.state, "It did not reach its end"))
    done, asked = len(record.history.epochs), record.settings["epochs"]
    return {"kind": kind, "word": word, "sentence": f"{sentence}. {done} of {asked} epochs are done."}


def _settings(record: RunRecord, network: Network | None) -> list[Setting]:
    """List the settings beside their defaults."""
    rows = [Setting(SETTING_NAMES["arch"], record.arch, USUAL["arch"])]
    if network:
        rows.append(Setting(SETTING_NAMES["initializer"], network.initializer, USUAL["initializer"]))
    if record.begun_from:
        rows.append(Setting(SETTING_NAMES["begun_from"], record.begun_from, "random ones"))
    for key, value in record.settings.items():
        rows.append(Setting(SETTING_NAMES.get(key, key), value, USUAL.get(key, "")))
    if record.limit is not None:
        rows.append(Setting(SETTING_NAMES["limit"], f"{record.limit:,}", "all"))
    return rows


def _augmentation(record: RunRecord) -> list[str]:
    """Describe the augmentation in sentences; nothing for what another program has written."""
    try:
        return Pipeline.from_dict(record.description.get("augmentation")).sentences()
    except ConfigError:
        return []


def _label_counts(dataset: Dataset) -> dict[str, list[int]]:
    """Count the pictures of each class in each part that is not empty."""
    counts = {part: dataset.label_counts(part).tolist() for part in PARTS}
    return {part: found for part, found in counts.items() if any(found)}


def curves_of(name: str, history: History) -> list[Any]:
    """Draw loss and accuracy of a run, if an epoch has been done; ``name`` is unique on the page."""
    if not history.epochs:
        return []
    return [curves_picture(f"{name}-{what}", [("this run", history)], what) for what in ("loss", "accuracy")]


def _pictures(result: Result | None) -> dict[str, Any]:
    """Draw what needs the probabilities of every picture."""
    if result is None or result.scores is None:
        return {}
    scores = result.scores
    is_of_digits = speaks_of_digits(scores.class_names)
    classes = "the ten digits" if is_of_digits else f"the {len(scores.digits)} classes"
    one = "digit" if is_of_digits else "class"
    return {
        "calibration": calibration_picture("calibration", scores.calibration),
        "roc": class_curves_picture(
            "roc",
            f"ROC curves of {classes}; their mean area is {decimal(scores.roc_auc)}",
            scores.roc,
            ("share of the others mistaken for it", f"share of the {one} found"),
        ),
        "precision_recall": class_curves_picture(
            "precision-recall",
            f"Precision-recall curves of {classes}; mean area {decimal(scores.mean_average_precision)}",
            scores.precision_recall,
            ("recall", "precision"),
        ),
    }
