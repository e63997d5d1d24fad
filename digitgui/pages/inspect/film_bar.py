"""The bar of a film: back, play or pause, next, and where it is."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QSlider, QWidget

from digitgui.widgets.building import button, label, row_of
from digitgui.widgets.choice_box import ChoiceBox
from digitgui.widgets.scrolling import leave_wheel

SPEEDS = {"4000": "0.5×", "2000": "1×", "667": "3×"}
"""Milliseconds of each frame."""
USUAL_SPEED = "2000"


class FilmBar(QWidget):
    """Moves through the frames of a film.

    Signals
    -------
    moved(int)
        This frame is to be shown, counted from 0.
    """

    moved = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=int(USUAL_SPEED))
        self._timer.timeout.connect(self._play_on)
        self.back_button = button("Back", "Show the frame before (←)", self.back, look="small")
        self.play_button = button("Play", "Show one frame after the other", self.play_or_pause, look="small")
        self.next_button = button("Next", "Show the next frame (→)", self.forward, look="small")
        self.position = QSlider(Qt.Orientation.Horizontal)
        self.position.setAccessibleName("Frame")
        self.position.setPageStep(1)
        leave_wheel(self.position)
        self.position.valueChanged.connect(self._see_position)
        self._told = label(name="muted")
        self.speed = ChoiceBox(dict.fromkeys(SPEEDS, ""), "Speed of the film", SPEEDS)
        self.speed.choose(USUAL_SPEED)
        self.speed.chosen_changed.connect(lambda chosen: self._timer.setInterval(int(chosen)))
        buttons = (self.back_button, self.play_button, self.next_button)
        row_of(*buttons, (self.position, 1), self._told, label("Speed"), self.speed, inside=self, spacing=6)
        self.set_count(1)

    @property
    def is_playing(self) -> bool:
        """Whether one frame follows the other by itself."""
        return self._timer.isActive()

    def set_count(self, count: int) -> None:
        """Begin another film of so many frames; what plays stops."""
        self._timer.stop()
        self.position.blockSignals(True)
        self.position.setRange(0, count - 1)
        self.position.setValue(0)
        self.position.blockSignals(False)
        self._show()

    def back(self) -> None:
        """Show the frame before."""
        self.position.setValue(self.position.value() - 1)

    def forward(self) -> None:
        """Show the next frame."""
        self.position.setValue(self.position.value() + 1)

    def play_or_pause(self) -> None:
        """Play on from here, from the beginning at the end; or stop."""
        if self.is_playing:
            self._timer.stop()
        else:
            if self._is_at_end:
                self.position.setValue(0)
            self._timer.start()
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do not play unseen."""
        self._timer.stop()
        self._show()
        super().hideEvent(event)

    @property
    def _is_at_end(self) -> bool:
        return self.position.value() == self.position.maximum()

    def _play_on(self) -> None:
        self.forward()
        if self._is_at_end:
            self._timer.stop()
            self._show()

    def _see_position(self, number: int) -> None:
        self._show()
        self.moved.emit(number)

    def _show(self) -> None:
        at, last = self.position.value(), self.position.maximum()
        self._told.setText(f"{at + 1} of {last + 1}" if last else "")
        self.play_button.setText("Pause" if self.is_playing else "Play")
        for part, is_possible in (
            (self.back_button, at > 0),
            (self.play_button, last > 0),
            (self.next_button, at < last),
            (self.position, last > 0),
        ):
            part.setEnabled(is_possible)
