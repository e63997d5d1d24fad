"""Work that takes too long for the window's thread."""

import logging
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
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")
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

    def shut_down(self) -> None:
        """Drop what has not begun, and return when the thread is gone."""
        self.cancelled.set()
        self._executor.shutdown(cancel_futures=True)

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

    def shut_down(self) -> None:
        """Cancel it, and return when the thread is gone, with the tasks of others."""
        self.cancel()
        self._tasks.shut_down()

    def _stop_if(self, cancelled: threading.Event) -> None:
        if cancelled.is_set() or self._tasks.cancelled.is_set():
            raise CancelledError("nobody waits for it any more")
