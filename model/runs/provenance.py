"""Where a network's weights come from, as it is written into its file."""

import datetime
import hashlib
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from model.data.augmentation import pipeline_of
from model.data.dataset import Dataset
from model.network.model_card import CHANGES, without_measured
from model.network.network import Network
from model.plain_values import finite
from model.training.history import History
from model.training.teaching import TeachingConfig
from model.training.teaching_report import TeachingReport
from model.training.training_config import TrainingConfig
from model.training.training_events import RunFinished
from model.version import __version__

__all__ = [
    "describe_data",
    "describe_run",
    "describe_steps",
    "describe_surgery",
    "describe_teaching",
    "is_of_source",
    "is_other_selection",
    "last_teaching",
]


def describe_run(
    dataset: Dataset,
    config: TrainingConfig,
    history: History,
    finished: RunFinished | None,
    seconds: float,
) -> dict[str, Any]:
    """Describe a run in plain values, for JSON: settings, data, machine, curves and result.

    ``finished`` is None for a run that is still in progress or was interrupted.
    """
    report = finished.report if finished else None
    description = {
        "written_by": f"digitgui {__version__}",
        "trained": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "environment": f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}",
        "settings": config.as_dict(),
        "augmentation": pipeline_of(config.augmentation).as_dict(),
        "data": describe_data(dataset),
        "reason": str(finished.reason) if finished else "unfinished",
        "seconds": round(seconds, 3),
        "history": history.as_dict(),
        "report": None
        if finished is None or report is None
        else {
            "part": "test",
            "count": report.count,
            "accuracy": report.accuracy,
            "loss": report.loss,
            "macro_f1": report.macro_f1,
            "confusion": report.confusion.tolist(),
            "digits": report.report,
        },
    }
    return finite(description)


def describe_data(dataset: Dataset) -> dict[str, Any]:
    """Describe in plain values what a network learns from.

    The location of the data is private and not included; ``source_sha256`` is enough to recognise the source.
    """
    chosen = dataset.reading.asked.choices
    return {
        "name": dataset.name,
        "source_sha256": _digest(dataset.source),
        "split": asdict(dataset.split_rule),
        "edits": dataset.edits.sentence(),
        "train_pictures": len(dataset.split.train),
        "extra": dataset.extra.description if dataset.extra else "",
        "sha256": dataset.fingerprint,
        **({"read": chosen} if chosen else {}),
        **({} if dataset.task.is_digits else {"task": dataset.task.as_dict()}),
    }


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode(errors="surrogatepass")).hexdigest()


def is_of_source(learned_from: Any, source: str) -> bool:
    """Return whether what `describe_data` or another program recorded describes the data in this source."""
    return isinstance(learned_from, dict) and learned_from.get("source_sha256") == _digest(source)


def is_other_selection(learned_from: Mapping[str, Any], dataset: Dataset) -> bool:
    """Return whether a network learned from the source of a data set, but from other pictures or parts of it.

    Parameters
    ----------
    learned_from : mapping
        What `describe_data` returned for the data that the network learned from.
    dataset : Dataset
        What it is going to be measured on.
    """
    now = describe_data(dataset)
    is_same_source = learned_from.get("source_sha256") == now["source_sha256"]
    return is_same_source and "sha256" in learned_from and learned_from["sha256"] != now["sha256"]


def describe_teaching(
    network: Network, name: str, hand: Dataset, count: int, config: TeachingConfig, report: TeachingReport
) -> dict[str, Any]:
    """Add a teaching to the provenance of a network: its start, the number of pictures, and the result.

    What had been measured before, accuracy and calibration, belongs to other weights and is left out.

    Parameters
    ----------
    network : Network
        The network before.
    name : str
        Its name for the user.
    hand : Dataset
    count : int
        How many of its pictures were taught.
    config : TeachingConfig
    report : TeachingReport
    """
    taught = {
        "written_by": f"digitgui {__version__}",
        "taught": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "from": name,
        "samples": hand.name,
        "pictures": count,
        "sha256": hand.fingerprint,
        "settings": config.as_dict(),
        **report.as_dict(),
    }
    known = without_measured(network.card.provenance)
    described: dict[str, Any] = finite(known | {"taught": [*known.get("taught", []), taught]})
    return described


def last_teaching(provenance: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what `describe_teaching` added if it was the last to change the weights; None otherwise.

    Parameters
    ----------
    provenance : mapping
        Of a file, perhaps of another program.

    Returns
    -------
    dict or None
        With ``before`` and ``after``: see `TeachingReport.as_dict`.
    """
    moments = {}
    for key, moment in CHANGES.items():
        entries = provenance.get(key)
        if isinstance(entries, list) and entries:
            last = entries[-1] if isinstance(entries[-1], dict) else {}
            moments[key] = str(last.get(moment, ""))
    taught = moments.pop("taught", "")
    if not taught or any(moment >= taught for moment in moments.values()):
        return None
    last = provenance["taught"][-1]
    try:
        figures = [last[when][f"base_{what}"] for when in ("before", "after") for what in ("accuracy", "count")]
    except (KeyError, TypeError):
        return None
    return last if all(isinstance(figure, int | float) for figure in figures) else None


def describe_steps(network: Network, name: str, steps: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Add training steps that were taken one by one to the provenance of a network.

    What had been measured before, accuracy and calibration, belongs to other weights and is left out.

    Parameters
    ----------
    network : Network
        With the provenance that it had before.
    name : str
        Its name for the user then.
    steps : int
    settings : mapping
        Of the last step: optimiser and learning rate.
    """
    taken = {"steps": steps, "settings": dict(settings)}
    described: dict[str, Any] = finite(_with(network, "stepped", name, "stepped", taken))
    return described


def describe_surgery(network: Network, name: str, operations: Sequence[str]) -> dict[str, Any]:
    """Add operations on the weights of a network to its provenance, as `describe_steps` does with steps.

    Parameters
    ----------
    network : Network
        With the provenance that it had before.
    name : str
        Its name for the user then.
    operations : sequence of str
        In words, in their order.
    """
    return _with(network, "surgery", name, "changed", {"operations": list(operations)})


def _with(network: Network, key: str, name: str, verb: str, done: Mapping[str, Any]) -> dict[str, Any]:
    """Add an entry to a list of the provenance, and leave out what was measured on other weights."""
    known = without_measured(network.card.provenance)
    entry = {
        "written_by": f"digitgui {__version__}",
        verb: datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "from": name,
        **done,
    }
    return known | {key: [*known.get(key, []), entry]}
