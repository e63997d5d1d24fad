"""The record of a training: its settings, its course, and the user's notes."""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, NamedTuple

from model.network.architectures import Arch, architecture_of
from model.plain_values import read_known
from model.training.history import History, epoch_figures, validation_loss_of
from model.training.training_config import USUAL
from model.training.training_events import FinishReason, LearningRateChanged
from model.wording import learning_rates

__all__ = ["FAILED", "INTERRUPTED", "RUNNING", "Figures", "RunNotes", "RunRecord", "layers_noted"]

RUNNING, INTERRUPTED, FAILED = "running", "interrupted", "failed"
"""States of a run besides those of `FinishReason`: a run whose program is gone was interrupted."""


@dataclass(frozen=True, slots=True)
class RunNotes:
    """The user's notes on a run, in a file of their own: the run itself may be written at the same time.

    Attributes
    ----------
    name : str
        Replaces the automatic name; empty to keep that.
    note : str
    pinned : bool
        Whether the run is listed above the others.
    problem : str
        Why the file of notes cannot be read; it is then not overwritten.
    """

    name: str = ""
    note: str = ""
    pinned: bool = False
    problem: str = ""


class Figures(NamedTuple):
    """How good a network is on some pictures: its accuracy, and its loss in nats, None if that is infinite."""

    accuracy: float
    loss: float | None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One training.

    Attributes
    ----------
    id : str
        Name of its folder; sorted by name, runs are in the order in which they began.
    arch : str
    description : dict
        As returned by `model.runs.provenance.describe_run`: settings, data, environment, history, report, seconds.
    state : str
        `RUNNING`, `INTERRUPTED`, `FAILED`, or why it ended: a `model.training.training_events.FinishReason`.
    begun : str
        Date and time in UTC, as ISO 8601 has them.
    begun_from : str
        The model whose weights it began with; empty for random ones.
    limit : int or None
        See `Dataset.limited`, with the seed of the settings; None for the whole data set.
    source : str
        What opens its data again: see `Dataset.source`.
    sweep : str
        Name of the sweep that it belongs to; empty for none.
    extra : dict
        Further facts in plain values.
    notes : RunNotes
    """

    id: str
    arch: str
    description: dict[str, Any]
    state: str = RUNNING
    begun: str = field(default_factory=lambda: datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"))
    begun_from: str = ""
    limit: int | None = None
    source: str = ""
    sweep: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    notes: RunNotes = field(default_factory=RunNotes)

    @property
    def name(self) -> str:
        """Its name: the user's, or one made from its settings."""
        settings, fold = self.settings, self.extra.get("fold")
        parts = [self.arch, f"{settings['learning_rate']:g}", *_unusual(settings), f"seed {settings['seed']}"]
        parts += [] if fold is None else [f"fold {fold + 1}"]
        return self.notes.name or ", ".join(parts)

    @property
    def settings(self) -> dict[str, Any]:
        """As returned by `TrainingConfig.as_dict`."""
        found: dict[str, Any] = self.description["settings"]
        return found

    @property
    def architecture(self) -> Arch:
        """What its network is built of: a name of this program's, or the layers of one's own, if they were kept.

        Raises
        ------
        ConfigError
            If this version cannot build it.
        """
        own = self.extra.get("layers")
        return architecture_of(self.arch if own is None else {"name": self.arch, "layers": own})

    @property
    def data(self) -> dict[str, Any]:
        """Name, parts and fingerprint (``sha256``) of the data."""
        found: dict[str, Any] = self.description["data"]
        return found

    @property
    def report(self) -> dict[str, Any] | None:
        """Figures of the final report: part, count, accuracy, loss, macro_f1, confusion, digits; None without.

        The part is ``test``, which version 0.1.0 called validation; the runs of its sweeps may report on others.
        """
        found: dict[str, Any] | None = self.description["report"]
        return found | {"part": "test"} if found and not self.sweep else found

    @property
    def validation(self) -> Figures | None:
        """The figures by which runs are compared: on the fold of a run in a sweep, or else on the validation part.

        None before the first epoch is done.
        """
        if (score := self.extra.get("score")) is not None:
            return Figures(score["accuracy"], score["loss"])
        if self._is_compared_by_report and self.report:
            return Figures(self.report["accuracy"], self.report["loss"])
        epochs = self.description["history"]["epochs"]
        if not epochs:
            return None
        kept = epochs[-1]
        if self.settings.get("patience") and self.state != FinishReason.DIVERGED:
            known = [epoch for epoch in epochs if validation_loss_of(epoch) is not None]
            kept = min(known, key=validation_loss_of, default=kept)
        figures = epoch_figures(kept)
        accuracy = figures["validation_accuracy"]
        return None if accuracy is None else Figures(accuracy, figures["validation_loss"])

    @property
    def test_accuracy(self) -> float | None:
        """Share of right answers in the final report; None without one, or where runs are compared by it."""
        return None if self.report is None or self._is_compared_by_report else float(self.report["accuracy"])

    @property
    def _is_compared_by_report(self) -> bool:
        """Whether version 0.1.0 wrote it in a sweep: its report is about what the runs are compared by."""
        return bool(self.sweep) and "score" not in self.extra

    @property
    def history(self) -> History:
        """The curves so far."""
        return History.from_dict(self.description["history"])

    def _repr_html_(self) -> str:
        """Show name, state and curves in a notebook."""
        return f"<div><b>{escape(self.name)}</b>: {escape(self.state)}</div>{self.history._repr_html_()}"

    @property
    def rates_set(self) -> dict[float, float]:
        """Learning rates that were set by hand, as `History.rates_set` returns them."""
        saved = self.description["history"].get("learning_rate_changes")
        if not saved:
            return {}
        changes = [read_known(LearningRateChanged, change) for change in saved]
        pictures, batch_size = self.data.get("train_pictures", 0), self.settings["batch_size"]
        return History(learning_rate_changes=changes).rates_set(math.ceil(pictures / batch_size))

    @property
    def learning_rates(self) -> str:
        """The learning rate, with those that were set by hand: ``0.005, then 0.002 from epoch 7``."""
        return learning_rates(self.settings["learning_rate"], self.rates_set)

    @property
    def seconds(self) -> float:
        """Time spent computing."""
        return float(self.description["seconds"])


def layers_noted(arch: Arch) -> dict[str, Any]:
    """Return what the ``extra`` of a record needs for `RunRecord.architecture`: nothing for a network by name."""
    return {} if isinstance(arch, str) else {"layers": arch.as_dict()["layers"]}


def _unusual(settings: Mapping[str, Any]) -> list[str]:
    """Name the other settings in which runs differ most often, where they are not the default."""
    optimizer, batch_size, augmentation = (
        None if settings[key] == USUAL[key] else settings[key]
        for key in ("optimizer", "batch_size", "augmentation")
    )
    pipeline = augmentation if isinstance(augmentation, str) or augmentation is None else augmentation["name"]
    return [part for part in (optimizer, batch_size and f"batch {batch_size}", pipeline) if part]
