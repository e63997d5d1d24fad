"""Where one draws: mouse, pen or finger in, strokes out."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHideEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from digitgui.drawing import Drawing
from digitgui.raster import Raster, View

__all__ = ["Canvas"]

ERASER_FACTOR = 1.6
"""The eraser is that much wider than the pen, so that going over a stroke leaves no rim of it."""
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
        self._raster = Raster(QImage.Format.Format_RGB32)
        self._finger = -1
        self._accent = QColor("#2B66E0")
        self._pen_is_down = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Drawing canvas")
        self.setToolTip("Draw a digit: left button draws, right button erases, wheel changes the pen width")
        drawing.changed.connect(self.update)

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
        if not isinstance(event, QTouchEvent):
            return super().event(event)
        if event.type() == QEvent.Type.TouchBegin:
            self._finger = event.points()[0].id()
            self._press(event.points()[0].position())
        elif event.type() in (QEvent.Type.TouchEnd, QEvent.Type.TouchCancel):
            self._release()
        else:
            for finger in event.points():
                if finger.id() == self._finger:
                    self._move(finger.position())
        event.accept()
        return True

    def hideEvent(self, event: QHideEvent) -> None:
        """Lift the pen: its release will not be seen here."""
        self._release()
        super().hideEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ask for another pen width."""
        notches = event.angleDelta().y() / 120
        if notches:
            self.pen_width_wanted.emit(1 if notches > 0 else -1)
        event.accept()

    def _press(self, position: QPointF, *, erases: bool = False, pressure: float = 1.0) -> None:
        self._pen_is_down = True
        self._drawing.begin_stroke(
            self._to_drawing(position),
            width=self.pen_width * (ERASER_FACTOR if erases or self.erasing else 1),
            erases=erases or self.erasing,
            pressure=pressure,
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
        image = self._image()
        with QPainter(self) as painter:
            painter.drawImage(0, 0, image)
            if self._drawing.is_empty:
                painter.setPen(QColor("#8A93A3"))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Draw a digit here")
            if self.hasFocus():
                painter.setPen(QPen(self._accent, 4))
                painter.drawRect(self.rect())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring."""
        self.update()
        super().focusOutEvent(event)

    def _image(self) -> QImage:
        """Paint the drawing at the pixels of this screen: only what has come since the last time."""
        ratio, drawing = self.devicePixelRatioF(), self._drawing
        size = self.size() * ratio
        side = min(self.width(), self.height())
        # where the size is no whole number of pixels, the middle of the image is not that of the canvas
        x = (size.width() / ratio - self.width()) / 2 / side
        y = (size.height() / ratio - self.height()) / 2 / side
        view = View(x, y, side * ratio, size.width(), size.height())
        image = QImage(self._raster.image(view, drawing.strokes, drawing.live, None))
        image.setDevicePixelRatio(ratio)
        return image
