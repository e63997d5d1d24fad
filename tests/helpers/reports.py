"""Runs to report on, and what stands in a report."""

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

from model import Dataset, Network, build, save_network
from model.readers.sources import open_data
from model.runs.provenance import describe_run
from model.runs.run_record import RunRecord
from model.runs.run_store import RunStore
from model.training.history import History
from model.training.training import TrainingConfig, train

__all__ = ["CONFIG", "NO_END", "Page", "Ran", "changed", "run_once", "with_accuracy", "write_run"]

CONFIG = TrainingConfig(epochs=2, batch_size=8, learning_rate=0.05)
TEST_BELOW_VALIDATION = 0.01
NO_END = {"report": None, "reason": "unfinished"}


@dataclass(frozen=True)
class Ran:
    """A run, with what it is about."""

    record: RunRecord
    network: Network
    dataset: Dataset


def run_once(
    config: TrainingConfig, arch: str = "journal-8", dataset: Dataset | None = None, **changes: Any
) -> Ran:
    """Train on some of the bundled digits, or on others."""
    limit = None if dataset else 300
    dataset = dataset or open_data("bundled").limited(300, config.seed)
    network, history = build(arch, config.seed, dataset.task), History()
    for event in train(network, dataset, config):
        history.add(event)
    description = describe_run(dataset, config, history, event, 1.5)
    network.card.provenance = description
    begun = "2026-01-02T03:04:05+00:00"
    record = RunRecord("a-run", arch, description, "completed", begun, limit=limit, source="bundled")
    return Ran(replace(record, **changes), network, dataset)


def changed(record: RunRecord, **changes: object) -> RunRecord:
    """Change something in a description."""
    return replace(record, description=record.description | changes)


def with_accuracy(record: RunRecord, accuracy: float, run: str, **settings: object) -> RunRecord:
    """Change what a run was asked for, and what came of it."""
    arch = settings.pop("arch", record.arch)
    report = record.report | {"accuracy": accuracy - TEST_BELOW_VALIDATION}
    described = changed(record, report=report, settings=record.settings | settings)
    score = {"count": 23, "accuracy": accuracy, "loss": record.report["loss"]}
    return replace(described, id=run, arch=arch, extra=record.extra | {"score": score})


def write_run(store: RunStore, ran: Ran) -> None:
    """Write a run with its network."""
    store.write(ran.record)
    store.write_notes(ran.record.id, ran.record.notes)
    save_network(ran.network, store.model_file(ran.record.id))


@dataclass
class Page(HTMLParser):
    """A page taken apart.

    Attributes
    ----------
    elements : list of (str, dict)
        Every tag with its attributes.
    text : str
        What there is to read, words separated by single spaces.
    tables : list of list of list of str
        The cells of every table.
    """

    html: str
    elements: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)
        self.text = " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if {"style", "title"} & set(self._open):
            return
        self._words.append(data)
        if {"th", "td"} & set(self._open):
            row = self.tables[-1][-1]
            row[-1] = " ".join(f"{row[-1]} {data}".split())

    def all(self, tag: str) -> list[dict[str, Any]]:
        """Return the attributes of every element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]

    def table(self, first: str) -> list[list[str]]:
        """Return the table that begins with a text."""
        return next(table for table in self.tables if table[0][0] == first)
