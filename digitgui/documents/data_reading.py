"""Reads what is to be opened as data, away from the window."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from model import Dataset
from model.data.dataset import SplitRule
from model.data.duplicates import places_among
from model.network.arrays import IndexArray
from model.readers.import_report import ImportReport, inspect_import
from model.readers.sources import open_data

__all__ = ["Found", "read_source"]

Found: TypeAlias = tuple[ImportReport, IndexArray | None]
"""What has been read, and where the open pictures are in it, if it is the same source."""


def read_source(
    source: str,
    edits: Path,
    how: dict[str, Any],
    before: Dataset,
    rule: SplitRule,
    fetched: Dataset | None,
    on_progress: Callable[..., object],
) -> Found:
    """Read a source, and look at what is in it."""

    def tell(done: int, total: int) -> None:
        words = "pictures" if total else "Reading…"
        on_progress(done / total if total else None, (done, total, words))

    dataset = open_data(source, edits=edits, **how, on_progress=tell, fetched=fetched)
    dataset = dataset.with_split_rule(rule)
    report = inspect_import(dataset, on_progress=tell)
    _ = dataset.warnings(), dataset.label_counts(), dataset.fingerprint  # known before anybody asks
    is_same = dataset.source == before.source
    return report, places_among(before.images, dataset.images) if is_same else None
