"""Fields for numbers, written with a point whatever the system's language is; a comma may be typed for it.

What is typed stays in sight also where it is no number of the field, for 1,5 without its comma would be 15; Enter
then puts back what was there before, and the window around it says so. A double click selects all of it.
"""

import re
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QLocale
from PySide6.QtGui import QMouseEvent, QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QLineEdit, QSpinBox

from digitgui.widgets.building import capitalised, set_look
from digitgui.widgets.scrolling import leave_wheel

State = QValidator.State
Verdict = tuple[State, str, int]
INSET = 6
"""Pixels before the text, as in a choice."""
NUMBER_SIGNS = re.compile(r"[-+0-9eE., ']*")
"""What numbers are written with, here or elsewhere."""
WITH_EXPONENT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+")


@runtime_checkable
class TellsRefused(Protocol):
    """A widget around fields that says what they have not taken."""

    def tell_refused(self, sentence: str) -> None:
        """Say what was expected and found."""

    def forget_refused(self, sentence: str) -> None:
        """Say it no longer: another number is being typed."""


class WholeField(QSpinBox):
    """Takes a whole number; no sign between its digits is taken for anything.

    Parameters
    ----------
    minimum, maximum : int
    tip : str
        One sentence for the person who sets it.
    """

    def __init__(self, minimum: int, maximum: int, tip: str = "") -> None:
        super().__init__()
        self.setLineEdit(_Line())
        self.setRange(minimum, maximum)
        self._before = _prepared(self, tip, lambda: self.textFromValue(self.value()))

    def validate(self, text: str, position: int) -> Verdict:
        """Do not take a comma, which Qt would leave out: 1,5 is not 15."""
        verdict = (State.Invalid, text, position) if "," in text else super().validate(text, position)
        return _kept_in_sight(self, verdict)

    @property
    def expected(self) -> str:
        """What the field takes, and what stands there."""
        return _expected(self, "a whole number")

    def commit(self) -> bool:
        """Take what has been typed, as Enter does; mark what is no number of the field, and return False."""
        return _commit(self, self._before)

    def fixup(self, text: str) -> str:
        """Put back what was there, and say so."""
        return self._before.put_back(text, self.expected)

    def stepBy(self, steps: int) -> None:
        """Take what is stepped to for entered."""
        super().stepBy(steps)
        self._before.forget()


class RealField(QDoubleSpinBox):
    """Takes a number, with an exponent too; shows 0.005 rather than 0.005000.

    Parameters
    ----------
    minimum, maximum : float
    tip : str
        One sentence for the person who sets it.
    """

    def __init__(self, minimum: float, maximum: float, tip: str = "") -> None:
        super().__init__()
        self.setLineEdit(_Line())
        self.setDecimals(6)
        self.setRange(minimum, maximum)
        self.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self._before = _prepared(self, tip, lambda: self.textFromValue(self.value()))

    def textFromValue(self, value: float) -> str:
        """Write no zeros at the end."""
        return f"{value:.{self.decimals()}f}".rstrip("0").removesuffix(".")

    def valueFromText(self, text: str) -> float:
        """Read an exponent, which Qt does not."""
        return float(text) if WITH_EXPONENT.fullmatch(text) else super().valueFromText(text)

    def validate(self, text: str, position: int) -> Verdict:
        """Make a point of a comma; 1.234,5 has two of them and is no number."""
        with_point = text.replace(",", ".")
        if WITH_EXPONENT.fullmatch(with_point):
            number = float(with_point)
            fits = self.minimum() <= number <= self.maximum() and number == round(number, self.decimals())
            return State.Acceptable if fits else State.Intermediate, with_point, position
        verdict = super().validate(with_point, position)
        return _kept_in_sight(self, (State.Invalid, text, position) if verdict[0] is State.Invalid else verdict)

    @property
    def expected(self) -> str:
        """What the field takes, and what stands there."""
        return _expected(self, "a number")

    def commit(self) -> bool:
        """Take what has been typed, as Enter does; mark what is no number of the field, and return False."""
        return _commit(self, self._before)

    def fixup(self, text: str) -> str:
        """Put back what was there, and say so."""
        return self._before.put_back(text, self.expected)

    def stepBy(self, steps: int) -> None:
        """Take what is stepped to for entered."""
        super().stepBy(steps)
        self._before.forget()


def _expected(field: "WholeField | RealField", what: str) -> str:
    found = _typed(field, field.lineEdit().text()) or "nothing"
    return f"expected {what} from {_written(field.minimum())} to {_written(field.maximum())}, found {found}"


def _written(limit: float) -> str:
    """Write 0.000001 rather than 1e-06, and 2,147,483,647 rather than 2.14748e+09."""
    return f"{limit:,.6f}".rstrip("0").removesuffix(".")


def _commit(field: "WholeField | RealField", before: "_Before") -> bool:
    is_right = field.hasAcceptableInput()
    set_look(field, "wrong", not is_right)
    if is_right:
        field.interpretText()
        before.forget()
    return is_right


class _Line(QLineEdit):
    """Selects the whole number where a double click would select the digits beside its point."""

    def __init__(self) -> None:
        super().__init__()
        self._selects_all = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select all of it."""
        super().mouseDoubleClickEvent(event)
        self.selectAll()
        self._selects_all = True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let a hand that trembles in a double click deselect nothing."""
        if not self._selects_all:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select by dragging again from the next press on."""
        self._selects_all = False
        super().mouseReleaseEvent(event)


class _Before:
    """What a field says before the user begins to type, until that is entered."""

    def __init__(self, field: QAbstractSpinBox, now: Callable[[], str]) -> None:
        self._field, self._now, self._text, self._told = field, now, "", ""
        field.lineEdit().textEdited.connect(self._note)
        field.editingFinished.connect(self.forget)

    def text(self) -> str:
        return self._text or self._now()

    def put_back(self, typed: str, expected: str) -> str:
        """Return what was there; say why, also where the page with the field has just been left."""
        before = self.text()
        own_word = self._field.specialValueText() or before  # such as Off, for which Qt asks, too
        if typed not in (before, own_word) and self._field.window().isVisible():
            name = self._field.accessibleName()
            self._tell(
                f"{name}: {expected}; {before} stays." if name else f"{capitalised(expected)}; {before} stays."
            )
        return before

    def forget(self) -> None:
        self._text = ""

    def _note(self) -> None:
        self._text = self.text()  # the first time that of the value, which has not followed the key yet
        self._tell("")

    def _tell(self, sentence: str) -> None:
        around = self._field.parentWidget()
        while around is not None and not isinstance(around, TellsRefused):
            around = around.parentWidget()
        if isinstance(around, TellsRefused):
            if self._told:
                around.forget_refused(self._told)
            if sentence:
                around.tell_refused(sentence)
        self._told = sentence


def _prepared(field: WholeField | RealField, tip: str, now: Callable[[], str]) -> _Before:
    field.setLocale(QLocale.c())
    field.lineEdit().setTextMargins(INSET, 0, 0, 0)
    field.setToolTip(tip)
    leave_wheel(field)
    field.lineEdit().textChanged.connect(lambda _text: set_look(field, "wrong", False))
    return _Before(field, now)


def _kept_in_sight(field: WholeField | RealField, verdict: Verdict) -> Verdict:
    """Let stand what is written as numbers are, though it is none of this field."""
    state, text, position = verdict
    if state is State.Invalid and NUMBER_SIGNS.fullmatch(_typed(field, text)):
        state = State.Intermediate
    return state, text, position


def _typed(field: WholeField | RealField, text: str) -> str:
    """Leave out what the field itself writes around its number."""
    return text.removeprefix(field.prefix()).removesuffix(field.suffix())
