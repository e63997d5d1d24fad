"""Where one draws: the large canvas and its tools."""

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSlider

from digitgui.asking.drawing_files import open_photo
from digitgui.drawings.pen import Pen
from digitgui.drawings.prediction import takes_drawings
from digitgui.session import Session
from digitgui.widgets.building import (
    SquareFrame,
    action_button,
    aside,
    button,
    column_of,
    label,
    row_of,
    set_look,
    switch,
    with_shortcut,
)
from digitgui.widgets.ink.canvas import Canvas
from digitgui.widgets.ink.replay_end import ReplayEnd
from digitgui.widgets.scrolling import leave_wheel
from model.network.task import DIGITS, Task

PHOTO = "Put a photo under the strokes; you can also drop or paste one here"
PICTURE = "Show the network a picture file; you can also drop or paste a picture"
UNDO, REDO = "Undo the last stroke", "Redo the stroke"


class DrawingCard(QFrame):
    """The canvas, undo and clear above it, pen, eraser, photo and replay below it."""

    def __init__(self, session: Session, pen: Pen) -> None:
        super().__init__()
        self.setObjectName("card")
        self._session, self._drawing, self._pen = session, session.drawing, pen
        drawing = session.drawing
        self.canvas = Canvas(drawing)
        self.canvas.setObjectName("drawingCanvas")
        column_of(
            self._head(),
            (SquareFrame(self.canvas, minimum=220), 1),
            self._pen_row(),
            inside=self,
            margin=16,
            spacing=12,
        )

        self.canvas.use(pen)
        drawing.undo_stack.canUndoChanged.connect(self._undo.setEnabled)
        drawing.undo_stack.canRedoChanged.connect(self._redo.setEnabled)
        drawing.changed.connect(self._show_buttons)
        session.photo.changed.connect(self._show_buttons)
        self._task = DIGITS
        self._show_buttons()

    def set_task(self, task: Task) -> None:
        """Offer pen or pictures, as the open network takes them."""
        if task == self._task:
            return
        self._task = task
        is_drawn = takes_drawings(task)
        self._heading.setText("Draw a digit" if task.is_digits else "Draw" if is_drawn else "A picture")
        for part in self._for_pen:
            part.setVisible(is_drawn)
        self._open.setText("Photo…" if is_drawn else "Open a picture…")
        self._open.setToolTip(PHOTO if is_drawn else PICTURE)
        self._open.setAccessibleDescription(PHOTO if is_drawn else PICTURE)
        self._paste.setVisible(not is_drawn)
        set_look(self._open, "primary", not is_drawn)
        self._undo.setToolTip(with_shortcut(UNDO if is_drawn else "Undo the last change", "Ctrl+Z"))
        self._redo.setToolTip(with_shortcut(REDO if is_drawn else "Redo the change", "Ctrl+Shift+Z"))
        self._show_buttons()

    def _head(self) -> QHBoxLayout:
        drawing = self._drawing
        self._undo = button("Undo", UNDO, drawing.undo_stack.undo, shortcut="Ctrl+Z")
        self._redo = button("Redo", REDO, drawing.undo_stack.redo, shortcut="Ctrl+Shift+Z")
        self._clear = action_button("Clear", "clearDrawing", self._session.answering.clear, name="clearButton")
        parts = (self._undo, self._redo, self._clear)
        for part in parts:
            part.setEnabled(False)
        self._heading = label("Draw a digit", "heading")
        return row_of((self._heading, 1), *parts)

    def _pen_row(self) -> QHBoxLayout:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(self._pen.MINIMUM_PERCENT, self._pen.MAXIMUM_PERCENT)
        slider.setValue(self._pen.percent)
        slider.setToolTip("Width of the pen, in percent of the canvas (wheel, [ and ])")
        slider.setAccessibleName("Pen width")
        slider.setMinimumWidth(40)
        leave_wheel(slider)
        width = label(_aligned(self._pen.percent), "muted")
        slider.valueChanged.connect(self._pen.set_percent)
        self._pen.percent_changed.connect(slider.setValue)
        self._pen.percent_changed.connect(lambda percent: width.setText(_aligned(percent)))

        eraser = switch("Eraser", "", lambda: self._pen.set_erasing(eraser.isChecked()))
        eraser.setProperty("does", "eraser")
        self._pen.erasing_changed.connect(eraser.setChecked)
        session = self._session
        self._replay = button("", "", self._start_or_stop, name="replayButton")
        self._open = button("Photo…", PHOTO, lambda: open_photo(self, session), name="photoButton")
        self._paste = action_button("Paste", "pastePicture", self._take_pasted)
        self._paste.hide()
        pen = label("Pen", "muted")
        self._for_pen = pen, slider, width, eraser, self._replay
        row = row_of(pen, (slider, 1), width, eraser, self._open, self._paste, aside(self._replay), spacing=8)
        ReplayEnd(session.replay, self._replay)
        session.replay.running_changed.connect(self._show_replay)
        self._show_replay()
        return row

    def _take_pasted(self) -> None:
        self._session.pictures.take(QGuiApplication.clipboard().mimeData() or QMimeData())

    def _start_or_stop(self) -> None:
        replay = self._session.replay
        if replay.is_running:
            replay.stop()
        else:
            replay.start()

    def _show_replay(self) -> None:
        """Let the button end a replay that is going on."""
        going = self._session.replay.is_running
        tip = "Show the whole drawing at once" if going else "Watch the strokes being drawn again"
        self._replay.setText("Stop" if going else "Replay")
        self._replay.setToolTip(with_shortcut(tip, "Escape" if going else "Ctrl+R"))
        self._replay.setAccessibleDescription(tip)
        self._replay.setMinimumWidth(self._replay.width() if going else 0)  # it stays under the mouse

    def _show_buttons(self) -> None:
        is_empty = self._drawing.is_empty if takes_drawings(self._task) else self._session.photo.opened is None
        self._clear.setEnabled(not is_empty)
        self._replay.setEnabled(bool(self._drawing.strokes))


def _aligned(percent: int) -> str:
    """Write as much as two digits take, in any size of text: the slider beside it stays where it is."""
    return f"{percent} %".rjust(4, "\N{FIGURE SPACE}")
