"""Runs in a store, each from a real short training."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from model import Dataset, build
from model.readers.sources import open_data
from model.runs.provenance import describe_run
from model.runs.run_record import RunRecord
from model.runs.run_store import RunStore
from model.training.history import History
from model.training.training import TrainingConfig, train

__all__ = ["CONFIGS", "described", "store_runs"]

CONFIGS = (
    ("journal-8", TrainingConfig(epochs=2, batch_size=1, learning_rate=0.005)),
    ("lenet", TrainingConfig(epochs=3, batch_size=32, learning_rate=0.05, optimizer="momentum")),
    ("journal-16", TrainingConfig(epochs=2, batch_size=32, learning_rate=0.01, seed=3)),
    ("journal-8", TrainingConfig(epochs=2, batch_size=32, learning_rate=0.5, standardize=True)),
)


@cache
def _data(count: int) -> Dataset:
    return open_data("bundled").limited(count)


@cache
def described(arch: str, config: TrainingConfig, count: int = 300) -> dict:
    """Train on so many pictures, and describe what came of it."""
    history = History()
    for event in train(build(arch, config.seed), _data(count), config):
        history.add(event)
    return describe_run(_data(count), config, history, event, 1.5)


def store_runs(folder: Path, **changes: object) -> list[RunRecord]:
    """Write a run of each of `CONFIGS`, the oldest first."""
    store = RunStore(folder / "runs")
    records = []
    for arch, config in CONFIGS:
        record = RunRecord(store.new_id(arch), arch, described(arch, config), state="completed")
        records.append(replace(record, **changes))
        store.write(records[-1])
    return records
