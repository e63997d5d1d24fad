"""A thread for the second half of short work."""

import contextvars
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import partial
from queue import Empty, SimpleQueue

__all__ = ["SecondCore"]

PATIENCE_S = 0.2
"""For so long the thread waits for more: beginning one takes as long as dozens of pictures."""


class SecondCore:
    """Calls two functions at the same time; its thread begins with the first two, and ends when no more come."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = 0
        """In which the thread waits; 0 if there is none. A forked process has no threads."""
        self._tasks: SimpleQueue[tuple[Future[None], Callable[[], object]]] = SimpleQueue()

    def do_both(self, mine: Callable[[], object], others: Callable[[], object]) -> None:
        """Call two functions, the second in the other thread, and wait for both.

        What one of them raises is raised here.
        """
        done: Future[None] = Future()
        context = contextvars.copy_context()  # np.errstate applies in the other thread too
        with self._lock:
            if self._process != os.getpid():
                self._process, self._tasks = os.getpid(), SimpleQueue()
                threading.Thread(target=self._work, args=(self._tasks,), name="second core", daemon=True).start()
            self._tasks.put((done, partial(context.run, others)))
        try:
            mine()
        finally:
            wait([done])
        done.result()

    def _work(self, tasks: SimpleQueue[tuple[Future[None], Callable[[], object]]]) -> None:
        while True:
            try:
                done, call = tasks.get(timeout=PATIENCE_S)
            except Empty:
                with self._lock:
                    if tasks.empty():
                        self._process = 0
                        return
                continue
            try:
                call()
            except BaseException as error:
                done.set_exception(error)
            else:
                done.set_result(None)
            del done, call  # what they hold on to is not needed while the thread waits
