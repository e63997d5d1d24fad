"""What the window has left for later is made ready in small steps, as soon as it stands."""

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from digitgui.frame.page_list import PAGES
from digitgui.frame.page_stack import PageStack
from digitgui.session import Session
from digitgui.widgets.later import Later
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Computation

__all__ = ["GettingReady"]

PAUSE_MILLISECONDS = 60
"""Between two steps, in which the window does what the user wants."""
LIBRARIES = ("pyqtgraph", "scipy.ndimage", "digitgui.frame.glossary_marks")
"""What pages and the reading of numbers need: a fifth of a second each, but for the last."""


class GettingReady(QObject):
    """Imports in a thread what the pages need; then builds them one after the other, never during a stroke.

    What fails is told, and stops nothing else: a page that is wanted then is tried again.

    Parameters
    ----------
    pages : PageStack
    session : Session

    Attributes
    ----------
    is_done : bool
        Whether nothing is left for later.

    Signals
    -------
    done()
        Nothing is left for later from now on.
    """

    done = Signal()

    def __init__(self, pages: PageStack, session: Session) -> None:
        super().__init__(pages)
        self._session = session
        self.is_done = False
        self._steps = _steps(pages)
        self._timer = QTimer(self, interval=PAUSE_MILLISECONDS)
        self._timer.timeout.connect(self._go_on)
        place = InThread(BackgroundTasks(session.activity))
        self._importing = Computation[None](
            "Getting the other pages ready",
            place,
            session.activity,
            failure="What the other pages need cannot be loaded",
            tells=True,
        )
        self._importing.done.connect(lambda _none: self._timer.start())
        self._importing.failed.connect(session.failed)
        self._importing.failed.connect(lambda _problem: self._timer.start())
        modules = [*LIBRARIES, *(entry.module for entry in PAGES)]
        QTimer.singleShot(PAUSE_MILLISECONDS, self, lambda: self._importing.ask_anew(_import, modules))

    def _go_on(self) -> None:
        """Take the next step, unless the user is at something that must not falter."""
        is_at_work = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton or self._session.drawing.live
        if self._session.tasks.cancelled.is_set():  # the window is closed
            self._timer.stop()
        elif not is_at_work:
            step = next(self._steps, None)
            if step is None:
                self._timer.stop()
                self.is_done = True
                self.done.emit()
                gc.freeze()  # as when the window was shown
                return
            try:
                step()
            except Exception:
                sys.excepthook(*sys.exc_info())  # which tells it


def _steps(pages: PageStack) -> Iterator[Callable[[], object]]:
    """Give what is to be done, a step each time the next is asked for; none takes long."""
    for entry in PAGES:
        yield partial(pages.page, entry.name)
        if pages.is_built(entry.name):
            yield partial(pages.dress_page, entry.name)
            for later in pages.page(entry.name).findChildren(Later):
                yield partial(getattr, later, "part")


def _import(modules: Sequence[str], on_progress: Callable[[float], object]) -> None:
    """Import all that can be imported; raise the first error when all have been tried."""
    problems = []
    for number, module in enumerate(modules):
        on_progress(number / len(modules))  # which ends it when the window closes
        try:
            import_module(module)
        except Exception as error:
            problems.append(error)
    if problems:
        raise problems[0]
