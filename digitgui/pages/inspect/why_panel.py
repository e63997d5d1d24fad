"""What the ways to explain an answer have in common: computed when they are seen, for the picture as it is."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from digitgui.session import Session
from digitgui.widgets.building import label, show_text
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Computation
from model.inspection.trace import Trace


class WhyPanel(QWidget):
    """Explains the answer to the picture that is looked at.

    While it is seen, it asks anew for every trace; what is shown stays until there is something newer to show.

    Parameters
    ----------
    session : Session
    tasks : BackgroundTasks
        The thread that computes.
    title : str
        What is computed, for the user.
    tells : bool
        As in `Computation`.
    """

    def __init__(self, session: Session, tasks: BackgroundTasks, title: str, *, tells: bool = False) -> None:
        super().__init__()
        self._session, self._inspection = session, session.inspection
        self._looking = Computation[Any](
            title, InThread(tasks), session.activity, failure="The answer cannot be explained", tells=tells
        )
        self._looking.done.connect(self._take)
        self._looking.failed.connect(self._fail)
        self._sentence = label(name="muted", wrap=True)
        self._inspection.traced.connect(self.request)

    def showEvent(self, event: QShowEvent) -> None:
        """Compute what has been asked for out of sight."""
        super().showEvent(event)
        self.request()

    def request(self) -> None:
        """Explain the answer to the picture as it is, unless that is shown."""
        trace = self._inspection.trace
        if self.isVisible() and trace is not None and self._inspection.is_current:
            self._explain(trace)

    @abstractmethod
    def _explain(self, trace: Trace) -> None:
        """Ask for what is to be shown of this trace."""

    @abstractmethod
    def _show(self, found: Any) -> None:
        """Show what was asked for."""

    def _ask(self, function: Callable[..., Any], *arguments: object, basis: tuple[object, ...]) -> bool:
        """Compute of the first of the basis, a trace, what the others say; tell whether that begins now.

        Of another trace, it waits for the end of what is under way, or it would never come to an end while the
        pen moves.
        """
        looking = self._looking
        if looking.is_under_way and looking.asked[1:] == basis[1:]:
            if looking.asked[0] is not basis[0]:
                looking.afterwards(self.request)
            return False
        return looking.ask(function, *arguments, basis=basis)

    def _take(self, found: Any) -> None:
        show_text(self._sentence, "")
        self._show(found)

    def _fail(self, why: str) -> None:
        show_text(self._sentence, why)
