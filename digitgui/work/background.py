"""Work that takes too long for the window's thread."""

import logging
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from model.errors import CancelledError, ModelError

LOGGER = logging.getLogger("digitgui")
TELL_SECONDS = 0.05
"""The window hears this often how far something has come, however often that is told."""
Result = TypeVar("Result")


def joined(thread: threading.Thread, deadline: float) -> bool:
    """Wait for a thread until then, by `time.monotonic`; tell whether it is gone."""
    thread.join(None if deadline == math.inf else max(0.0, deadline - time.monotonic()))
    return not thread.is_alive()


class BackgroundTasks(QObject):
    """Runs functions one after the other in one other thread, and hands their results back to this one.

    Attributes
    ----------
    cancelled : threading.Event
        Set when the program ends: a function that takes long looks at it now and then.
    """

    _said = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.cancelled = threading.Event()
        self._thread: threading.Thread | None = None
        self._executor = ThreadPoolExecutor(1, "background", initializer=self._see_thread)
        self._said.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(
        self,
        function: Callable[[], Result],
        on_done: Callable[[Result], object],
        on_failed: Callable[[Exception], object],
    ) -> None:
        """Call ``function`` elsewhere; then, here, ``on_done`` with its result or ``on_failed`` with its error."""

        def work() -> None:
            try:
                result = function()
            except Exception as error:  # whatever it is, the one who asked must hear of it
                if not isinstance(error, ModelError):
                    LOGGER.exception("a background task failed")
                self._said.emit(on_failed, error)
            else:
                self._said.emit(on_done, result)

        self._executor.submit(work)

    def say(self, receiver: Callable[[Any], object], content: object) -> None:
        """Have ``receiver`` called with this here, soon; may be called from any thread."""
        self._said.emit(receiver, content)

    def finish(self) -> None:
        """Return when everything has ended that has been started so far."""
        self._executor.submit(lambda: None).result()

    def shut_down(self, deadline: float = math.inf) -> bool:
        """Drop what has not begun, and return when the thread is gone, or at the deadline.

        Parameters
        ----------
        deadline : float
            By `time.monotonic`.

        Returns
        -------
        bool
            Whether the thread is gone: what C code computes cannot be interrupted.
        """
        self.cancelled.set()
        self._executor.shutdown(wait=False, cancel_futures=True)
        return self._thread is None or joined(self._thread, deadline)

    def _see_thread(self) -> None:
        self._thread = threading.current_thread()

    @Slot(object, object)
    def _deliver(self, receiver: Callable[[Any], object], outcome: Any) -> None:
        receiver(outcome)


class InThread:
    """Runs one function at a time among the tasks of others; it is used as a `SeparateProcess` is.

    What is cancelled is not begun, or ends when it next tells how far it has come.
    """

    def __init__(self, tasks: BackgroundTasks) -> None:
        self._tasks = tasks
        self._cancelled = threading.Event()

    def start(
        self,
        function: Callable[..., object],
        *arguments: object,
        on_done: Callable[[Any], object],
        on_failed: Callable[[Exception], object],
        on_progress: Callable[[Any], object] | None = None,
    ) -> None:
        """Call a function elsewhere, as `SeparateProcess.start` does; it need not be picklable.

        It may call ``on_progress`` with the share done so far and whatever else tells how far it has come; both
        arrive here as a pair.
        """
        self.cancel()
        cancelled = self._cancelled = threading.Event()
        told = -TELL_SECONDS

        def while_wanted(receiver: Callable[[Any], object]) -> Callable[[Any], object]:
            return lambda content: None if cancelled.is_set() else receiver(content)

        def tell(share: float | None, detail: object = None) -> None:
            nonlocal told
            self._stop_if(cancelled)
            if on_progress and time.monotonic() - told >= TELL_SECONDS:
                told = time.monotonic()
                self._tasks.say(while_wanted(on_progress), (share, detail))

        def work() -> object:
            self._stop_if(cancelled)
            return function(*arguments, **({"on_progress": tell} if on_progress else {}))

        self._tasks.start(work, while_wanted(on_done), while_wanted(on_failed))

    def cancel(self) -> None:
        """Nothing is heard any more of what is running."""
        self._cancelled.set()

    def shut_down(self, deadline: float = math.inf) -> bool:
        """Cancel it, with the tasks of others, and wait as `BackgroundTasks.shut_down` does."""
        self.cancel()
        return self._tasks.shut_down(deadline)

    def _stop_if(self, cancelled: threading.Event) -> None:
        if cancelled.is_set() or self._tasks.cancelled.is_set():
            raise CancelledError("it is no longer wanted")
