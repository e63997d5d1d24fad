"""A small picture enlarged, as long as the mouse is over it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QWidget

from digitgui.looks.gray_images import gray_image
from digitgui.widgets.building import column_of, label
from digitgui.widgets.floating import float_over
from model.network.arrays import ImageArray

SIDE = 280
"""Pixels: ten for each of a picture that a network sees."""
GAP = 8


class Enlargement(QFrame):
    """Shows the pictures of several small widgets, one at a time, each above its own and with a caption."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._clear: QWidget | None = None
        self._sources: dict[QObject, Callable[[], ImageArray | None]] = {}
        self._captions: dict[QObject, str] = {}
        self._picture, self._caption = label(), label(name="muted", wrap=True)
        self._picture.setFixedSize(SIDE, SIDE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setStyleSheet("background: black")
        self._caption.setFixedWidth(SIDE)
        column_of(self._picture, self._caption, inside=self, margin=8, spacing=8)

    def serve(self, widget: QWidget, pixels: Callable[[], ImageArray | None], caption: str) -> None:
        """Show from now on what ``pixels`` returns, grey or in colour, while the mouse is there."""
        self._sources[widget], self._captions[widget] = pixels, caption
        widget.installEventFilter(self)

    def keep_clear(self, widget: QWidget) -> None:
        """Do not lie on this widget where there is room on its left."""
        self._clear = widget

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Come with the mouse, and go with it."""
        if event.type() == QEvent.Type.Enter and isinstance(watched, QWidget):
            self._show_over(watched)
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.Hide, QEvent.Type.MouseButtonPress):
            self.hide()
        return super().eventFilter(watched, event)

    def _show_over(self, widget: QWidget) -> None:
        pixels = self._sources[widget]()
        if pixels is None:
            return
        smooth = max(pixels.shape[:2]) > SIDE / 4
        how = Qt.TransformationMode.SmoothTransformation if smooth else Qt.TransformationMode.FastTransformation
        image = QPixmap.fromImage(gray_image(pixels))
        self._picture.setPixmap(image.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio, how))
        self._caption.setText(self._captions[widget])
        window = widget.window()
        float_over(self, widget)
        self.adjustSize()
        place = widget.mapTo(window, QPoint((widget.width() - self.width()) // 2, -self.height() - GAP))
        if place.y() < 0:
            place.setY(widget.mapTo(window, QPoint(0, widget.height() + GAP)).y())
        right = window.width() - self.width()
        if self._clear is not None:
            beside = self._clear.mapTo(window, QPoint(-self.width() - GAP, 0)).x()
            right = beside if beside >= 0 else right
        place.setX(min(max(place.x(), 0), right))
        self.move(place)
        self.raise_()
        self.show()
