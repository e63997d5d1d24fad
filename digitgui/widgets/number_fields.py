"""Fields for numbers, written with a point whatever the system's language is; a comma may be typed for it.

What is typed stays in sight also where it is no number of the field, for 1,5 without its comma would be 15; Enter
then puts back what was there before.
"""

import re
from collections.abc import Callable

from PySide6.QtCore import QLocale
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox

from digitgui.widgets.building import set_look
from digitgui.widgets.scrolling import leave_wheel

State = QValidator.State
Verdict = tuple[State, str, int]
INSET = 6
"""Pixels before the text, as in a choice."""
NUMBER_SIGNS = re.compile(r"[-+0-9eE., ']*")
"""What numbers are written with, here or elsewhere."""
WITH_EXPONENT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+")


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

    def fixup(self, _text: str) -> str:
        """Put back what was there."""
        return self._before.text()

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

    def fixup(self, _text: str) -> str:
        """Put back what was there."""
        return self._before.text()

    def stepBy(self, steps: int) -> None:
        """Take what is stepped to for entered."""
        super().stepBy(steps)
        self._before.forget()


def _expected(field: "WholeField | RealField", what: str) -> str:
    found = field.lineEdit().text() or "nothing"
    return f"expected {what} from {field.minimum():g} to {field.maximum():,g}, found {found}"


def _commit(field: "WholeField | RealField", before: "_Before") -> bool:
    is_right = field.hasAcceptableInput()
    set_look(field, "wrong", not is_right)
    if is_right:
        field.interpretText()
        before.forget()
    return is_right


class _Before:
    """What a field says before the user begins to type, until that is entered."""

    def __init__(self, field: QAbstractSpinBox, now: Callable[[], str]) -> None:
        self._now, self._text = now, ""
        field.lineEdit().textEdited.connect(self._note)
        field.editingFinished.connect(self.forget)

    def text(self) -> str:
        return self._text or self._now()

    def forget(self) -> None:
        self._text = ""

    def _note(self) -> None:
        self._text = self.text()  # the first time that of the value, which has not followed the key yet


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
    typed = text.removeprefix(field.prefix()).removesuffix(field.suffix())
    if state is State.Invalid and NUMBER_SIGNS.fullmatch(typed):
        state = State.Intermediate
    return state, text, position
