"""What a screen reader finds in a window, where the Tab key leads, and whether one sees where it has led."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QMenuBar,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from digitgui.widgets.scrolling import bring_into_sight

__all__ = ["faults_for_ears", "faults_for_keys"]

CONTROLS = (
    *(QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QGraphicsView),
    *(QLineEdit, QPlainTextEdit, QProgressBar, QTextEdit),
)
"""What is operated, or tells something by itself."""
NO_ROLES = (QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Pane)
KEYS_ELSEWHERE = {
    "LabelHistogram": "the buttons above the pictures choose a class, too",
    "OperationRow": "it hears of the focus of its controls",
}
"""Where a click is a shorter way to what keys do elsewhere."""
MOST_TABS = 400
MOST_LINKS = 12
RING = 6
"""Pixels around a widget where it may show that it has the keys."""


def faults_for_ears(window: QWidget) -> Iterator[str]:
    """Yield what has no name, no role, or, where the program paints it, no words for what it shows now."""
    for part in _parts(window):
        told = QAccessible.queryAccessibleInterface(part)
        takes_keys = bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus) and not isinstance(part, QScrollArea)
        is_picture = isinstance(part, QLabel) and not part.pixmap().isNull()
        if not (takes_keys or is_picture or isinstance(part, CONTROLS) or _is_ours(part, "paintEvent")):
            continue
        if not told.text(QAccessible.Text.Name).strip():
            yield f"no name: {_described(part)}"
        if told.role() in NO_ROLES:
            yield f"no role: {_described(part)}"
        if _is_ours(part, "paintEvent") and not told.text(QAccessible.Text.Description).strip():
            yield f"no words: {_described(part)}"


def faults_for_keys(window: QWidget) -> Iterator[str]:
    """Yield what can be used by the mouse alone, and what does not show that it has the keys."""
    reached: set[QWidget] = set()
    yield from _follow_tab(window, reached)
    _follow_arrows(reached)
    for part in _parts(window):
        if not part.isEnabled() or isinstance(part, QMenuBar) or part in reached:
            continue
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield f"Tab does not lead to {_described(part)}"
        elif isinstance(part, QAbstractButton):
            yield f"no key leads to {_described(part)}"
        elif _is_ours(part, "mousePressEvent") and type(part).__name__ not in KEYS_ELSEWHERE:
            yield f"the mouse alone uses {_described(part)}"


def _follow_tab(window: QWidget, reached: set[QWidget]) -> Iterator[str]:
    for _ in range(MOST_TABS):
        focused = QApplication.focusWidget()
        if focused is None or focused in reached:
            return
        reached.add(focused)
        if not _is_in_sight(focused):
            yield f"Tab leads out of sight, to {_described(focused)}"
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        for _ in range(MOST_LINKS * isinstance(focused, QLabel)):  # from link to link
            if QApplication.focusWidget() is focused:
                QTest.keyClick(focused, Qt.Key.Key_Tab)
        following = QApplication.focusWidget()
        is_stop = focused.focusPolicy() & Qt.FocusPolicy.TabFocus and focused.isVisible()
        if is_stop and following not in (None, focused) and not _shows_focus(window, focused, following):
            yield f"the focus is not seen on {_described(focused)}"


def _shows_focus(window: QWidget, part: QWidget, other: QWidget) -> bool:
    """Compare how a part looks with the focus, and without it; it ends on the other."""
    looks = []
    for one in (part, other):
        one.setFocus(Qt.FocusReason.TabFocusReason)
        bring_into_sight(part)
        looks.append(_seen(window, part))
    bring_into_sight(other)
    return looks[0] != looks[1]


def _is_in_sight(part: QWidget) -> bool:
    """Whether something of a part lies in what is seen of each area that it scrolls with."""
    outer = part.parentWidget()
    while outer is not None:
        area = outer.parentWidget()
        if isinstance(area, QScrollArea) and outer is area.viewport():
            place = QRect(part.mapTo(outer, QPoint()), part.size())
            if not place.intersects(outer.rect()):
                return False
        outer = area
    return True


def _follow_arrows(reached: set[QWidget]) -> None:
    """Add the buttons to which arrow keys lead from one that was reached; those of a group may act at once."""
    for one in list(reached):
        group = one.group() if isinstance(one, QAbstractButton) else None
        if group is not None:
            reached.update(group.buttons())
        elif isinstance(one, QAbstractButton) and _has_sister_without_stop(one):
            one.setFocus()
            for key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
                for _ in one.parentWidget().findChildren(QAbstractButton):
                    QTest.keyClick(QApplication.focusWidget(), key)
                    reached.add(QApplication.focusWidget())


def _has_sister_without_stop(one: QAbstractButton) -> bool:
    """Whether beside a button there are others, of no group, to which Tab does not lead."""
    others = one.parentWidget().findChildren(QPushButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return any(not (other.focusPolicy() or other.group()) for other in others)


def _parts(window: QWidget) -> Iterator[QWidget]:
    """Yield what can be seen and is no part of a control: the arrows of a field, the bars that scroll an area."""
    for part in window.findChildren(QWidget):
        is_own = not isinstance(part, QScrollBar) and not part.objectName().startswith("qt_")
        if is_own and part.isVisible() and part.window() is window.window() and not _is_inside_a_control(part):
            yield part


def _is_inside_a_control(part: QWidget) -> bool:
    return isinstance(part.parentWidget(), QAbstractSpinBox | QComboBox | QAbstractItemView | QGraphicsView)


def _is_ours(part: QWidget, method: str) -> bool:
    """Whether this program paints a part, or hears its mouse, so that Qt knows nothing of what that means."""
    return any(method in vars(kind) and kind.__module__.startswith("digitgui") for kind in type(part).__mro__)


def _seen(window: QWidget, part: QWidget) -> QImage:
    place = QRect(part.mapTo(window, QPoint(-RING, -RING)), part.size() + QSize(2 * RING, 2 * RING))
    return window.grab(place & window.rect()).toImage()


def _described(part: QWidget) -> str:
    words = [type(part).__name__, part.objectName(), part.text() if isinstance(part, QAbstractButton) else ""]
    return f"{' '.join(filter(None, words))} in {type(part.parentWidget()).__name__}"
