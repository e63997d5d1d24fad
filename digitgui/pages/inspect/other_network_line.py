"""The line that says so where Inspect shows another network than the open one, and leads back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from digitgui.pages.inspect.step_view import StepView
from digitgui.pages.inspect.surgery_view import SurgeryView
from digitgui.session import Session
from digitgui.widgets.building import button, label, row_of
from digitgui.widgets.focus import keeping_focus


class OtherNetworkLine(QWidget):
    """Names the network that is looked into where it is not the open one, above all views.

    It keeps its room while it is hidden, so that nothing below moves.

    Signals
    -------
    maker_wanted(type)
        The view of this class, which keeps or discards the copy, is to be shown.
    """

    maker_wanted = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.words = label(wrap=True, tone="warning")
        tip = "Look into the open network again"
        self.back = button("Back to the open network", tip, self._go_back, look="small", name="lookBack")
        tip = "Show where this copy is kept or discarded"
        self.decide = button("Keep or discard", tip, self._want_maker, look="small", name="decideOnCopy")
        row_of((self.words, 1), self.back, self.decide, inside=self, spacing=8)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        session.inspection.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        inspection = self._session.inspection
        with keeping_focus(self, self.back, self.decide):
            self.setVisible(not inspection.is_of_open_network)
            if not inspection.is_of_open_network:
                self.words.setText(f"You see {inspection.title}, not the open network.")
            is_copy = self._maker() is not None
            self.decide.setVisible(is_copy)
            self.back.setVisible(not is_copy)

    def _maker(self) -> type[QWidget] | None:
        """Return the view that a copy belongs to; None if no view keeps or discards what is seen."""
        if self._session.stepping.is_seen:
            return StepView
        return SurgeryView if self._session.operating.is_seen else None

    def _want_maker(self) -> None:
        self.maker_wanted.emit(self._maker())

    def _go_back(self) -> None:
        self._session.time_machine.leave()
        self._session.inspection.look_at(None)
