"""The whole network's gradients against differences of its loss: one button and a table."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from digitgui.session import Session
from digitgui.widgets.building import (
    STRETCH,
    button,
    column_of,
    label,
    progress_bar,
    row_of,
    set_look,
    show_text,
    stack_of,
)
from digitgui.widgets.focus import keeping_focus
from digitgui.widgets.tables.text_table import TextTable
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Computation
from model.inspection.gradient_check import LIMIT, CheckedLayer, check_gradients
from model.network.arrays import ImageArray
from model.network.network import Network

HEAD = ("layer", "parameters", "checked", "kinks", "largest error", "result")
INTRODUCTION = (
    "A gradient says how the loss changes when a number moves a little. The check moves a sample of each layer's"
    " weights and inputs by 0.00001 to either side, in float64, and compares."
)

Rows = tuple[CheckedLayer, ...]


class GradientCheckView(QWidget):
    """Checks a copy of the network that is looked into, for the picture that is looked at."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._inspection = session.inspection
        self.checking = checking = Computation[Rows](
            "Checking gradients",
            InThread(BackgroundTasks(session.activity)),
            session.activity,
            failure="The gradients cannot be checked",
            tells=True,
            can_cancel=True,
        )
        tip = "Compare every layer's gradients with differences of the loss"
        self.start = button("Check gradients", tip, self._check, look="primary")
        self.cancel = button("Cancel", "Stop the check", checking.cancel)
        self._bar = progress_bar("Progress of the check")
        self.verdict = label(wrap=True)
        self.table = TextTable("Check of the gradients")
        self._below = stack_of(QWidget(), self.table)  # so that the button is above in any case
        column_of(
            label(INTRODUCTION, "muted", wrap=True),
            row_of(self.start, self.cancel, (self._bar, 1), STRETCH, spacing=8),
            self.verdict,
            (self._below, 1),
            inside=self,
            spacing=8,
        )
        checking.changed.connect(self._show)
        checking.progressed.connect(lambda _detail: self._bar.setValue(round(1000 * (checking.share or 0.0))))
        self._inspection.changed.connect(checking.outdate)
        self._show()

    def _check(self) -> None:
        picture = self._inspection.picture
        if picture is not None:
            inspection = self._inspection
            basis = (inspection.title,)
            self.checking.ask_anew(_checked, inspection.network.copy(), picture.copy(), basis=basis)

    def _show(self) -> None:
        checking, rows = self.checking, self.checking.answer
        with keeping_focus(self, self.start, self.cancel):
            for part, is_seen in (
                (self.start, not checking.is_under_way),
                (self.cancel, checking.is_under_way),
                (self._bar, checking.is_under_way),
            ):
                part.setVisible(is_seen)
        self._below.setCurrentIndex(0 if rows is None else 1)
        text, tone = checking.problem, "warning"
        if rows is not None and not text:
            text, tone = told(rows)
            stale = "" if checking.is_current else " Network or picture have changed since."
            text = f"{checking.basis[0]}: {text}{stale}"
            bad = [k for k, row in enumerate(rows) if not row.passed]
            self.table.show_rows([HEAD, *(_texts(row) for row in rows)], bad)
        show_text(self.verdict, text)
        set_look(self.verdict, "tone", tone)


def told(rows: Rows) -> tuple[str, str]:
    """Say in a sentence what came of the check, with its tone."""
    wrong = [row.name for row in rows if not row.passed]
    if wrong:
        return (
            f"Some gradients are wrong. Look at {wrong[-1]} first: its error spreads to the layers before it.",
            "warning",
        )
    checked, kinks = sum(row.checked for row in rows), sum(row.kinks for row in rows)
    return (
        f"All gradients are right to {LIMIT:g}: {checked - kinks:,} numbers compared, {kinks:,} left out because a"
        " ReLU or a pool switches there.",
        "good",
    )


def _texts(row: CheckedLayer) -> tuple[str, ...]:
    error = "–" if row.checked == row.kinks else f"{row.largest_error:.1e}"
    numbers = (f"{row.parameters:,}", f"{row.checked}", f"{row.kinks}")
    return (row.name, *numbers, error, "passes" if row.passed else "wrong")


def _checked(network: Network, picture: ImageArray, on_progress: Callable[[float], object]) -> Rows:
    return check_gradients(network, picture, on_progress=on_progress)
