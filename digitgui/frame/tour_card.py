"""The card of the tour, and the frame around what it speaks of."""

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from digitgui.frame.window_parts import WindowParts
from digitgui.looks.sizes import by_text
from digitgui.looks.theme_controller import dress
from digitgui.widgets.building import STRETCH, button, column_of, label, row_of

__all__ = ["Ring", "TourCard", "place_beside"]

WIDTH = 340
GAP, MARGIN, LINE, RADIUS, AROUND = 12, 8, 3, 8, 6


class Ring(QWidget):
    """A frame around a widget, through which the mouse passes.

    Parameters
    ----------
    window : WindowParts
    """

    def __init__(self, window: WindowParts) -> None:
        super().__init__(window)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def surround(self, widget: QWidget | None) -> QRect:
        """Frame what is seen of a widget; return the place of the frame in the window, empty if there is none."""
        seen = _seen(widget, self._window)
        if seen.isEmpty():
            self.hide()
            return seen
        frame = seen.adjusted(-AROUND, -AROUND, AROUND, AROUND)
        self.setGeometry(frame)
        self.show()
        self.raise_()
        return frame

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a line of the accent colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._window.themes.theme.accent), LINE))
        inner = QRectF(self.rect()).adjusted(LINE / 2, LINE / 2, -LINE / 2, -LINE / 2)
        painter.drawRoundedRect(inner, RADIUS, RADIUS)
        painter.end()


class TourCard(QFrame):
    """Says what is to be seen at a stop, and leads on.

    Parameters
    ----------
    window : WindowParts

    Signals
    -------
    back(), forth(), left()
        The stop before, the next one, or the end of the tour is wanted.
    """

    back = Signal()
    forth = Signal()
    left = Signal()

    def __init__(self, window: WindowParts) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("tourCard")
        self._count, self._title = label(name="cardTitle"), label(name="strong", wrap=True)
        self._text = label(wrap=True)
        self._leave = button(
            "&Leave", "Leave the tour", self.left.emit, shortcut="Esc", look="small", name="tourLeave"
        )
        self.back_button = button("&Back", "The stop before", self.back.emit, look="small", name="tourBack")
        self.next = button("&Next", "", self.forth.emit, look="primary", name="tourNext")
        buttons = row_of(self._leave, STRETCH, self.back_button, self.next, spacing=8)
        self._layout = column_of(
            self._count, self._title, self._text, 4, buttons, inside=self, margin=16, spacing=6
        )
        window.themes.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def show_stop(self, number: int, count: int, title: str, text: str, *, waits: bool) -> None:
        """Speak of a stop; with ``waits``, the next one is not offered yet."""
        is_new = (title, text) != (self._title.text(), self._text.text())
        self._count.setText(f"Stop {number + 1} of {count}")
        self._title.setText(title)
        self._text.setText(text)
        self.back_button.setEnabled(number > 0)
        self.next.setEnabled(not waits)
        is_last = number + 1 == count
        self.next.setText("Do&ne" if is_last else "&Next")
        self.next.setToolTip("End the tour" if is_last else "Draw something first" if waits else "The next stop")
        self.setAccessibleName(f"Tour, stop {number + 1} of {count}: {title}")
        self.setAccessibleDescription(text)
        self.next.setAccessibleDescription(text)
        self.show()
        if is_new and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{self.accessibleName()}. {text}"))

    def take_focus(self) -> None:
        """Let Return lead on."""
        self.next.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Return press the button that has the keyboard, as Space does."""
        pressed = next((one for one in (self._leave, self.back_button, self.next) if one.hasFocus()), None)
        if pressed and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            pressed.click()
        else:
            super().keyPressEvent(event)

    def fitting_height(self, width: int) -> int:
        """Return the height that the words take."""
        return self._layout.totalHeightForWidth(width)

    def _take_theme(self) -> None:
        dress(self, self._window.themes.sheet)


def place_beside(card: TourCard, frame: QRect, window: WindowParts) -> None:
    """Put the card where it hides nothing of the frame; where there is no such place, in the corner."""
    middle = window.ways.pages
    free = QRect(middle.mapTo(window, QPoint(0, 0)), middle.size())
    free.setRight(window.width())  # the drawing beside the pages may be hidden for a while
    free.adjust(MARGIN, MARGIN, -MARGIN, -MARGIN)
    width = min(by_text(WIDTH), free.width())
    corner = QRect(0, 0, width, card.fitting_height(width))
    corner.moveBottomRight(free.bottomRight())
    places = [] if frame.isEmpty() else _beside(corner, frame, free)
    card.setGeometry(next((one for one in places if free.contains(one)), corner))
    card.raise_()


def _beside(card: QRect, frame: QRect, free: QRect) -> list[QRect]:
    """Return the places below a frame, to the right, to the left and above; along it, as far in as need be."""
    left = min(frame.left(), free.right() + 1 - card.width())
    is_tall = frame.height() > card.height()
    low = frame.bottom() + 1 - card.height() if is_tall else frame.top()
    top = max(free.top(), min(low, free.bottom() + 1 - card.height()))
    below = QPoint(left, frame.bottom() + GAP)
    right = QPoint(frame.right() + GAP, top)
    before = QPoint(frame.left() - GAP - card.width(), top)
    above = QPoint(left, frame.top() - GAP - card.height())
    return [QRect(place, card.size()) for place in (below, right, before, above)]


def _seen(widget: QWidget | None, window: QWidget) -> QRect:
    """Return where a widget is seen in the window: what is scrolled away is not."""
    if widget is None:
        return QRect()
    seen, above = widget.rect(), widget
    while above is not window:
        seen = seen.intersected(above.rect()).translated(above.pos())
        around = above.parentWidget()
        if around is None:
            return QRect()
        above = around
    return seen.intersected(window.rect())
