"""Carries out the runs of a sweep: on the cores of this machine by joblib, or on a Dask cluster.

Either way a run is one `CNNClassifier` fitted on one BLAS thread, so that the same run gives the same bits
wherever it is carried out, and two runs do not take each other's cores.
"""

import contextlib
import logging
import os
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import PurePath, PureWindowsPath
from typing import Any, TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from model.errors import ConfigError, ModelError
from model.judging.confusion_scores import ConfusionScores
from model.judging.evaluation import evaluate_briefly
from model.large_arrays import rows_of
from model.network.arrays import ImageArray, IndexArray, LabelArray
from model.network.network import Network
from model.network.one_blas_thread import one_blas_thread
from model.network.task import DIGITS, Task
from model.sweeps.following import Follower, Growth, News, Whole
from model.training.history import History
from model.training.interrupts import interrupted_later, uninterrupted
from model.training.training_events import FinishReason

__all__ = ["Job", "Outcome", "Pictures", "Results", "carry_out", "on_cluster", "on_this_machine"]

Pictures: TypeAlias = tuple[ImageArray, LabelArray]
PATIENCE, WORKER_PATIENCE = 6, 30
"""Seconds to wait for a scheduler, and for the first of its workers, which may still be starting."""
POLL, LOOK, GONE = 0.05, 1.0, 3.0
"""Seconds between two checks for finished runs and for workers, and until the lack of workers is
reported."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One run to carry out.

    Attributes
    ----------
    run : str
        Its name.
    settings : dict
        Parameters of `model.training.estimator.CNNClassifier`.
    data : str
        Name of its data set.
    train, validation, compared, test : ndarray of int
        As `model.sweeps.sweep_plan.Parts` has them.
    follower : callable, optional
        Receives the progress of the run now and then; can be pickled.
    extra : str
        Name of the data set of extra pictures, all of which it learns from; empty for none.
    network : Network or None
        Its initial network; None for random weights.
    task : Task
        What the pictures are about.
    """

    run: str
    settings: dict[str, Any]
    data: str
    train: IndexArray
    validation: IndexArray
    compared: IndexArray
    test: IndexArray
    follower: Follower | None = None
    extra: str = ""
    network: Network | None = None
    task: Task = DIGITS


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The result of a job.

    Attributes
    ----------
    network : Network
    history : History
    reason : FinishReason
    best_epoch : int or None
        As `model.training.training_events.RunFinished` has it.
    score : ConfusionScores
        On what the runs are compared by.
    report : ConfusionScores or None
        On the test part; None if it is empty.
    seconds : float
        Time spent computing.
    """

    network: Network
    history: History
    reason: FinishReason
    best_epoch: int | None
    score: ConfusionScores
    report: ConfusionScores | None
    seconds: float


Results: TypeAlias = Generator[tuple[Job, Outcome], None, None]
"""Jobs as they are done, in any order, each once; closing the iterator abandons the others."""


def carry_out(pictures: Pictures, extra: Pictures | None, job: Job) -> Outcome:
    """Train a network as a job asks, and measure it; ``extra`` holds the extra pictures."""
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415 - takes a second to import

    from model.training.estimator import CNNClassifier  # noqa: PLC0415 - as above

    started = time.perf_counter()
    images, labels = pictures
    watched = rows_of(images, job.validation), labels[job.validation]
    with one_blas_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # reported as the reason
        classifier = CNNClassifier(**job.settings)
        classifier.fit(
            rows_of(images, job.train),
            labels[job.train],
            classes=np.arange(job.task.count),
            monitored=watched,
            watch=Growth(job.follower) if job.follower else None,
            extra=extra,
            begun_from=job.network,
            task=job.task,
        )
        score, report = (
            evaluate_briefly(classifier.network_, rows_of(images, part), labels[part]) if len(part) else None
            for part in (job.compared, job.test)
        )
    assert score  # the part to compare by is never empty
    return Outcome(
        classifier.network_.copy(),  # without what the last batch left in its layers
        classifier.history_,
        classifier.reason_,
        classifier.best_epoch_,
        score,
        report,
        time.perf_counter() - started,
    )


def on_this_machine(data: Mapping[str, Pictures], jobs: Sequence[Job], workers: int) -> Results:
    """Carry out jobs on this machine.

    Parameters
    ----------
    data : mapping
        Pictures and labels by the name that `Job.data` has for them.
    jobs : sequence of Job
    workers : int
        How many processes at the same time; 1 is this process itself.

    Raises
    ------
    ModelError
        If a process is killed, as happens when memory runs out.
    """
    from joblib import Parallel, delayed, parallel_config  # noqa: PLC0415 - not when the window opens
    from joblib.externals.loky.process_executor import TerminatedWorkerError  # noqa: PLC0415 - as above

    by_name = {job.run: job for job in jobs}
    if min(workers, len(jobs)) == 1:
        for job in jobs:
            yield job, carry_out(data[job.data], data.get(job.extra), job)
        return
    with parallel_config("loky", n_jobs=workers, inner_max_num_threads=1):
        parallel = Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="n_jobs + 1")
    with (
        uninterrupted()
    ):  # which the processes inherit: Ctrl+C goes to them, too, and it is for this one to end them
        results = parallel(
            delayed(_in_a_process)(os.getpid(), data[job.data], data.get(job.extra), job) for job in jobs
        )
    try:
        for run, outcome in results:
            yield by_name[run], outcome
    except TerminatedWorkerError as error:
        raise ModelError(
            "a process of the sweep was killed, probably because memory ran out; finished runs are"
            " kept: start again with fewer processes at a time"
        ) from error
    finally:
        with uninterrupted(), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of joblib, that not all results have been taken
            results.close()


def _in_a_process(parent: int, pictures: Pictures, extra: Pictures | None, job: Job) -> tuple[str, Outcome]:
    _end_with(parent)
    return job.run, carry_out(pictures, extra, job)


@cache
def _end_with(parent: int) -> None:
    """End this process when its parent is gone: its result would be lost."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    if os.name == "posix":  # elsewhere a process keeps the number of a parent that is gone
        threading.Thread(target=watch, name="end with parent", daemon=True).start()


def on_cluster(
    data: Mapping[str, Pictures], jobs: Sequence[Job], address: str, on_notice: Callable[[str], object]
) -> Results:
    """Carry out jobs on a Dask cluster, whose workers can import this package in the same version.

    A job whose worker is lost is given to another, and so are the pictures: they travel as a task of the graph,
    which the scheduler can do again. (joblib's own way to Dask puts them on workers as data, and waits for ever
    when the last worker that has them is gone.)

    Parameters
    ----------
    data, jobs
        As in `on_this_machine`.
    address : str
        Of the scheduler, as in ``tcp://192.168.1.5:8786``.
    on_notice : callable
        Receives a sentence when all workers are gone and the sweep waits, and when one is back.

    Raises
    ------
    ConfigError
        If Dask is not installed, or there is no scheduler or no worker.
    ModelError
        If a worker cannot import this package, or finds another in its place, a job has ended several workers, or
        the scheduler is gone.
    """
    with _connected(address) as client:
        sent = {name: client.submit(_as_it_is, pictures, pure=False) for name, pictures in data.items()}
        whole = Whole({job.run: job.follower for job in jobs if job.follower})
        topic = f"digitgui {uuid.uuid4()}"
        client.subscribe_topic(topic, lambda event: whole.hear(event[1]))
        futures = {
            client.submit(
                _on_a_worker,
                sent[job.data],
                sent.get(job.extra),
                replace(job, follower=None),
                topic,
                pure=False,
            ): job
            for job in jobs
        }
        watch = _Watch(client, address, on_notice)
        while futures:
            while (future := next((one for one in futures if one.done()), None)) is None:
                time.sleep(POLL)
                watch.look()
            with interrupted_later():  # which Dask would lose while a future is read or dropped
                job, outcome = futures.pop(future), _result(future, address)
                whole.forget(job.run)
                del future
            yield job, outcome


class _Watch:
    """Reports that all workers of a cluster are gone, and that one is back."""

    def __init__(self, client: Any, address: str, on_notice: Callable[[str], object]) -> None:
        self._client, self._address, self._on_notice = client, address, on_notice
        self._looked = self._seen = time.monotonic()
        self._is_told = False

    def look(self) -> None:
        """Check now and then; raise `ModelError` if the scheduler is gone."""
        now = time.monotonic()
        if now < self._looked + LOOK:
            return
        try:
            has_workers = bool(self._client.nthreads())
        except OSError as error:
            raise ModelError(_no_scheduler(self._address)) from error
        self._looked = time.monotonic()
        if has_workers:
            self._seen = now
            if self._is_told:
                self._on_notice("a Dask worker is back: the sweep continues")
            self._is_told = False
        elif now > self._seen + GONE and not self._is_told:
            self._is_told = True
            self._on_notice(
                f"all Dask workers are gone; the sweep waits until you start one: dask worker {self._address}"
            )


@contextlib.contextmanager
def _connected(address: str) -> Iterator[Any]:
    """Give a client of a scheduler that has a worker; raise as `on_cluster` does."""
    try:
        import dask  # noqa: PLC0415 - not when the window opens, and not needed without a cluster
        from distributed import Client  # noqa: PLC0415 - as above
    except ImportError as error:
        raise ConfigError("a Dask cluster needs the package distributed: pip install distributed") from error
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # we report these errors ourselves
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"there is no Dask scheduler at {address}: start one with “dask scheduler” ({error})"
        ) from error
    with _closing(client), dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"}):
        try:
            client.wait_for_workers(1, timeout=WORKER_PATIENCE)
        except TimeoutError as error:
            raise ConfigError(
                f"the scheduler at {address} has no worker: start one with “dask worker {address}”"
            ) from error
        _check_what_workers_import(client)
        yield client


@contextlib.contextmanager
def _closing(client: Any) -> Iterator[None]:
    try:
        yield
    finally:
        with uninterrupted():
            client.close()


def _check_what_workers_import(client: Any) -> None:
    """Refuse workers that would import an unrelated model.py, which may do anything, instead of our package."""
    program = client.run(find_spec, "digitgui")
    for worker, found in client.run(find_spec, "model").items():
        ours = program.get(worker)  # one that has joined meanwhile is looked at when it fails
        if found and ours and _home(found) != _home(ours):
            raise ModelError(
                f"the worker {worker} finds {found.origin} where digitgui has its package model: rename that, or"
                " start the worker in another folder, without that one on PYTHONPATH"
            )


def _home(package: ModuleSpec) -> PurePath:
    return PureWindowsPath(package.origin or "").parent.parent  # which reads the paths of every system


def _no_scheduler(address: str) -> str:
    return f"the Dask scheduler at {address} is gone; finished runs are kept: start another, then the sweep again"


def _result(future: Any, address: str) -> Outcome:
    """Take the result of a job, or say why there is none."""
    from distributed.scheduler import KilledWorker  # noqa: PLC0415 - not needed without a cluster

    try:
        outcome: Outcome = future.result()
    except ImportError as error:
        raise ModelError(f"the workers at {address} need digitgui in this version, too: {error}") from error
    except CancelledError as error:  # by Dask, which has lost the scheduler
        raise ModelError(_no_scheduler(address)) from error
    except KilledWorker as error:
        raise ModelError(
            f"one run killed several workers at {address}: they probably have too little memory"
        ) from error
    return outcome


def _as_it_is(pictures: Pictures) -> Pictures:
    return pictures


def _on_a_worker(pictures: Pictures, extra: Pictures | None, job: Job, topic: str) -> Outcome:
    from distributed import get_worker  # noqa: PLC0415 - not needed without a cluster

    threadpool_limits(limits=1, user_api="blas")  # never undone: several threads of a worker may be computing
    say = partial(get_worker().log_event, topic)
    return carry_out(pictures, extra, replace(job, follower=News(job.run, say)))
