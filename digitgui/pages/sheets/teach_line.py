"""One line under the table: how far one is from teaching the network this hand, and what that has changed."""

from PySide6.QtWidgets import QWidget

from digitgui.documents.sheet_teaching import LEAST_CELLS
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, column_of, label, progress_bar, row_of, set_look, show_text
from digitgui.wording import duration

__all__ = ["TeachLine"]


class TeachLine(QWidget):
    """Offers to teach the network the hand of the sheets, shows the progress, and then what has changed."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._teaching = session, session.sheet_teaching
        teaching = self._teaching
        self.words = label(name="muted", wrap=True)
        tip = (
            f"Teach a copy of the network the cells that you confirmed or corrected, at least {LEAST_CELLS}, and"
            " read the other cells again with it. This takes some seconds"
        )
        self.start = button("Teach this hand", tip, teaching.teach, look="small", name="teachSheets")
        self.cancel = button("Cancel", "Stop teaching; nothing changes", teaching.cancel, look="small")
        self._bar = progress_bar("Progress of teaching")
        self._left = label(name="muted")
        tip = "Open the taught network, which reads the sheets that you add from now on"
        self.keep = button("Use from now on", tip, teaching.keep, look="small", name="keepTaught")
        tip = "Show the readings of before again; what you decided stays"
        self.back = button("Go back", tip, teaching.go_back, look="small", name="takeBackTaught")
        column_of(
            row_of((self.words, 1), self.start, spacing=8),
            row_of((self._bar, 1), self._left, self.cancel, self.keep, self.back, STRETCH, spacing=8),
            inside=self,
            spacing=4,
        )
        project = session.sheets
        for signal in (teaching.changed, teaching.offered, project.listed, project.sheet_changed):
            signal.connect(self._show)
        session.model.changed.connect(self._show)
        teaching.progressed.connect(self._show_progress)
        self._show()

    def _show(self) -> None:
        teaching = self._teaching
        going, offer, lack = teaching.is_under_way, teaching.offer, teaching.lack
        count = teaching.count
        show_text(self.words, str(offer) if offer and not going else _words(count, lack, is_going=going))
        self.setVisible(bool(count or offer or going))
        self.start.setVisible(not going and offer is None)
        self.start.setEnabled(not lack)
        for part in (self.cancel, self._bar, self._left):
            part.setVisible(going)
        for part in (self.keep, self.back):
            part.setVisible(offer is not None and not going)
        if offer is not None:
            is_worse = bool(offer.lesson.report.refusal())
            set_look(self.words, "tone", "warning" if is_worse else "")
            set_look(self.keep, "primary", not is_worse)
        self._show_progress()

    def _show_progress(self) -> None:
        teaching = self._teaching
        self._bar.setValue(round(1000 * (teaching.share or 0.0)))
        left = teaching.seconds_left
        self._left.setText("" if left is None else f"{duration(left)} left")


def _words(count: int, lack: str, *, is_going: bool) -> str:
    if is_going:
        return "A copy of the network learns this hand and reads the other cells again"
    if count < LEAST_CELLS:
        return f"{count} of {LEAST_CELLS} cells confirmed or corrected"
    return lack or f"{count:,} cells confirmed or corrected"
