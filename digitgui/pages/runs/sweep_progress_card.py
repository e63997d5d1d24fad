"""The sweep that is going on, or waits to be gone on with, in one line."""

from PySide6.QtWidgets import QFrame

from digitgui.runs.sweeps import CORES
from digitgui.session import Session
from digitgui.widgets.building import button, label, progress_bar, row_of


class SweepProgressCard(QFrame):
    """Tells how far it is; is not there when there is nothing to tell."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self._session, sweeps = session, session.sweeps
        self._name = label(name="strong")
        self._words = label(name="muted")
        self._bar = progress_bar("Progress of the sweep")
        self.cancel_button = button(
            "Cancel", "Cancel the sweep and keep finished runs", sweeps.cancel, name="cancelSweep"
        )
        self.resume_button = button(
            "Resume", "Run what is missing; nothing is repeated", self._resume, name="resumeSweep"
        )
        self._later = button("Not now", "You can still resume it later, from its runs", sweeps.forget_unfinished)
        buttons = (self.cancel_button, self.resume_button, self._later)
        row = row_of(self._name, self._words, (self._bar, 1), *buttons, inside=self, spacing=12)
        row.setContentsMargins(16, 8, 8, 8)
        sweeps.changed.connect(self._show)
        sweeps.progressed.connect(self._show)
        self._show()

    @property
    def text(self) -> str:
        """What it tells."""
        return self._words.text()

    def _resume(self) -> None:
        sweeps = self._session.sweeps
        if sweeps.unfinished:
            sweeps.go_on(sweeps.unfinished.folder, CORES)

    def _show(self) -> None:
        sweeps = self._session.sweeps
        going, unfinished = sweeps.going, sweeps.unfinished
        self.setVisible(bool(going or unfinished))
        self.cancel_button.setVisible(bool(going))
        for part in (self.resume_button, self._later):
            part.setVisible(bool(unfinished))
        folder = going or (unfinished.folder if unfinished else None)
        self._name.setText(f"Sweep “{folder.name}”" if folder else "")
        if unfinished:
            self._words.setText(f"stopped after {unfinished.done:,} of {unfinished.total:,} runs")
            self._bar.setValue(round(1000 * unfinished.done / unfinished.total))
        else:
            self._words.setText(sweeps.pace.in_words)
            self._bar.setValue(round(1000 * sweeps.pace.share))
