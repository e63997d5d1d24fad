"""Fields for numbers, written with a point whatever the system's language is; a comma may be typed for it."""

from PySide6.QtCore import QLocale
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox

Verdict = tuple[QValidator.State, str, int]
INSET = 6
"""Pixels before the text, as in a choice."""


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
        self.setLocale(QLocale.c())
        self.lineEdit().setTextMargins(INSET, 0, 0, 0)
        self.setRange(minimum, maximum)
        self.setToolTip(tip)

    def validate(self, text: str, position: int) -> Verdict:
        """Refuse a comma, which Qt would leave out: 1,5 is not 15."""
        return (QValidator.State.Invalid, text, position) if "," in text else super().validate(text, position)


class RealField(QDoubleSpinBox):
    """Takes a number; shows 0.005 rather than 0.005000.

    Parameters
    ----------
    minimum, maximum : float
    tip : str
        One sentence for the person who sets it.
    """

    def __init__(self, minimum: float, maximum: float, tip: str = "") -> None:
        super().__init__()
        self.setLocale(QLocale.c())
        self.lineEdit().setTextMargins(INSET, 0, 0, 0)
        self.setDecimals(6)
        self.setRange(minimum, maximum)
        self.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self.setToolTip(tip)

    def textFromValue(self, value: float) -> str:
        """Write no zeros at the end."""
        return f"{value:.{self.decimals()}f}".rstrip("0").removesuffix(".")

    def validate(self, text: str, position: int) -> Verdict:
        """Make a point of a comma; 1.234,5 has two of them and is refused, so that what was there stays."""
        if text.count(",") + text.count(".") > 1:
            return QValidator.State.Invalid, text, position
        return super().validate(text.replace(",", "."), position)
