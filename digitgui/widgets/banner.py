"""What the user should read, in the lower right corner: errors, and what has just happened."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QWidget

from digitgui.looks.sizes import by_text
from digitgui.widgets.building import STRETCH, button, column_of, label, repolish, row_of

NOTICE_MILLISECONDS = 8000
ERROR_STAYS_SECONDS = 10
ERROR_OUTLIVES_SECONDS = 2
AGAIN_MILLISECONDS = 100
UNDO = "Undo"
MOST_STEPS = 3
WIDTH, MARGIN = 440, 12


Step: TypeAlias = tuple[str, Callable[[], object]]
"""Something that can be done: the word on its button, and what does it."""


@dataclass(frozen=True, slots=True)
class _Notice:
    """What has happened, and what can be done about it."""

    text: str = ""
    steps: tuple[Step, ...] = ()
    is_next: bool = False
    stays: bool = False

    @property
    def undoes(self) -> bool:
        """Whether a step takes back what has happened."""
        return any(word == UNDO for word, _ in self.steps)


NOTHING = _Notice()


class Banner(QFrame):
    """Shows errors until they are closed, and notices for some seconds below them; never in the way of work.

    An error goes too when `forget_error` says that it is mended, when three newer ones have come, when
    `forget_earlier_errors` tells that something else has gone well, or when `forget_old_errors` tells that the
    user has had time to read it and has turned to something else.

    Steps that may come next stay until one is taken, the mouse is pressed beside them, the page is another, or
    something else has happened.

    It lies over the page: in a place of its own it would move the buttons under the mouse when it comes and goes.

    Parameters
    ----------
    parent : QWidget
        In whose corner it lies.
    holds_still : callable
        Tells whether nothing may come or go now, as in the middle of a stroke; it does so after that.
    """

    def __init__(self, parent: QWidget, holds_still: Callable[[], bool]) -> None:
        super().__init__(parent)
        self._page = parent
        parent.installEventFilter(self)
        self.setObjectName("banner")
        self._holds_still = holds_still
        self._error_words, self._notice_words = label(wrap=True), label(wrap=True)
        for one in (self._error_words, self._notice_words):
            one.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._notice_words.setProperty("tone", "muted")
        self._offer = button(UNDO, "", partial(self._take, -1), look="small", name="bannerUndo")
        close = button("Close", "Close this message", self.hide, shortcut="Escape", look="small")
        self._steps = [button("", "", partial(self._take, n), look="small") for n in range(MOST_STEPS)]
        self._row = QWidget()
        row_of(*self._steps, STRETCH, inside=self._row, spacing=8).setContentsMargins(0, 0, 0, 4)
        words = column_of(self._error_words, self._notice_words, self._row, spacing=4)
        top = Qt.AlignmentFlag.AlignTop
        self._layout = row_of((words, 1), (self._offer, 0, top), (close, 0, top), inside=self)
        self._layout.setContentsMargins(16, 4, 8, 4)
        self._error_shown_at = 0.0
        self._errors: list[str] = []
        self._notice = NOTHING
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.forget_notice)
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MILLISECONDS)
        self._again.timeout.connect(self._refresh)
        self.hide()

    @property
    def text(self) -> str:
        """What is shown, or was shown last: the errors, and the notice below them."""
        return "\n".join(filter(None, (self._error_words.text(), self._notice_words.text())))

    def show_error(self, text: str) -> None:
        """Show what went wrong, below the last two errors that stand; a notice keeps its time."""
        self._error_shown_at = time.monotonic()
        others = [line for line in self._errors if line != text]
        self._show([*others[-2:], text], self._notice)

    def show_notice(self, text: str, do: Callable[[], object] | None = None, word: str = UNDO) -> None:
        """Show what has happened, below the errors that stand.

        With ``do``, a button of this ``word`` calls it: until another notice, and to undo, until `forget_undo`.
        """
        self._show(self._errors, _Notice(text, ((word, do),) if do else ()))
        self._timer.start(NOTICE_MILLISECONDS)

    def show_steps(self, text: str, *steps: Step, seconds: float = math.inf, stays: bool = False) -> None:
        """Show what may come next, with two or three buttons, so long, or until `forget_steps`. Undo is last.

        With ``stays``, they also stay while the user works beside them.
        """
        self._timer.stop()
        self._show(self._errors, _Notice(text, steps, is_next=True, stays=stays))
        if seconds < math.inf:
            self._timer.start(round(1000 * seconds))

    def forget_notice(self) -> None:
        """Take the notice away: it has had its time, or what it is about is gone."""
        self._show(self._errors, NOTHING)

    def forget_steps(self) -> None:
        """Take away what may come next: the user has gone elsewhere."""
        if self._notice.is_next:
            self.forget_notice()

    @property
    def step_buttons(self) -> list[QPushButton]:
        """The buttons of what may come next, in their order."""
        return self._buttons_of(self._notice) if self._notice.is_next else []

    def _buttons_of(self, notice: _Notice) -> list[QPushButton]:
        """Return a button for each step: the only one, and the last if it undoes, has its place beside Close."""
        below = notice.steps[:-1] if len(notice.steps) == 1 or notice.undoes else notice.steps
        beside = [self._offer] if len(below) < len(notice.steps) else []
        return [*self._steps[: len(below)], *beside]

    def forget_undo(self) -> None:
        """Take a notice with Undo away: it is undone by now, or something else would be."""
        if self._notice.undoes:
            self.forget_notice()

    def forget_error(self, text: str) -> None:
        """Take an error away: what went wrong has gone well since."""
        self._show([line for line in self._errors if line != text], self._notice)

    def forget_old_errors(self) -> None:
        """Take errors away that have been there for a while: the user has turned to something else."""
        if time.monotonic() - self._error_shown_at >= ERROR_STAYS_SECONDS:
            self._show([], self._notice)

    def forget_earlier_errors(self) -> None:
        """Take errors away that were there before what has just gone well; not what came with it."""
        if time.monotonic() - self._error_shown_at >= ERROR_OUTLIVES_SECONDS:
            self._show([], self._notice)

    def event(self, event: QEvent) -> bool:
        """Be as high as the words need."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._take_place()
        return handled

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner; take away what may come next when the user turns to what is beside it."""
        if watched is self._page and event.type() == QEvent.Type.Resize and self.isVisible():
            self._take_place()
        elif not self._notice.stays and self._is_beside(watched, event):
            self.forget_steps()
        return super().eventFilter(watched, event)

    def _watch_presses(self, *, on: bool) -> None:
        application = QApplication.instance()
        assert application
        application.removeEventFilter(self)
        if on:
            application.installEventFilter(self)

    def _is_beside(self, pressed: QObject, event: QEvent) -> bool:
        """Tell whether the mouse is pressed in this window but not here: what is ignored here goes to the page."""
        if event.type() != QEvent.Type.MouseButtonPress or not isinstance(pressed, QWidget):
            return False
        assert isinstance(event, QMouseEvent)
        place = self.mapFromGlobal(event.globalPosition().toPoint())
        return pressed.window() is self.window() and not self.rect().contains(place)

    def _take_place(self) -> None:
        room = self._page.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        width = min(by_text(WIDTH), room.width())
        height = min(self._layout.totalHeightForWidth(width), room.height())
        self.setGeometry(room.right() - width + 1, room.bottom() - height + 1, width, height)
        self.raise_()

    def hideEvent(self, event: QHideEvent) -> None:
        """Begin anew the next time."""
        super().hideEvent(event)
        if self.isHidden():  # and not only the window around it
            self._errors, self._notice = [], NOTHING
            self._watch_presses(on=False)

    def _take(self, number: int) -> None:
        """Take one of the steps, which ends the notice."""
        _, do = self._notice.steps[number]
        self.forget_notice()
        do()

    def _show(self, errors: list[str], notice: _Notice) -> None:
        self._errors, self._notice = errors, notice
        self._watch_presses(on=notice.is_next and not notice.stays)
        self._refresh()

    def _refresh(self) -> None:
        """Show what there is; where it is nothing, the last words stay for those who ask what they were."""
        errors, notice = self._errors, self._notice
        if self._holds_still():
            self._again.start()
            return
        if not errors and not notice.text:
            self.hide()
            return
        buttons = self._buttons_of(notice)
        self._row.setVisible(self._steps[0] in buttons)
        for step_button in (self._offer, *self._steps):
            step_button.hide()
        for step_button, (word, _) in zip(buttons, notice.steps, strict=True):
            step_button.setText(word)
            step_button.setToolTip("Undo this" if word == UNDO else "")
            step_button.show()
        self._error_words.setText("\n".join(errors))
        self._error_words.setVisible(bool(errors))
        self._notice_words.setText(notice.text)
        self._notice_words.setVisible(bool(notice.text))
        self.setProperty("tone", "bad" if errors else "notice")
        self._notice_words.setProperty("tone", "muted" if errors else "")
        for one in (self, self._notice_words):
            repolish(one)
        self.show()
        self._take_place()
