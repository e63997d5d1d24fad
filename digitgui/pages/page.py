"""What every page is, and what it finds around it."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from digitgui.drawings.pen import Pen
from digitgui.looks.sizes import size_parts
from digitgui.looks.theme import Theme, color_parts
from digitgui.pages.figure_menu import add_figure_actions
from digitgui.session import Session
from digitgui.settings import Settings
from digitgui.widgets.figure_export import figure_at, figures_in_sight
from model.training.training_config import TrainingConfig


class Surroundings(QObject):
    """What all pages share besides the session, and how they ask for something on another page.

    Attributes
    ----------
    pen : Pen
        For every canvas.
    open_data_menu : QMenu
        The ways to open other data.
    training_settings : callable
        Tells all settings of the Train page as they stand, by the names of `model.training.settings.SETTINGS`.

    Signals
    -------
    page_wanted(str)
        Another page is to be shown, by its identifier in the list of pages.
    picture_wanted(int)
        The picture of the open data with this index is to be shown among the others.
    my_digits_wanted()
        The user's own digits are to be shown where they are corrected.
    training_wanted()
        A network is to be trained on the open data, with settings that fit them.
    pipeline_set(object)
        A `Pipeline` has been set on the Data page, which trainings may take.
    """

    page_wanted = Signal(str)
    picture_wanted = Signal(int)
    my_digits_wanted = Signal()
    training_wanted = Signal()
    pipeline_set = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pen = Pen(settings, self)
        self.open_data_menu = QMenu("&Open data", parent)
        self.training_settings: Callable[[], dict[str, Any]] = TrainingConfig().as_dict


class Page(QWidget):
    """One page of the window.

    Attributes
    ----------
    keys : sequence of (str, str)
        What can be done on this page alone, and by which keys, for the list of keys in the help.
    """

    keys: ClassVar[Sequence[tuple[str, str]]] = ()

    def __init__(self, session: Session, surroundings: Surroundings) -> None:
        super().__init__()
        self.setObjectName("page")
        self._session, self._surroundings = session, surroundings

    def main_parts(self) -> Sequence[QWidget]:
        """Return what the page is for: the first of them that can be used takes the keys when one comes here."""
        return ()

    def hand_keys_on(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Give the keys to what the page is for, as far as it can be used."""
        for part in self.main_parts():
            if part.isVisible() and part.isEnabled():
                part.setFocus(reason)
                return

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the keys on; a focus proxy would have the Tab key leap over all before it."""
        super().focusInEvent(event)
        self.hand_keys_on(event.reason())

    def heightForWidth(self, width: int) -> int:  # noqa: ARG002
        """Ask for the least: a page scrolls only where it cannot be made to fit."""
        return self.minimumSizeHint().height()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Let the numbers of a plot, a table or a matrix be copied and written where they stand.

        By key, of the one that has the keys; where it is none, of each that is in sight.
        """
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        figure = figure_at(QApplication.focusWidget() if by_key else self.childAt(event.pos()), self)
        others = figures_in_sight(self) if by_key and figure is None else []
        if figure is None and not others:
            event.ignore()
            return
        menu = QMenu(self)
        if figure is not None:
            add_figure_actions(menu, figure, self._session)
        for other in others:
            name = other.accessibleName() or "Table"
            add_figure_actions(menu.addMenu(name.replace("&", "&&")), other, self._session)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def set_room(self, room: float) -> None:
        """Let everything on the page that grows with the room take its size: see `digitgui.looks.sizes`."""
        size_parts(self, room)

    def set_theme(self, theme: Theme) -> None:
        """Give everything on the page that has colours of its own those of a theme."""
        color_parts(self, theme)
