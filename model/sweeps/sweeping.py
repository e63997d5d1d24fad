"""Sweeps: many trainings compared, each a run in a folder, so that a killed sweep can be continued."""

import contextlib
import json
import math
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, TypeAlias

import filelock

from model.atomic_files import write_atomically
from model.data.dataset import Dataset
from model.data.extra_pictures import ExtraPictures
from model.errors import CorruptError, ModelFileError
from model.network.architectures import name_of
from model.network.network import Network
from model.network.starting_point import start_from
from model.plain_values import finite
from model.runs.provenance import describe_run
from model.runs.run_record import FAILED, INTERRUPTED, RUNNING, RunRecord, layers_noted
from model.runs.run_store import CLAIM_SECONDS, RunStore
from model.runs.storage import save_network
from model.sweeps.running_runs import LOCK, RunFollower, begun_before, forget_running
from model.sweeps.sweep_plan import Parts, SweepPlan, Task, parts_of
from model.sweeps.sweep_progress import Clock, SweepProgress
from model.sweeps.sweep_question import FORMAT, QUESTION, compare, load_question, read_question
from model.sweeps.sweep_workers import Job, Outcome, Pictures, Results
from model.training.history import History
from model.training.interrupts import interrupted_later
from model.training.training_events import RunFinished

__all__ = ["QUESTION", "Engine", "Sweep", "SweepProgress", "SweepResult", "is_done", "read_question", "results_of"]

Engine: TypeAlias = Callable[[Mapping[str, Pictures], Sequence[Job]], Results]
"""Carries out jobs: `model.sweeps.sweep_workers.on_this_machine` or `on_cluster`, with the other arguments set."""


@dataclass(frozen=True, slots=True)
class SweepResult:
    """The result of one candidate, in the longest of its rounds.

    Attributes
    ----------
    candidate : int
        Its number, from 0.
    asked : dict
        See `Candidate.asked`.
    accuracy, loss : float
        By which candidates are compared: on the validation part; with folds, the means over them. The loss may be
        infinite.
    test_accuracy : float or None
        On the test part, by which nothing is chosen; with folds, the mean over their networks. None without such a
        part.
    spread : float or None
        Standard deviation of the accuracy over the folds.
    rung : int
        The last round that it took part in, from 0.
    records : tuple of RunRecord
        One, or one a fold.
    """

    candidate: int
    asked: dict[str, Any]
    accuracy: float
    loss: float
    test_accuracy: float | None
    spread: float | None
    rung: int
    records: tuple[RunRecord, ...]

    @property
    def merit(self) -> tuple[int, float, float, int]:
        """Sort key, largest for the best: rounds, accuracy, then smallest loss and number."""
        return self.rung, self.accuracy, -self.loss, -self.candidate


@dataclass(eq=False)
class Sweep:
    """A folder with a plan, ``sweep.json``, and its runs.

    Parameters
    ----------
    folder : path
        A new one, or that of the same sweep, which is then continued.
    dataset : Dataset
    plan : SweepPlan

    Raises
    ------
    ModelFileError
        If the folder cannot be written, or holds something else.
    """

    folder: Path
    dataset: Dataset
    plan: SweepPlan
    _datasets: dict[tuple[str, int], Dataset] = field(default_factory=dict, init=False, repr=False)
    _extra: dict[int, ExtraPictures] = field(default_factory=dict, init=False, repr=False)
    _network: Network | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.store = RunStore(self.folder)
        question = {
            "format": FORMAT,
            "data": {"name": self.dataset.name, "source": self.dataset.source, "sha256": self.dataset.fingerprint},
            **self.plan.as_dict(),
        }
        file = self.folder / QUESTION
        try:
            if self.folder.exists() and not self.folder.is_dir():
                raise ModelFileError(f"{self.folder} is a file: expected a new folder or that of a sweep")
            self.folder.mkdir(parents=True, exist_ok=True)
            if file.exists():
                compare(load_question(self.folder), json.loads(json.dumps(question)), self.folder)
                return
            if any(not entry.name.startswith(f".{QUESTION}.") for entry in self.folder.iterdir()):
                raise ModelFileError(f"{self.folder} holds something other than a sweep: choose a new folder")
        except OSError as error:
            raise ModelFileError(
                f"{self.folder} cannot be used for a sweep: {error.strerror or error}; choose another folder"
            ) from error
        write_atomically(file, json.dumps(question, indent=1).encode())

    def run(self, engine: Engine) -> Generator[SweepProgress, None, None]:
        """Carry out what is not done yet, and write each run when it is done.

        Closing the iterator ends the sweep; finished runs are kept, and the next call continues.

        Raises
        ------
        ModelError
            If the sweep is in progress in another program, a run cannot be written, or the engine fails.
        """
        with self._claimed():
            clock = Clock(self.plan.total, self.plan.total_epochs)
            candidates = list(range(len(self.plan.candidates)))
            for number, rung in enumerate(self.plan.rungs):
                done = self._done()
                if number:
                    before = sorted(
                        _results_of_rung(self.plan, number - 1, done), key=lambda r: r.merit, reverse=True
                    )
                    candidates = [result.candidate for result in before[: rung.candidates]]
                tasks = self.plan.tasks(number, candidates)
                known = [task for task in tasks if task.run in done]
                clock.skip(known)
                if known or not number:
                    yield clock.progress(None)
                yield from self._carry_out([task for task in tasks if task.run not in done], engine, clock)

    def results(self) -> list[SweepResult]:
        """Return what is known of each candidate in the last round that it has finished, in their order."""
        return results_of(self.plan, self._done())

    @contextlib.contextmanager
    def _claimed(self) -> Iterator[None]:
        """Keep other programs from this sweep; the system releases the lock if we are killed."""
        lock = filelock.FileLock(self.folder / LOCK)
        try:
            # a check whether the sweep is in progress holds the lock for a moment
            lock.acquire(timeout=CLAIM_SECONDS, poll_interval=CLAIM_SECONDS / 10)
        except filelock.Timeout as error:
            raise ModelFileError(f"the sweep in {self.folder} is already running in another program") from error
        except OSError as error:
            raise ModelFileError(f"{self.folder} cannot be written: {error.strerror or error}") from error
        forget_running(self.folder)
        try:
            yield
        finally:
            forget_running(self.folder)
            lock.release()

    def _done(self) -> dict[str, RunRecord]:
        records = []
        for run in self.store.runs():
            with contextlib.suppress(CorruptError):  # it is repeated; one of a newer program ends the sweep
                records.append(self.store.read(run))
        return {
            r.id: r
            for r in filter(is_done, records)
            if not self.plan.halving or r.settings["epochs"] == self._epochs_of(r)
        }

    def _epochs_of(self, record: RunRecord) -> int | None:
        """Return the epochs of the round of a run, None for no round: earlier versions made the rounds shorter."""
        rungs, number = self.plan.rungs, record.extra.get("rung", -1)
        return rungs[number].epochs if 0 <= number < len(rungs) else None

    def _carry_out(
        self, tasks: Sequence[Task], engine: Engine, clock: Clock
    ) -> Generator[SweepProgress, None, None]:
        data: dict[str, Pictures] = {}
        parts: dict[tuple[str, int | None], Parts] = {}
        waiting: dict[str, Task] = {}
        jobs = []
        self._network = self.plan.shared.network() if tasks else None
        for task in tasks:
            name, dataset = self._dataset_of(task)
            seed = task.settings["seed"]
            network = start_from(self._network, dataset.task, seed) if self._network else None
            data[name], waiting[task.run] = (dataset.images, dataset.labels), task
            if (name, task.fold) not in parts:
                parts[name, task.fold] = parts_of(dataset, self.plan.folds, task.fold)
            extra = ""
            if dataset.extra:
                extra = f"besides by {seed}"
                data[extra] = dataset.extra.images, dataset.extra.labels
            job = task.job(name, parts[name, task.fold], extra, network)
            jobs.append(replace(job, follower=self._follower(task, len(job.train)), task=dataset.task))
        if not jobs:
            return
        results = engine(data, jobs)
        try:
            for job, outcome in results:
                task = waiting.pop(job.run)
                with interrupted_later():  # what is finished is kept
                    record = self._write(task, len(job.train), outcome)
                    forget_running(self.folder, task.run)
                clock.count(task)
                yield clock.progress(record)
        finally:
            results.close()

    def _dataset_of(self, task: Task) -> tuple[str, Dataset]:
        """Return the pictures of a run, and their name without the extra pictures.

        The subset is drawn and the extra pictures are painted by its seed, as in ``digitgui train``.
        """
        limit, seed = task.settings["limit"], task.settings["seed"]
        name = "all" if limit is None else f"{limit} by {seed}"
        if (name, seed) not in self._datasets:
            dataset = self.dataset if limit is None else self.dataset.limited(limit, seed)
            self._datasets[name, seed] = self._with_extra(dataset, seed)
        return name, self._datasets[name, seed]

    def _with_extra(self, dataset: Dataset, seed: int) -> Dataset:
        if seed not in self._extra and (extra := self.plan.shared.extra(seed)):
            self._extra[seed] = extra
        return replace(dataset, extra=self._extra[seed]) if seed in self._extra else dataset

    def _write(self, task: Task, train_pictures: int, outcome: Outcome) -> RunRecord:
        """Write a run: first its network, then the record, which marks it as done."""
        finished = RunFinished(outcome.reason, outcome.report, outcome.best_epoch)
        score = finite({name: getattr(outcome.score, name) for name in ("count", "accuracy", "loss")})
        record = self._record(task, train_pictures, outcome.history, finished, outcome.seconds)
        record = replace(record, extra=record.extra | {"score": score})
        outcome.network.card.provenance = record.description
        try:
            self.store.folder_of(task.run).mkdir(exist_ok=True)
        except OSError as error:
            raise ModelFileError(f"{self.folder} cannot be written: {error.strerror or error}") from error
        save_network(outcome.network, self.store.model_file(task.run), durable=False)
        self.store.write(record)
        return record

    def _follower(self, task: Task, train_pictures: int) -> RunFollower:
        """Return what writes how far a run has come."""
        return RunFollower(self.folder, self._record(task, train_pictures, History()))

    def _record(
        self,
        task: Task,
        train_pictures: int,
        history: History,
        finished: RunFinished | None = None,
        seconds: float = 0.0,
    ) -> RunRecord:
        _, dataset = self._dataset_of(task)
        description = describe_run(dataset, task.config, history, finished, seconds)
        description["data"]["train_pictures"] = train_pictures
        files = self.plan.shared.named
        begun_from = files.pop("init", "")
        description |= {"init": begun_from} if begun_from else {}
        network = self._network
        return RunRecord(
            task.run,
            network.card.name if network else name_of(task.architecture),
            description,
            str(finished.reason) if finished else RUNNING,
            begun_before(seconds),
            begun_from,
            limit=task.settings["limit"],
            source=dataset.source,
            sweep=self.folder.resolve().name,
            extra={
                "asked": self.plan.candidates[task.candidate].asked,
                "initializer": network.initializer if network else task.settings["initializer"],
                **files,
                **({} if network else layers_noted(task.architecture)),
                "rung": task.rung,
                "fold": task.fold,
            },
        )


def is_done(record: RunRecord) -> bool:
    """Return whether a run of a sweep is finished, so that it need not be repeated."""
    return record.state not in (RUNNING, INTERRUPTED, FAILED) and record.validation is not None


def results_of(plan: SweepPlan, done: Mapping[str, RunRecord]) -> list[SweepResult]:
    """Return what is known of each candidate in the last round that it has finished, in their order.

    Parameters
    ----------
    plan : SweepPlan
    done : mapping of str to RunRecord
        The runs that are done, by the names that their tasks have.
    """
    found: dict[int, SweepResult] = {}
    for number, _ in enumerate(plan.rungs):
        found |= {result.candidate: result for result in _results_of_rung(plan, number, done)}
    return [found[candidate] for candidate in sorted(found)]


def _results_of_rung(plan: SweepPlan, rung: int, done: Mapping[str, RunRecord]) -> list[SweepResult]:
    results = []
    for number, candidate in enumerate(plan.candidates):
        runs = [task.run for task in plan.tasks(rung, [number])]
        if all(run in done for run in runs):
            results.append(_result(number, candidate.asked, rung, tuple(done[run] for run in runs)))
    return results


def _result(candidate: int, asked: dict[str, Any], rung: int, records: tuple[RunRecord, ...]) -> SweepResult:
    figures = [record.validation for record in records if record.validation]
    accuracies = [one.accuracy for one in figures]
    losses = [math.inf if one.loss is None else one.loss for one in figures]
    tested = [record.test_accuracy for record in records if record.test_accuracy is not None]
    test = fmean(tested) if len(tested) == len(records) else None
    spread = stdev(accuracies) if len(accuracies) > 1 else None
    return SweepResult(candidate, asked, fmean(accuracies), fmean(losses), test, spread, rung, records)
