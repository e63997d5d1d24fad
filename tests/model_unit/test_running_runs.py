"""Runs of a sweep tell how far they have come while they go on, and cost the training nothing."""

import time
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from model.sweeps import following
from model.sweeps.following import CURVES, Growth, News, Whole
from model.sweeps.running_runs import RunFollower, read_running
from model.sweeps.sweep_plan import Candidate, SweepPlan, complete
from model.sweeps.sweep_workers import on_this_machine
from model.sweeps.sweeping import Sweep
from model.training.history import History
from model.training.training_events import BatchDone, EpochDone, LearningRateChanged

SETTINGS = {"arch": "journal-8", "batch_size": 1, "epochs": 3, "limit": 300}
PLAN = SweepPlan(tuple(Candidate({"seed": seed}, complete(SETTINGS | {"seed": seed})) for seed in range(2)))


@pytest.fixture
def told_at_once(monkeypatch) -> None:
    monkeypatch.setattr(following, "TELL_SECONDS", 0)
    monkeypatch.setattr(following, "COSTS_AT_MOST", 1e9)


def watched_engine(folder: Path, seen: list):
    """Return an engine that notes what may be read of the sweep whenever a run tells of itself."""

    def engine(data, jobs):
        for job in jobs:
            own = job.follower

            def follow(history, seconds, own=own) -> None:
                own(history, seconds)
                seen.extend(read_running(folder))

            object.__setattr__(job, "follower", follow)
        yield from on_this_machine(data, jobs, workers=1)

    return engine


def test_looking_for_running_runs_makes_no_lock(tmp_path) -> None:
    (tmp_path / ".running").mkdir()
    (tmp_path / ".running" / "0001.json").write_text("{}")
    assert read_running(tmp_path) == []
    assert not (tmp_path / "sweep.lock").exists()


@pytest.mark.usefixtures("told_at_once")
def test_a_run_that_goes_on_can_be_read_as_it_grows_and_gives_way_to_its_record(mnist, tmp_path) -> None:
    sweep, seen = Sweep(tmp_path / "x", mnist, PLAN), []
    for _ in sweep.run(watched_engine(sweep.folder, seen)):
        assert read_running(sweep.folder) == []
    first = [record for record in seen if record.id.endswith("0001-journal-8")]
    assert (len(first[0].history.epochs), len(first[-1].history.epochs)) == (0, 3)
    losses = [record.history.step_losses for record in first]
    assert all(after[: len(before)] == before for before, after in pairwise(losses))
    done = sweep.store.read("0001-journal-8")
    assert losses[-1] == done.history.step_losses
    assert {record.state for record in seen} == {"running"}
    assert {record.id for record in seen} == {str(sweep.folder / f"000{n}-journal-8") for n in (1, 2)}
    assert (first[-1].name, first[-1].data, first[-1].settings) == (done.name, done.data, done.settings)
    assert sorted(file.name for file in sweep.folder.iterdir() if file.name[0] == ".") == []


@pytest.mark.usefixtures("told_at_once")
def test_what_a_killed_sweep_has_left_is_not_going_on_and_goes_away(mnist, tmp_path) -> None:
    sweep, kept = Sweep(tmp_path / "x", mnist, PLAN), {}

    def engine(data, jobs):
        jobs[0].follower(History().as_dict(), 2.0)
        kept.update({file: file.read_bytes() for file in (sweep.folder / ".running").iterdir()})
        yield from on_this_machine(data, jobs, workers=1)

    running = sweep.run(engine)
    assert next(running).done == 0
    next(running)
    running.close()
    ((file, content),) = kept.items()
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)  # as a program leaves it that is killed
    assert read_running(sweep.folder) == []
    running = sweep.run(engine)
    next(running)
    assert not file.exists()
    running.close()


def test_processes_tell_of_their_runs(mnist, tmp_path) -> None:
    plan = SweepPlan(tuple(Candidate(c.asked, c.settings | {"epochs": 12}) for c in PLAN.candidates))
    sweep, seen = Sweep(tmp_path / "x", mnist, plan), set()
    running = sweep.run(partial(_and_look, sweep.folder, seen))
    assert list(running)[-1].done == 2
    assert {Path(run).name for run in seen} == {"0001-journal-8", "0002-journal-8"}


def _and_look(folder: Path, seen: set, data, jobs):
    for done in on_this_machine(data, jobs, workers=2):
        seen.update(file.stem for file in (folder / ".running").glob("*.json"))
        yield done


def test_a_run_goes_on_where_nothing_can_be_written_of_it(mnist, tmp_path, monkeypatch) -> None:
    sweep = Sweep(tmp_path / "x", mnist, PLAN)
    monkeypatch.setattr(Path, "mkdir", lambda *_, **__: None)  # another has just taken the folder away
    RunFollower(sweep.folder, sweep._record(PLAN.tasks(0, [0])[0], 300, History()))(History().as_dict(), 1.0)
    monkeypatch.undo()
    (sweep.folder / ".running").write_text("in the way")
    assert list(sweep.run(partial(on_this_machine, workers=1)))[-1].done == 2


def test_telling_takes_a_three_hundredth_of_the_time_at_most() -> None:
    told = []

    def slow(_history: dict, seconds: float) -> None:
        told.append(seconds)
        time.sleep(0.02)

    growth, end = Growth(slow), time.perf_counter() + 0.5
    while time.perf_counter() < end:
        growth(History())
    assert len(told) == 1


def test_a_cluster_is_told_only_what_is_new_and_a_run_may_begin_anew() -> None:
    history, told, heard = History(), [], []
    news = News("a", told.append)
    whole = Whole({"a": lambda curves, seconds: heard.append((curves, seconds))})
    for epoch in (1, 2, 3):
        for step in range(200):
            history.add(BatchDone(step, 0.5, 1, 1))
        history.add(EpochDone(epoch, 0.5, 0.9, 0.6, 0.8, 1.0, 0.01))
        history.add(LearningRateChanged(200 * epoch + 1, 0.01 / epoch, float(epoch)))
        news(history.as_dict(), float(epoch))
        whole.hear(told[-1])
        assert heard[-1] == (history.as_dict(), epoch)
    assert len({len(text) // 50 for text in told}) == 1  # it does not grow with the run
    again = News("a", told.append)  # on another worker
    again(History().as_dict(), 0.0)
    whole.hear(told[-1])
    assert heard[-1][0] == History().as_dict()
    assert set(CURVES) < set(heard[-1][0])
    whole.forget("a")
    whole.hear(told[0])
    assert len(heard) == 4


def test_a_sweep_counts_its_epochs(mnist, tmp_path) -> None:
    progress = list(Sweep(tmp_path / "x", mnist, PLAN).run(partial(on_this_machine, workers=1)))
    counted = [(one.epochs_done, one.epochs_left, one.epochs) for one in progress]
    assert counted == [(0, 6, 6), (3, 3, 6), (6, 0, 6)]
