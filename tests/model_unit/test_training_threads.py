"""How many processor cores a run uses: its result must not depend on them."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from helpers.runs import count_pieces_as, small_network
from threadpoolctl import ThreadpoolController, threadpool_info, threadpool_limits

from model import Dataset, Network, build
from model.network.one_blas_thread import one_blas_thread
from model.sweeps.sweep_workers import Job, carry_out
from model.training.teaching import TeachingConfig
from model.training.teaching_report import teach_and_report
from model.training.training import BatchDone, RunStarted, TrainingConfig, train

CONFIG = TrainingConfig(learning_rate=0.05, batch_size=128, epochs=1)


@pytest.fixture(autouse=True)
def _two_blas_threads() -> Iterator[None]:
    for library in ThreadpoolController().lib_controllers:
        if hasattr(library, "clear_controlling_thread"):
            library.clear_controlling_thread(force=True)  # of a thread of an earlier test that still lives
    with threadpool_limits(limits=2, user_api="blas"):
        if blas_threads() != {2}:
            pytest.skip("this BLAS has no threads to limit")
        yield


@pytest.fixture
def digits(mnist) -> Dataset:
    """Take digits enough for two batches on which BLAS would use a second thread."""
    return mnist.limited(300)


def blas_threads() -> set[int]:
    """Tell the threads of the BLAS that NumPy computes with; SciPy may have brought another."""
    found = [library for library in threadpool_info() if library["user_api"] == "blas"]
    of_numpy = [library for library in found if "numpy" in library["filepath"]]
    return {library["num_threads"] for library in of_numpy or found}


def trained(digits: Dataset, threads: int) -> Network:
    network = build("lenet")
    with threadpool_limits(limits=threads, user_api="blas"):
        for _ in train(network, digits, CONFIG):
            pass
    return network


def test_the_weights_have_the_same_bits_on_one_core_and_on_two(digits) -> None:
    one, two = trained(digits, 1).weights(), trained(digits, 2).weights()
    for name, value in one.items():
        np.testing.assert_array_equal(value, two[name])


@pytest.mark.parametrize("end", ["completed", "closed"])
def test_the_other_cores_are_given_back_when_a_run_ends(digits, end) -> None:
    running = train(build("journal-8"), digits, CONFIG)
    for event in running:
        if isinstance(event, BatchDone):
            assert blas_threads() == {1}
            if end == "closed":
                running.close()
    assert blas_threads() == {2}


def test_a_run_that_was_never_continued_takes_no_cores(digits) -> None:
    running = train(build("journal-8"), digits, CONFIG)
    assert isinstance(next(running), RunStarted)
    assert blas_threads() == {2}
    running.close()


def test_two_runs_that_overlap_give_the_cores_back(digits) -> None:
    first, second = (train(build("journal-8"), digits, CONFIG) for _ in range(2))
    for running in (first, second):
        next(running)
        next(running)
    first.close()
    assert blas_threads() == {1}, "the second is still going"
    second.close()
    assert blas_threads() == {2}


def test_a_teaching_that_ends_leaves_a_training_its_one_thread(mnist, digits) -> None:
    teaching = teach_and_report(small_network(), digits.limited(40), mnist.limited(100), TeachingConfig(steps=2))
    next(teaching)
    running = train(build("journal-8"), digits, CONFIG)
    next(running)
    next(running)
    for _ in teaching:
        assert blas_threads() == {1}
    assert blas_threads() == {1}, "the training is still going"
    running.close()
    assert blas_threads() == {2}


def test_a_run_of_a_sweep_that_ends_leaves_a_training_its_one_thread(digits) -> None:
    pictures, begun = (digits.images, digits.labels), []

    def begin_training(*_news: object) -> None:
        if not begun:
            begun.append(train(build("journal-8"), digits, CONFIG))
            next(begun[0])
            next(begun[0])

    few = np.arange(40)
    job = Job("a", {"arch": "journal-8", "epochs": 1}, "digits", few, few, few, few, follower=begin_training)
    carry_out(pictures, None, job)
    assert blas_threads() == {1}, "the training is still going"
    begun[0].close()
    assert blas_threads() == {2}


def test_the_threads_of_a_run_end_with_it(mnist, monkeypatch) -> None:
    count_pieces_as(2, monkeypatch)
    before = set(threading.enumerate())
    during = set()
    for event in train(small_network(), mnist.limited(60), replace(CONFIG, batch_size=20, augmentation="journal")):
        if isinstance(event, BatchDone):
            during |= {thread.name.rpartition("_")[0] for thread in set(threading.enumerate()) - before}
    assert during == {"augmentation", "another core"}
    assert set(threading.enumerate()) == before
    stopped = train(small_network(), mnist.limited(60), replace(CONFIG, batch_size=20))
    for _ in range(3):
        next(stopped)
    stopped.close()
    assert set(threading.enumerate()) == before


def test_blas_has_one_thread_for_each_thread_that_asks_whichever_asked_first() -> None:
    """threadpoolctl listens to the first thread that has set a limit, as long as that one lives."""
    seen = []

    def ask() -> None:
        with one_blas_thread():
            seen.append(blas_threads())
        seen.append(blas_threads())

    ask()
    other = threading.Thread(target=ask)
    other.start()
    other.join()
    ask()
    assert seen == [{1}, {2}] * 3


def test_the_last_thread_that_lets_go_brings_all_threads_of_blas_back() -> None:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with one_blas_thread():
            inside.set()
            leave.wait(10)

    other = threading.Thread(target=hold)
    with one_blas_thread():
        other.start()
        inside.wait(10)
    assert blas_threads() == {1}
    leave.set()
    other.join()
    assert blas_threads() == {2}
