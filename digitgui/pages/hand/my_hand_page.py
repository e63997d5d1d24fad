"""The My hand page: write what is asked for, see one's own digits, and teach them to the network."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from digitgui.drawings.guided_writing import ROUNDS
from digitgui.drawings.prediction import takes_drawings
from digitgui.installation.shipped import DEFAULT
from digitgui.looks.theme import Theme
from digitgui.pages.hand.my_digits_card import MyDigitsCard
from digitgui.pages.hand.teach_card import TeachCard
from digitgui.pages.page import Page, Surroundings
from digitgui.session import Session
from digitgui.widgets.building import (
    STRETCH,
    SquareFrame,
    action_button,
    button,
    card_of,
    column_of,
    label,
    row_of,
    stack_of,
)
from digitgui.widgets.class_choice import shortened
from digitgui.widgets.digit_buttons import DigitButtons
from digitgui.widgets.digit_counters import DigitCounters
from digitgui.widgets.ink.canvas import Canvas
from digitgui.wording import a_digit, percent
from model.network.task import Task

READS_WIDTH = 80
DIGIT_TEXT = 84
"""Pixels of the digit that is asked for, in a usual window."""
ACCEPT_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
NO_HAND = (
    "This network answers pictures, not drawings: there is no handwriting to collect or to teach. Open a network"
    " for digits or letters to see your hand here; what you have written for it is kept."
)
OTHERS = (
    "Draw one, then say what it was: {}. They are kept apart from your digits. Only digits are asked for one after"
    " the other."
)
LONGEST = 40
"""Letters of the classes in the title."""
BY_KEY, BY_LIST = "press its key, or a button here", "choose it here"


class MyHandPage(Page):
    """Write digits as they are asked for, on the left; what has come of them, on the right.

    For a network that knows other classes, these are drawn in any order.
    """

    keys = (
        ("Accept the digit you are asked for", "Space or Return"),
        ("Take back the last digit", "Backspace"),
        ("Stop", "Escape"),
    )

    def __init__(self, session: Session, surroundings: Surroundings) -> None:
        super().__init__(session, surroundings)
        self.canvas = Canvas(session.drawing)
        self.canvas.setObjectName("handCanvas")
        self.canvas.installEventFilter(self)
        self.canvas.use(surroundings.pen)
        self._digit = label(name="askedDigit")
        self._digit.setAccessibleName("The digit to write")
        self._digit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = label(name="figure", wrap=True)
        self._words = label(name="muted", wrap=True)
        self.counters = DigitCounters()
        self.meant = DigitButtons()
        self._reads = label(name="handAnswer")
        self._reads.setAccessibleName("Answer of the network")
        self._reads.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._reads.setMinimumWidth(READS_WIDTH)  # or the words beside it would move while one draws
        self.digits = MyDigitsCard(
            session, surroundings.my_digits_wanted.emit, lambda: surroundings.page_wanted.emit("draw")
        )
        self.teach = TeachCard(session)
        content = QWidget()
        layout = QGridLayout(content)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self._writing_card(), 0, 0, 2, 1)
        layout.addWidget(self.teach, 0, 1)
        layout.addWidget(self.digits, 1, 1)
        layout.setRowStretch(1, 1)
        layout.setColumnStretch(0, 1)
        layout.setColumnStretch(1, 1)
        self._no_hand = label(NO_HAND, "muted", wrap=True)
        nothing = QWidget()
        tip = "Open the network that comes with the program"
        self._default = button(
            "Open the default network", tip, self._open_default, look="primary", name="handDefault"
        )
        left = Qt.AlignmentFlag.AlignLeft
        column_of(
            label("My hand", "heading"),
            self._no_hand,
            (self._default, 0, left),
            STRETCH,
            inside=nothing,
            margin=16,
            spacing=12,
        )
        self._content, self._whole = content, stack_of(content, nothing)
        column_of((self._whole, 1), inside=self)
        self.meant.chosen.connect(session.keeper.keep)
        session.answering.changed.connect(self._offer_digits)
        session.guide.changed.connect(self._show_guide)
        session.hand.digits_changed.connect(self._show_counts)
        session.personal.turned.connect(self._see_task)
        self._see_task()

    @property
    def _task(self) -> Task:
        return self._session.personal.task

    def _see_task(self) -> None:
        """Be about what the open network is about."""
        task, guide = self._task, self._session.guide
        if guide.is_active and not task.is_digits:
            guide.stop()
        self._whole.setCurrentIndex(0 if takes_drawings(task) else 1)
        # long names would widen what is not shown, and the page with it
        width = QSizePolicy.Policy.Preferred if takes_drawings(task) else QSizePolicy.Policy.Ignored
        self._content.setSizePolicy(width, QSizePolicy.Policy.Preferred)
        self.meant.set_task(task)
        self.counters.setVisible(task.is_digits)
        self._show_guide()
        self._offer_digits()

    def main_parts(self) -> Sequence[QWidget]:
        """Return what is written on, or what opens a network that has a hand to teach."""
        return self.canvas, self._default

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        super().set_theme(theme)
        self.canvas.set_accent(theme.accent)

    def set_room(self, room: float) -> None:
        """Write what is asked for larger where there is room."""
        super().set_room(room)
        side = round(DIGIT_TEXT * room)
        self._digit.setStyleSheet(f"font-size: {side}px")
        self._digit.setFixedWidth(side)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Accept by Space or Return, take the last back by Backspace, stop by Escape."""
        if not self._guides(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear of these keys before the canvas does."""
        if watched is self.canvas and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._guides(event)
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Accept what is drawn here."""
        self._session.guide.resume()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Accept nothing of what is drawn elsewhere."""
        self._session.guide.pause()
        super().hideEvent(event)

    def _guides(self, event: QKeyEvent) -> bool:
        """Obey a key while digits are asked for; tell whether it meant something."""
        guide, drawing = self._session.guide, self._session.drawing
        if not guide.is_active or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        writes = guide.digit is not None and not drawing.is_empty and drawing.live is None
        if event.key() in ACCEPT_KEYS and writes:
            guide.accept()
        elif event.key() == Qt.Key.Key_Backspace:
            guide.take_back()
        elif event.key() == Qt.Key.Key_Escape:
            guide.stop()
        else:
            return False
        return True

    def _writing_card(self) -> QFrame:
        words = column_of(STRETCH, self._title, self._words, STRETCH, spacing=4)
        head = row_of(self._digit, (words, 1), self._reads, spacing=12)
        return card_of(
            head,
            self.counters,
            self.meant,
            (SquareFrame(self.canvas, minimum=220), 1),
            self._buttons(),
            spacing=12,
        )

    def _buttons(self) -> QHBoxLayout:
        guide = self._session.guide
        self._start = button(
            "Start", "Write each digit five times", self._begin, look="primary", name="guideStart"
        )
        self._accept = button("Accept", "Add this digit now", guide.accept, shortcut="Return")
        self._skip = button("Skip", "Skip this digit", guide.skip)
        self._back = button("Take back", "Undo the last step of this round", guide.take_back, shortcut="Backspace")
        tip = "Stop asking for digits; those written stay, and your earlier drawing comes back"
        self._stop = button("Stop", tip, guide.stop, shortcut="Esc")
        self._clear = action_button("Clear", "clearDrawing", self._session.drawing.clear)
        return row_of(
            self._start, self._accept, self._skip, self._back, self._stop, STRETCH, self._clear, spacing=8
        )

    def _open_default(self) -> None:
        self._session.open_model(DEFAULT)

    def _begin(self) -> None:
        self._session.guide.start()
        self.canvas.setFocus()

    def _offer_digits(self) -> None:
        """Let the user say which digit it was, unless there is none, or more than one."""
        prediction = self._session.answering.prediction
        number = self._session.answering.number
        self.meant.show_answer(
            prediction.digit if prediction else None, is_one_digit=self._session.keeper.is_one_digit
        )
        if number or prediction is None:
            self._reads.setText(f"reads {number.text}" if number else "")
        else:
            doubtful = "?" if prediction.doubt else ""
            sure = percent(prediction.probabilities[prediction.digit])
            name = shortened(prediction.class_names[prediction.digit])
            self._reads.setText(f"reads {name}{doubtful}\n{sure}")
        self._reads.setToolTip(prediction.doubt if prediction and not number else "")

    def _show_guide(self) -> None:
        guide = self._session.guide
        digit, going = guide.digit, guide.is_active
        done = going and digit is None
        task = self._task
        self._digit.setText("" if digit is None else str(digit))
        self._digit.setVisible(digit is not None)
        if digit is not None and guide.read_instead is not None:
            self._title.setText(f"Is this {a_digit(digit)}?")
            self._words.setText(
                f"The network reads {a_digit(guide.read_instead)}. Press Return to keep it as {a_digit(digit)},"
                " or Delete to write it again."
            )
        elif digit is not None:
            number = 10 * ROUNDS - len(guide.waiting) + 1
            self._title.setText(f"Write {a_digit(digit)}")
            self._words.setText(
                f"{number} of {10 * ROUNDS}. Lift the pen for a second to keep the digit. Escape stops."
            )
        elif done:
            self._title.setText("All digits written")
            self._words.setText("Teach the network your handwriting now, or write some more.")
        elif not task.is_digits:
            words = task.words_of_classes()
            self._title.setText(f"Your hand for {words if len(words) <= LONGEST else f'{task.count} classes'}")
            self._words.setText(OTHERS.format(BY_KEY if task.are_characters else BY_LIST))
        else:
            self._title.setText("Write each digit five times")
            self._words.setText(
                "Or draw a digit that the network gets wrong, and press its digit key or a button here."
            )
        self._show_counts()
        self._start.setVisible(digit is None and task.is_digits)
        self._start.setText("Start again" if done else "Start")
        for part in (self._accept, self._skip, self._stop):
            part.setVisible(digit is not None)
        self._back.setVisible(going)
        self._back.setEnabled(guide.can_take_back)

    def _show_counts(self) -> None:
        """Count all of my digits, wherever they were written or corrected."""
        if self._task.is_digits:
            self.counters.show_counts(self._session.hand.counts, ROUNDS, self._session.guide.digit)
