"""Where one draws: the large canvas and its tools."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSlider

from digitgui.asking.drawing_files import open_photo
from digitgui.drawings.pen import Pen
from digitgui.session import Session
from digitgui.widgets.building import SquareFrame, button, column_of, label, row_of, with_shortcut
from digitgui.widgets.ink.canvas import Canvas
from digitgui.widgets.ink.replay_end import ReplayEnd
from digitgui.widgets.scrolling import leave_wheel


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
        self._show_buttons()

    def _head(self) -> QHBoxLayout:
        drawing = self._drawing
        self._undo = button("Undo", "Undo the last stroke", drawing.undo_stack.undo, shortcut="Ctrl+Z")
        self._redo = button("Redo", "Redo the stroke", drawing.undo_stack.redo, shortcut="Ctrl+Shift+Z")
        self._clear = button("Clear", "Empty the canvas", drawing.clear, shortcut="Delete", name="clearButton")
        parts = (self._undo, self._redo, self._clear)
        for part in parts:
            part.setEnabled(False)
        return row_of((label("Draw a digit", "heading"), 1), *parts)

    def _pen_row(self) -> QHBoxLayout:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(self._pen.MINIMUM_PERCENT, self._pen.MAXIMUM_PERCENT)
        slider.setValue(self._pen.percent)
        slider.setToolTip("Width of the pen, in percent of the canvas (wheel, [ and ])")
        slider.setAccessibleName("Pen width")
        slider.setMinimumWidth(60)
        leave_wheel(slider)
        width = label(_aligned(self._pen.percent), "muted")
        slider.valueChanged.connect(self._pen.set_percent)
        self._pen.percent_changed.connect(slider.setValue)
        self._pen.percent_changed.connect(lambda percent: width.setText(_aligned(percent)))

        eraser = button("Eraser", "Erase instead of drawing", lambda: None, shortcut="E")
        eraser.setCheckable(True)
        eraser.toggled.connect(self._pen.set_erasing)
        self._pen.erasing_changed.connect(eraser.setChecked)
        session = self._session
        photo = "Put a photo of a digit under the strokes; you can also drop or paste one here"
        self._replay = button("", "", self._start_or_stop, name="replayButton")
        row = row_of(
            label("Pen", "muted"),
            (slider, 1),
            width,
            eraser,
            button("Photo…", photo, lambda: open_photo(self, session), name="photoButton"),
            self._replay,
            spacing=8,
        )
        ReplayEnd(session.replay, self._replay)
        session.replay.running_changed.connect(self._show_replay)
        self._show_replay()
        return row

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
        self._clear.setEnabled(not self._drawing.is_empty)
        self._replay.setEnabled(bool(self._drawing.strokes))


def _aligned(percent: int) -> str:
    """Write as much as two digits take, in any size of text: the slider beside it stays where it is."""
    return f"{percent} %".rjust(4, "\N{FIGURE SPACE}")
