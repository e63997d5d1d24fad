"""Work that takes too long for the window's thread."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from model.errors import ModelError

__all__ = ["BackgroundTasks"]

LOGGER = logging.getLogger("digitgui")
Result = TypeVar("Result")


class BackgroundTasks(QObject):
    """Runs functions one after the other in one other thread, and hands their results back to this one.

    Attributes
    ----------
    cancelled : threading.Event
        Set when the program ends: a function that takes long looks at it now and then.
    """

    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.cancelled = threading.Event()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

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
                self._ended.emit(on_failed, error)
            else:
                self._ended.emit(on_done, result)

        self._executor.submit(work)

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
