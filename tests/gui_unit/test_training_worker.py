from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from digitgui.work.training_worker import Progress, RunState, TrainingRun
from model import Dataset, build
from model.readers.sources import open_data
from model.runs.run_record import RunRecord
from model.runs.run_recorder import RunRecorder
from model.runs.run_store import RunStore
from model.training.training import (
    BatchDone,
    EpochDone,
    FinishReason,
    RunFinished,
    RunStarted,
    TrainingConfig,
    train,
)

CONFIG = TrainingConfig(learning_rate=0.05, batch_size=32, epochs=2)
ENDLESS = replace(CONFIG, epochs=1000)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return open_data("bundled").limited(400)


@pytest.fixture
def recorder(tmp_path: Path) -> RunRecorder:
    return new_recorder(tmp_path)


def new_recorder(folder: Path) -> RunRecorder:
    store = RunStore(folder / "runs")
    return RunRecorder(store, RunRecord(store.new_id("journal-8"), "journal-8", {}))


@pytest.fixture
def run(qtbot: QtBot) -> Iterator[TrainingRun]:
    run = TrainingRun()
    yield run
    assert run.shut_down()


def collect(run: TrainingRun) -> list[Progress]:
    reports: list[Progress] = []
    run.progressed.connect(reports.append)
    return reports


def test_a_run_delivers_every_event_in_order(
    run: TrainingRun, dataset: Dataset, qtbot: QtBot, recorder: RunRecorder
) -> None:
    reports = collect(run)
    with qtbot.waitSignal(run.finished, timeout=30_000) as caught:
        run.start(build("journal-8"), dataset, CONFIG, recorder)
    events = [event for report in reports for event in report.events]
    kinds = [type(event) for event in events]
    batches = -(-len(dataset.split.train) // 32)
    assert kinds == [RunStarted, *([BatchDone] * batches + [EpochDone]) * 2, RunFinished]
    assert [event.step for event in events if isinstance(event, BatchDone)] == list(range(1, 2 * batches + 1))
    assert caught.args[0].reason is FinishReason.COMPLETED
    assert run.state is RunState.IDLE


def test_the_thread_gives_the_same_bits_as_the_generator(
    run: TrainingRun, dataset: Dataset, qtbot: QtBot, recorder: RunRecorder
) -> None:
    reports = collect(run)
    with qtbot.waitSignal(run.finished, timeout=30_000):
        run.start(build("journal-8"), dataset, CONFIG, recorder)
    alone = build("journal-8")
    for _ in train(alone, dataset, CONFIG):
        pass
    last = reports[-1].weights
    assert last is not None
    for name, weights in alone.weights().items():
        assert np.array_equal(last[name], weights)


def test_nothing_is_computed_while_paused(
    run: TrainingRun, dataset: Dataset, qtbot: QtBot, recorder: RunRecorder
) -> None:
    reports = collect(run)
    run.start(build("journal-8"), dataset, ENDLESS, recorder)
    qtbot.waitUntil(lambda: len(reports) > 2, timeout=10_000)
    run.pause()
    assert run.state is RunState.PAUSED
    qtbot.wait(150)
    paused_at, busy = len(reports), reports[-1].busy_seconds
    assert reports[-1].weights is not None  # whoever draws now is answered by the network as it is
    qtbot.wait(300)
    assert len(reports) == paused_at
    run.resume()
    qtbot.waitUntil(lambda: len(reports) > paused_at + 2, timeout=10_000)
    assert reports[-1].busy_seconds - busy < 1.0
    run.stop()
    qtbot.waitUntil(lambda: run.state is RunState.IDLE, timeout=10_000)


@pytest.mark.parametrize("paused", [False, True])
def test_stop_ends_the_run_and_reports(
    run: TrainingRun, dataset: Dataset, qtbot: QtBot, paused: bool, recorder: RunRecorder
) -> None:
    states: list[RunState] = []
    run.state_changed.connect(states.append)
    reports = collect(run)
    run.start(build("journal-8"), dataset, ENDLESS, recorder)
    qtbot.waitUntil(lambda: len(reports) > 1, timeout=10_000)
    if paused:
        run.pause()
        qtbot.wait(100)
    with qtbot.waitSignal(run.finished, timeout=10_000) as caught:
        run.stop()
        assert run.state is RunState.STOPPING
    finished = caught.args[0]
    assert finished.reason is FinishReason.STOPPED
    assert finished.report.count == len(dataset.split.test)
    assert states[-2:] == [RunState.STOPPING, RunState.IDLE]


def test_snapshots_are_copies(run: TrainingRun, dataset: Dataset, qtbot: QtBot, recorder: RunRecorder) -> None:
    network = build("journal-8")
    reports = collect(run)
    run.start(network, dataset, ENDLESS, recorder)
    qtbot.waitUntil(lambda: any(report.weights for report in reports), timeout=10_000)
    weights = next(report.weights for report in reports if report.weights)
    before = {name: value.copy() for name, value in weights.items()}
    qtbot.wait(300)
    for name, value in weights.items():
        assert np.array_equal(value, before[name])
        assert not np.shares_memory(value, network.named_parameters()[name].value)


def test_an_error_in_training_is_reported_and_the_thread_ends(
    run: TrainingRun, dataset: Dataset, qtbot: QtBot, recorder: RunRecorder
) -> None:
    empty = replace(dataset, labels=dataset.labels)
    object.__setattr__(empty, "split", replace(dataset.split, train=dataset.split.train[:0]))
    with qtbot.waitSignal(run.failed, timeout=10_000) as caught:
        run.start(build("journal-8"), empty, CONFIG, recorder)
    assert "no pictures to train on" in str(caught.args[0])
    assert run.state is RunState.IDLE


def test_shutting_down_in_the_middle_leaves_no_thread_and_no_late_signal(
    run: TrainingRun, dataset: Dataset, qtbot: QtBot, recorder: RunRecorder
) -> None:
    reports = collect(run)
    finished: list[object] = []
    run.finished.connect(finished.append)
    run.start(build("journal-8"), dataset, ENDLESS, recorder)
    qtbot.waitUntil(lambda: len(reports) > 1, timeout=10_000)
    assert run.shut_down()
    seen = len(reports)
    qtbot.wait(150)
    assert len(reports) == seen
    assert not finished


def test_a_second_run_can_follow_the_first(
    run: TrainingRun, dataset: Dataset, qtbot: QtBot, tmp_path: Path
) -> None:
    for _ in range(2):
        with qtbot.waitSignal(run.finished, timeout=30_000):
            run.start(build("journal-8"), dataset, replace(CONFIG, epochs=1), new_recorder(tmp_path))
