"""Work that cannot be interrupted, in a process that can be killed."""

import contextlib
import logging
import math
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Qt, Signal, Slot

from digitgui.work.background import joined
from digitgui.work.child_process import read_message, write_message
from model.errors import ModelError

LOGGER = logging.getLogger("digitgui")

# One thread there: several wait for one another on a busy machine, and the window needs a core of its own.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
Say: TypeAlias = Callable[["_Job", str, object], object]
LAST = ("done", "failed")
BEGINNING = "import sys; sys.path[:] = {path!r}; from digitgui.work.child_process import main; main()"


class SeparateProcess(QObject):
    """Runs one function at a time in another process, and hands its result back to this thread.

    It starts a fresh interpreter rather than a `multiprocessing.Process`, which would import the program's main
    module again: a script that opens the window without a guard would open another.
    """

    _said = Signal(object, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: _Job | None = None
        self._threads: list[threading.Thread] = []
        self._receivers: dict[str, Callable[[Any], object]] = {}
        self._said.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """Whether a result or an error is still to come."""
        return self._job is not None

    def start(
        self,
        function: Callable[..., object],
        *arguments: object,
        on_done: Callable[[Any], object],
        on_failed: Callable[[Exception], object],
        on_progress: Callable[[Any], object] | None = None,
    ) -> None:
        """Call a function elsewhere; what was running before is cancelled.

        Parameters
        ----------
        function : callable
            Can be pickled: it stands at the top of a module.
        *arguments
            Can be pickled.
        on_done, on_failed : callable
            One of them is called here, with the result or with the error; neither after `cancel`.
        on_progress : callable, optional
            Is called here with the share done so far, or whatever else tells how far it has come. The function
            then takes a keyword ``on_progress``, which it calls with that.
        """
        self.cancel()
        receivers = {"done": on_done, "failed": on_failed}
        self._receivers = receivers | ({"progress": on_progress} if on_progress else {})
        job = self._job = _Job()
        request = (function, arguments, on_progress is not None)
        # from another thread, since pickling a large data set and handing it over takes its time
        thread = threading.Thread(target=job.run, args=(request, self._said.emit), name="separate process")
        self._threads = [other for other in self._threads if other.is_alive()] + [thread]
        thread.start()

    def cancel(self) -> None:
        """Kill the process; nothing is heard of it any more."""
        if self._job:
            self._job.cancel()
            self._job = None

    def shut_down(self, deadline: float = math.inf) -> bool:
        """Kill the process, and wait for what talked to it, as `BackgroundTasks.shut_down` does."""
        self.cancel()
        self._threads = [thread for thread in self._threads if not joined(thread, deadline)]
        return not self._threads

    @Slot(object, str, object)
    def _deliver(self, job: "_Job", kind: str, content: Any) -> None:
        if job is not self._job:  # cancelled while this was on its way
            return
        receiver = self._receivers[kind]
        if kind != "progress":
            self._job = None
            if kind == "failed" and not isinstance(content, ModelError):
                LOGGER.error("a separate process failed: %r", content)
        receiver(content)


class _Job:
    """One process, from its start to its end; `cancel` may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled = False

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            if self._process:
                if hasattr(os, "killpg") and self._process.poll() is None:
                    with contextlib.suppress(ProcessLookupError):  # it leads all that it has begun
                        os.killpg(self._process.pid, signal.SIGTERM)
                self._process.kill()

    def run(self, request: object, say: Say) -> None:
        """Start the process, give it the request, and say whatever it answers, until it ends."""
        try:
            with self._lock:
                if self._cancelled:
                    return
                self._process = _new_process()
            with self._process as process:
                self._converse(process, request, say)
        except Exception as error:  # whatever it is, the one who asked must hear of it
            say(self, "failed", error)

    def _converse(self, process: subprocess.Popen[bytes], request: object, say: Say) -> None:
        assert process.stdin
        assert process.stdout
        kind = ""
        with contextlib.suppress(OSError, EOFError):  # it has been killed
            write_message(process.stdin, request)
            while kind not in LAST:
                kind, content = read_message(process.stdout)
                say(self, kind, content)
        with contextlib.suppress(OSError):
            process.stdin.close()  # which ends it, if it has not ended
        if kind not in LAST and not self._cancelled:
            reason = "the process that computed this ended unexpectedly: there may be too little memory"
            say(self, "failed", RuntimeError(reason))


def _new_process() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", BEGINNING.format(path=sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | ONE_THREAD,
        start_new_session=True,  # a group of its own, which ends as a whole
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
