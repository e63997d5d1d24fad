"""The tour: five stops on the real pages, which can be left at any time and taken again."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from digitgui.drawings.prediction import takes_drawings
from digitgui.frame.tour_card import Ring, TourCard, place_beside
from digitgui.frame.window_parts import WindowParts
from digitgui.session import Session
from digitgui.wording import percent, worded
from digitgui.work.overrides import guard_event_handlers

__all__ = ["STOPS", "Stop", "Tour", "take_tour"]

LOOK_MILLISECONDS = 150
"""How often the card follows what it speaks of: pages move, grow and scroll by themselves."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop.

    Attributes
    ----------
    page : str
        Its name in the list of pages.
    beside : tuple of str
        Object names: the first of these widgets that is seen is framed.
    title, text : str
        At most three sentences.
    told : callable, optional
        Says what has come of it, given the session; nothing as long as it is waited for.
    has_tools : bool
        Whether the whole card around the widget is framed, with its buttons.
    """

    page: str
    beside: tuple[str, ...]
    title: str
    text: str
    told: Callable[[Session], str] | None = None
    has_tools: bool = False


def _answer(session: Session) -> str:
    """Say what the network reads, once something is drawn."""
    prediction, number = session.answering.prediction, session.answering.number
    if number:
        said = f"The network reads {number.text}."
    elif prediction is not None:
        name, sure = prediction.class_names[prediction.digit], prediction.probabilities[prediction.digit]
        said = f"The network reads {name}, and is {percent(sure)} sure."
    elif takes_drawings(session.model.task):
        return ""
    else:
        return "This network answers pictures: paste one, or open one below. The answer appears beside it."
    rest = "The bars show how probable it finds each digit. If it is wrong, choose the right one below the bars."
    return f"{said} {worded(rest, session.model.task)}"


STOPS = (
    Stop(
        "draw",
        ("drawingCanvas",),
        "Draw, and it answers",
        "Draw a digit here with the mouse, a pen or a finger. The network answers while you draw."
        " Draw one to go on.",
        _answer,
        has_tools=True,
    ),
    Stop(
        "inspect",
        ("layerStrip",),
        "Look inside",
        "Here is every number that the network computes of your drawing, layer by layer. Click one to see what it"
        " is made of. The tabs below say why the network answers so, and let you change it.",
    ),
    Stop(
        "train",
        ("trainButton",),
        "Train a network of your own",
        "Train starts a fresh network on the pictures of the Data page. The curves show how it learns, epoch by"
        " epoch. Click an underlined word to read what it means.",
        has_tools=True,
    ),
    Stop(
        "evaluate",
        ("evaluateButton", "evaluateViews"),
        "See where it is wrong",
        "Evaluate lets the network answer every picture of the part chosen above. You see how many it gets right,"
        " which digits it confuses, and every picture that it gets wrong.",
    ),
    Stop(
        "hand",
        ("teachButton", "handCanvas"),
        "Teach it your hand",
        "Write some digits on the left, then press Teach: a copy of the network learns your hand in seconds."
        " Search… at the top finds everything else. Help has this tour, and a glossary.",
        has_tools=True,
    ),
)


def take_tour(window: WindowParts) -> None:
    """Begin the tour, from its first stop."""
    guard_event_handlers()
    for going in window.findChildren(Tour):
        going.leave()
    Tour(window).go_to(0)


class Tour(QObject):
    """Shows one stop after the other, and at the end the page that was shown before.

    It changes nothing: what is drawn, open and chosen stays.

    Parameters
    ----------
    window : WindowParts

    Attributes
    ----------
    card : TourCard
    number : int
        Of the stop, from 0.
    """

    def __init__(self, window: WindowParts) -> None:
        super().__init__(window)
        self.setObjectName("tour")
        self._window, self._page_before = window, window.ways.pages.current.name
        self.number = 0
        self.ring = Ring(window)
        self.card = TourCard(window)
        self.card.back.connect(lambda: self.go_to(self.number - 1))
        self.card.forth.connect(self._go_on)
        self.card.left.connect(self.leave)
        window.session.answering.changed.connect(self._tell)
        window.installEventFilter(self)
        self._look = QTimer(self, interval=LOOK_MILLISECONDS)
        self._look.timeout.connect(self._follow)
        self._look.start()

    @property
    def stop(self) -> Stop:
        """Where the tour is."""
        return STOPS[self.number]

    def go_to(self, number: int) -> None:
        """Show a stop, on its page."""
        self.number = number
        self._window.show_page(self.stop.page)
        if self.stop.page == "inspect":
            self._begin_layers()
        target = self._target()
        area = _area_around(target) if target else None
        if area is not None and target is not None:
            area.ensureWidgetVisible(target)
        self._tell()
        self._follow()
        if self.stop.told is None:
            self.card.take_focus()

    def _begin_layers(self) -> None:
        """Show the first layers: a deep network is pinned a number of, by itself, that is further on."""
        page = self._window.inspect_page
        page.strip.horizontalScrollBar().setValue(0)
        self._window.session.inspection.pinned.connect(self._see_pin, Qt.ConnectionType.UniqueConnection)

    def _see_pin(self) -> None:
        page = self._window.inspect_page
        if page.chosen_unit is None:
            page.strip.horizontalScrollBar().setValue(0)

    def leave(self) -> None:
        """End the tour where the user was before it."""
        self._look.stop()
        self._window.removeEventFilter(self)
        self.setObjectName("")
        for part in (self.card, self.ring):
            part.hide()
            part.deleteLater()
        self.deleteLater()
        self._window.show_page(self._page_before)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Escape leave the tour where nothing else wants it, and follow the size of the window."""
        if event.type() == QEvent.Type.Resize:
            self._follow()
        is_key = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if is_key and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.leave()
            return True
        return super().eventFilter(watched, event)

    def _go_on(self) -> None:
        if self.number + 1 < len(STOPS):
            self.go_to(self.number + 1)
        else:
            self.leave()

    def _tell(self) -> None:
        """Say what the stop is about, or what has come of it."""
        told = self.stop.told(self._window.session) if self.stop.told else ""
        waits = self.stop.told is not None and not told
        self.card.show_stop(self.number, len(STOPS), self.stop.title, told or self.stop.text, waits=waits)
        self._follow()

    def _target(self) -> QWidget | None:
        page = self._window.ways.pages.page(self.stop.page)
        found = (page.findChild(QWidget, name) for name in self.stop.beside)
        seen = next((one for one in found if isinstance(one, QWidget) and one.isVisible()), None)
        while seen is not None and self.stop.has_tools and seen.objectName() != "card":
            seen = seen.parentWidget()
        return seen

    def _follow(self) -> None:
        """Frame what the stop speaks of, and let the card stand beside it."""
        target = self._target()
        frame = self.ring.surround(target)
        place_beside(self.card, frame, self._window)


def _area_around(widget: QWidget) -> QScrollArea | None:
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above
