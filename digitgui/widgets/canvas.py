"""Where one draws: mouse, pen or finger in, strokes out."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from digitgui.drawing import Drawing, paint_stroke

__all__ = ["Canvas"]

LOWEST_PRESSURE = 0.25
"""A pen that barely touches still leaves a quarter of the full width."""


class Canvas(QWidget):
    """Shows a drawing and lets one draw on it.

    Left button, pen or finger draw; right button or the other end of the pen erase; the wheel asks for another
    pen width.

    Attributes
    ----------
    pen_width : float
        As a share of the shorter side.
    erasing : bool
        Whether the pen erases.

    Signals
    -------
    pen_width_wanted(int)
        The wheel has been turned by this many notches.
    """

    pen_width_wanted = Signal(int)

    def __init__(self, drawing: Drawing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pen_width = 0.075
        self.erasing = False
        self._drawing = drawing
        self._finished: QPixmap | None = None  # the strokes that are complete, at the pixels of this screen
        self._accent = QColor("#2B66E0")
        self._pen_is_down = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Drawing canvas")
        self.setToolTip("Draw a digit: left button draws, right button erases, wheel changes the pen width")
        drawing.changed.connect(self.update)
        drawing.stroke_ended.connect(self._forget_finished)

    def set_accent(self, color: str) -> None:
        """Take the colour of the focus ring."""
        self._accent = QColor(color)
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a comfortable square."""
        return QSize(350, 350)

    # the pen

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the pen down."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton) and not self._pen_is_down:
            self._press(event.position(), erases=event.button() == Qt.MouseButton.RightButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the pen."""
        self._move(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lift the pen."""
        if not event.buttons() & (Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton):
            self._release()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with pressure; the other end of the pen erases."""
        pressure = max(LOWEST_PRESSURE, event.pressure())
        match event.type():
            case QEvent.Type.TabletPress:
                erases = event.pointerType() == QPointingDevice.PointerType.Eraser
                self._press(event.position(), erases=erases, pressure=pressure)
            case QEvent.Type.TabletMove:
                self._move(event.position(), pressure)
            case QEvent.Type.TabletRelease:
                self._release()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Draw with the first finger that touches."""
        match event.type():
            case QEvent.Type.TouchBegin:
                self._press(_first_finger(event))
            case QEvent.Type.TouchUpdate:
                self._move(_first_finger(event))
            case QEvent.Type.TouchEnd | QEvent.Type.TouchCancel:
                self._release()
            case _:
                return super().event(event)
        event.accept()
        return True

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ask for another pen width."""
        notches = event.angleDelta().y() / 120
        if notches:
            self.pen_width_wanted.emit(1 if notches > 0 else -1)
        event.accept()

    def _press(self, position: QPointF, *, erases: bool = False, pressure: float = 1.0) -> None:
        self._pen_is_down = True
        self._drawing.begin_stroke(
            self._to_drawing(position), width=self.pen_width, erases=erases or self.erasing, pressure=pressure
        )

    def _move(self, position: QPointF, pressure: float = 1.0) -> None:
        if self._pen_is_down:
            self._drawing.extend_stroke(self._to_drawing(position), pressure)

    def _release(self) -> None:
        if self._pen_is_down:
            self._pen_is_down = False
            self._drawing.end_stroke()

    def _to_drawing(self, position: QPointF) -> QPointF:
        return (position - QRectF(self.rect()).center()) / min(self.width(), self.height())

    # the picture

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the strokes, the one at work last."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._finished_strokes())
        if self._drawing.live is not None:
            painter.save()
            self._into_drawing_units(painter)
            paint_stroke(painter, self._drawing.live)
            painter.restore()
        if self._drawing.is_empty:
            painter.setPen(QColor("#8A93A3"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Draw a digit here")
        if self.hasFocus():
            painter.setPen(QPen(self._accent, 4))
            painter.drawRect(self.rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint at the new size."""
        self._forget_finished()
        super().resizeEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring."""
        self.update()
        super().focusOutEvent(event)

    def _finished_strokes(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        if self._finished is None or self._finished.devicePixelRatio() != ratio:
            pixmap = QPixmap(self.size() * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.black)
            painter = QPainter(pixmap)
            self._into_drawing_units(painter)
            for stroke in self._drawing.strokes:
                paint_stroke(painter, stroke)
            painter.end()
            self._finished = pixmap
        return self._finished

    def _into_drawing_units(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(QRectF(self.rect()).center())
        side = min(self.width(), self.height())
        painter.scale(side, side)

    def _forget_finished(self) -> None:
        self._finished = None
        self.update()


def _first_finger(event: QEvent) -> QPointF:
    assert isinstance(event, QTouchEvent)
    return event.points()[0].position()
