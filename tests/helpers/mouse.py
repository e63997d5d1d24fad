"""Events of the mouse that QTest does not make."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

__all__ = ["turn_wheel"]


def turn_wheel(widget: QWidget, place: QPoint, notches: float) -> None:
    """Turn the wheel over a place of a widget; upwards if ``notches`` is above 0.

    What the widget ignores goes to what is around it: Qt itself does so only with events of the system.
    """
    event = QWheelEvent(
        QPointF(place),
        QPointF(widget.mapToGlobal(place)),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    if not event.isAccepted() and not widget.isWindow():
        turn_wheel(widget.parentWidget(), widget.mapToParent(place), notches)
