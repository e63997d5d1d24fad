"""Ctrl+C, pressed in the middle of what must not be left half done."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from model.training.interrupts import interrupted_later, uninterrupted

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_is_put_off_until_the_work_is_done(number) -> None:
    before = signal.signal(number, signal.default_int_handler)
    done = []

    @interrupted_later()
    def work() -> None:
        os.kill(os.getpid(), number)
        done.append("work")

    try:
        with pytest.raises(KeyboardInterrupt):
            work()
        assert done == ["work"]
        assert signal.getsignal(number) is signal.default_int_handler
    finally:
        signal.signal(number, before)


def test_it_is_heard_earlier_by_whoever_asks() -> None:
    done = []

    def work() -> None:
        with interrupted_later() as hear:
            hear()
            os.kill(os.getpid(), signal.SIGINT)
            done.append("first")
            hear()
            done.append("second")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["first"]


def test_what_means_something_else_is_left_alone() -> None:
    heard = []
    before = signal.signal(signal.SIGTERM, lambda *_: heard.append(True))
    try:
        with interrupted_later():
            os.kill(os.getpid(), signal.SIGTERM)
        assert heard == [True]
    finally:
        signal.signal(signal.SIGTERM, before)


def test_an_error_of_the_work_is_told_before_it() -> None:
    @interrupted_later()
    def work() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        raise ValueError("of the work")

    with pytest.raises(ValueError, match="of the work"):
        work()


def test_it_is_ignored_also_by_processes_that_begin_meanwhile() -> None:
    ask = "import signal; print(signal.getsignal(signal.SIGINT) == signal.SIG_IGN)"
    with uninterrupted():
        os.kill(os.getpid(), signal.SIGINT)
        inside = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    outside = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert (inside.stdout, outside.stdout) == ("True\n", "False\n")


@pytest.mark.parametrize("context", [interrupted_later, uninterrupted])
def test_another_thread_may_use_both(context) -> None:
    done = []

    def work() -> None:
        with context():
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]
