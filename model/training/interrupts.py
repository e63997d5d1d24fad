"""Delays Ctrl+C where it would do harm: it raises wherever the main thread is, even where an exception is lost."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator

__all__ = ["interrupted_later", "uninterrupted"]


@contextlib.contextmanager
def interrupted_later() -> Iterator[Callable[[], None]]:
    """Delay Ctrl+C and signals handled like it until the ``with`` block ends.

    Yields
    ------
    callable
        Checks earlier: raises if it was pressed.

    Raises
    ------
    KeyboardInterrupt
        At the end, if it was pressed meanwhile.
    """
    raising = [
        one for one in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(one) is signal.default_int_handler
    ]
    heard: list[int] = []
    if not _is_main_thread():
        raising = []
    for number in raising:
        signal.signal(number, lambda number, _frame: heard.append(number))

    def hear() -> None:
        if heard:
            raise KeyboardInterrupt

    try:
        yield hear
    finally:
        for number in raising:
            signal.signal(number, signal.default_int_handler)
    hear()


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignore Ctrl+C during the ``with`` block; a process started in it ignores Ctrl+C until it ends."""
    if not _is_main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _is_main_thread() -> bool:
    """Whether this is the main thread, which signals interrupt and which alone may set their handlers."""
    return threading.current_thread() is threading.main_thread()
