"""The one line of state: which network and data are open, and how far the training is."""

from html import escape
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from digitgui.session import Session
from digitgui.widgets.building import button, label, row_of
from digitgui.wording import duration
from digitgui.work.computation import Computation
from digitgui.work.training_worker import RunState

__all__ = ["StateLine"]


class StateLine(QObject):
    """Fills a status bar, and keeps it up to date.

    Parameters
    ----------
    session : Session
    bar : QStatusBar

    Attributes
    ----------
    older_data : QLabel
        Is there where the network learned from the open data as it was before.
    """

    def __init__(self, session: Session, bar: QStatusBar) -> None:
        super().__init__(bar)
        self._session = session
        self._model, self._data, self._epoch, self._speed, self._busy = (
            QLabel(textFormat=Qt.TextFormat.RichText) for _ in range(5)
        )
        self.older_data = label("network from older data", "badge")
        self._stop = button("Stop", "", self._end_run, look="small", name="stopRunButton")
        self._cancel = button("Cancel", "", self._end_work, look="small", name="cancelWorkButton")
        self._work: Computation[Any] | None = None  # which the button ends
        for part in (self._model, self._data, self.older_data, self._epoch, self._speed):
            bar.addWidget(part)
        self._busy.setMinimumWidth(1)  # a long text is cut, and stands whole in its tooltip
        bar.addWidget(self._busy, 1)
        self.older_data.hide()
        ends = QWidget()
        row_of(self._stop, self._cancel, inside=ends, spacing=8)
        bar.addPermanentWidget(ends)
        for one in (self._stop, self._cancel):  # always in its place, wherever the texts end
            policy = one.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            one.setSizePolicy(policy)
            one.hide()
        bar.setSizeGripEnabled(False)
        session.activity.changed.connect(self._show)
        session.model.changed.connect(self._show)
        session.data.changed.connect(self._show)
        session.trainings.progressed.connect(self._show)
        session.trainings.run.state_changed.connect(self._show)
        session.sweep_changed.connect(self._show)
        session.data_match.changed.connect(self._show_data_match)
        self._show()

    def _show_data_match(self) -> None:
        difference = self._session.data_match.of_model
        self.older_data.setVisible(bool(difference))
        self.older_data.setToolTip(
            f"The network learned from an earlier state of this data: {difference}.\n"
            "Train again to learn from the data as it is now."
        )

    def _end_run(self) -> None:
        sweeps = self._session.sweeps_going
        if sweeps:
            sweeps.cancel()
        else:
            self._session.trainings.run.stop()

    def _end_work(self) -> None:
        if self._work:
            self._work.cancel()

    def _show(self) -> None:
        session = self._session
        star = " *" if session.model.is_dirty else ""
        self._model.setText(f"Network <b>{escape(session.model.name)}{star}</b>")
        self._data.setText(f"Data <b>{escape(session.data.dataset.name)}</b>")
        self._show_cancel()
        doing = [_words(one) for one in session.activity.under_way]
        more = f", +{len(doing) - 1} more" if len(doing) > 1 else ""
        self._busy.setText(escape(doing[0] + more) if doing else "")
        self._busy.setToolTip("\n".join(doing))
        self._show_run("" if doing else "Idle")

    def _show_run(self, idle: str) -> None:
        """Tell of the training or the sweep that is going on, which are never two."""
        session = self._session
        status, sweeps = session.trainings.status, session.sweeps_going
        is_training = status is not None and session.trainings.run.is_active
        self._stop.setVisible(is_training or sweeps is not None)
        self._stop.setEnabled(session.trainings.run.state is not RunState.STOPPING)
        tip = (
            "Stop training and keep what was learned" if is_training else "Cancel the sweep and keep finished runs"
        )
        self._stop.setToolTip(tip)
        self._stop.setAccessibleName(tip)
        if status is None or not is_training:
            self._speed.clear()
            self._epoch.setText(
                f"Sweep <b>{escape(sweeps.going.name)}</b> · {sweeps.pace.in_words}"
                if sweeps and sweeps.going
                else idle
            )
            return
        self._epoch.setText(
            f"Epoch <b>{status.epoch} of {status.config.epochs}</b> ({session.trainings.run.state})"
        )
        left = "" if status.seconds_left is None else f"<b>{duration(status.seconds_left)}</b> left &nbsp; "
        self._speed.setText(f"{left}<b>{status.images_per_second:,.0f}</b> pictures/s")

    def _show_cancel(self) -> None:
        """Offer the end of the first that a person may end: it is that one, whatever is listed when they press."""
        self._work = next((one for one in self._session.activity.under_way if one.can_cancel), None)
        self._cancel.setVisible(self._work is not None)
        words = f"Cancel: {self._work.title}" if self._work else ""
        self._cancel.setAccessibleName(words)
        self._cancel.setToolTip(words)


def _words(computation: Computation[Any]) -> str:
    """Say what is going on, how much of it is done, and how long it will go on."""
    share = "" if computation.share is None else f" {100 * computation.share:.0f} %"
    left = computation.seconds_left
    return f"{computation.title}{share}{'' if left is None else f', {duration(left)} left'}"
