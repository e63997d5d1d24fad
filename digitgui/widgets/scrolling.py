"""What scrolls where there is little room, and fields that leave the wheel to it."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

__all__ = ["GrowingColumn", "ScrollColumn", "StillArea", "bring_into_sight", "leave_wheel"]


def bring_into_sight(part: QWidget | None) -> None:
    """Scroll all areas around a part, from the inner to the outer, until it is seen."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # or it goes by where things were before
    outer = part.parentWidget() if part is not None else None
    while part is not None and outer is not None:
        if isinstance(outer, QScrollArea):
            outer.ensureWidgetVisible(part)
        outer = outer.parentWidget()


class StillArea(QScrollArea):
    """Scrolls both ways, to what keys have led to, but not to what gets the focus because another has lost it."""

    def hold(self, content: QWidget) -> None:
        """Let something scroll where it asks for more room than there is."""
        _hold(self, content)
        self.setFocusProxy(content)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Hand the focus on; stay where it is if that which had it has been hidden or disabled."""
        focused = QApplication.focusWidget()
        is_by_key = focused is None or (focused.isVisible() and focused.isEnabled())
        bars = self.horizontalScrollBar(), self.verticalScrollBar()
        before = [bar.value() for bar in bars]
        found = super().focusNextPrevChild(forwards)
        if not is_by_key:
            for bar, value in zip(bars, before, strict=True):
                bar.setValue(value)
        return found


class ScrollColumn(StillArea):
    """Scrolls up and down; its content has its least width whether the scroll bar is there or not.

    Parameters
    ----------
    content : QWidget
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._content = content
        _hold(self, content)
        content.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of the content and of the scroll bar."""
        least = self._content.minimumSizeHint().expandedTo(self._content.minimumSize())
        width = least.width() + self.verticalScrollBar().sizeHint().width()
        return QSize(width, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """Ask for no more."""
        return QSize(self.minimumSizeHint().width(), super().sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for more where the content does."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


def _hold(area: QScrollArea, content: QWidget) -> None:
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)


class GrowingColumn(QWidget):
    """Is as high as what it holds in its width, while it is seen: what is around it scrolls instead."""

    def event(self, event: QEvent) -> bool:
        """Ask for another height where the content does."""
        result = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show, QEvent.Type.Resize):
            self._grow()
        elif event.type() == QEvent.Type.Hide:
            self._shrink()
        return result

    def minimumSizeHint(self) -> QSize:
        """Ask for the width alone: the height follows from it."""
        return QSize(super().minimumSizeHint().width(), 0)

    def _shrink(self) -> None:
        """Ask for nothing; tell those around it, as what is hidden does not by itself."""
        self.setMinimumHeight(0)
        outer = self.parentWidget()
        while outer is not None and not isinstance(outer, QScrollArea):
            layout = outer.layout()
            if layout is not None:
                layout.invalidate()
            outer.updateGeometry()
            outer = outer.parentWidget()

    def _grow(self) -> None:
        layout = self.layout()
        if layout is None or not self.isVisible():
            return
        wraps = layout.hasHeightForWidth()
        height = layout.totalHeightForWidth(self.width()) if wraps else layout.totalMinimumSize().height()
        if height != self.minimumHeight():
            self.setMinimumHeight(height)


def leave_wheel(field: QWidget, *, always: bool = False) -> None:
    """Let the wheel change a field only while it has the focus, which the wheel does not give it; or never."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_WheelGuard(field, always=always))


class _WheelGuard(QObject):
    """Hands the wheel on to what is around a field that has no focus, or always."""

    def __init__(self, field: QWidget, *, always: bool) -> None:
        super().__init__(field)
        self._always = always

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Wheel or not isinstance(watched, QWidget):
            return super().eventFilter(watched, event)
        if self._always or not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)
