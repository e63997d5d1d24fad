"""How classes look: a colour for each, and names that fit."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPixmap

from digitgui.looks.theme import DIGIT_COLORS

SHADES = (100, 145, 70)
"""How bright the colours of the first ten classes are, of the next ten, and of the ten after them, in per cent.

Beyond ten classes no set of colours can be told apart, least of all by colour-blind people: names stand beside.
"""
PATCH = 8
"""Side of a colour beside a name, in pixels."""


def class_color(number: int) -> str:
    """Return the colour of a class, ``#RRGGBB``: first those of the digits, then the same brighter and darker."""
    color = DIGIT_COLORS[number % len(DIGIT_COLORS)]
    shade = SHADES[number // len(DIGIT_COLORS) % len(SHADES)]
    return color if shade == 100 else QColor(color).lighter(shade).name()


def class_colors(count: int) -> tuple[str, ...]:
    """Return the colours of so many classes."""
    return tuple(map(class_color, range(count)))


def class_icon(number: int) -> QIcon:
    """Return a small patch in the colour of a class."""
    pixmap = QPixmap(PATCH, PATCH)
    pixmap.fill(QColor(class_color(number)))
    return QIcon(pixmap)


def patch_size() -> QSize:
    """Size of a `class_icon`."""
    return QSize(PATCH, PATCH)


def elided(metrics: QFontMetrics, name: str, width: float) -> str:
    """Shorten a name to so many pixels; its end stays, by which long names often differ."""
    return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, int(width))
