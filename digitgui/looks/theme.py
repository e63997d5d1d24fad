"""Colours, fonts and icons of the window, light and dark, each also in high contrast."""

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QFont, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

import resources

DIGIT_COLORS = (
    *("#4477AA", "#66CCEE", "#228833", "#CCBB44", "#EE6677"),
    *("#AA3377", "#EE8866", "#44BB99", "#9A9A33", "#999999"),
)
"""One colour for each digit, told apart by colour-blind people too, and the same in all themes."""

RUN_COLORS = (
    *("#3F90DA", "#E76300", "#94A4A2", "#A96B59", "#FFA90E"),
    *("#BD1F01", "#92DADD", "#832DB6", "#B9AC70", "#717581"),
)
"""One colour for each run whose curves are shown: Petroff's ten (arXiv 2107.02270), which colour-blind people tell
apart, and first of them those that are strong in both themes. They mean no digits."""


RUN_MARKS = (
    *(("o", "●"), ("s", "■"), ("t1", "▲"), ("d", "◆"), ("t", "▼")),
    *(("star", "★"), ("+", "✚"), ("x", "✖"), ("t2", "▶"), ("t3", "◀")),
)
"""The mark of each run on its curves, for those who do not tell the colours: as a plot calls it, and written."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one theme, as ``#RRGGBB``.

    Attributes
    ----------
    window, card, line : str
        The ground, the surfaces on it, and the lines around them.
    text, muted : str
        What is read first, and what is read second.
    accent, accent_soft, on_accent : str
        The one strong colour, its faint form, and text on the strong one.
    second : str
        The other curve in a plot.
    good, warning, bad : str
    field : str
        Ground of inputs.
    track : str
        Of a bar, what is not filled; told apart from every ground.
    """

    name: str
    window: str
    card: str
    line: str
    text: str
    muted: str
    accent: str
    accent_soft: str
    on_accent: str
    second: str
    good: str
    warning: str
    bad: str
    field: str
    track: str


LIGHT = Theme(
    name="light",
    window="#F5F6F8",
    card="#FFFFFF",
    line="#DDE1E7",
    text="#1A1F26",
    muted="#5D6878",
    accent="#2862DA",
    accent_soft="#E8EEFB",
    on_accent="#FFFFFF",
    second="#D9632F",
    good="#1A7D44",
    warning="#966111",
    bad="#C03434",
    field="#F1F3F6",
    track="#CDD3DC",
)

DARK = Theme(
    name="dark",
    window="#13161B",
    card="#1B1F26",
    line="#2B313B",
    text="#E7EAEF",
    muted="#97A1B2",
    accent="#6BA1FF",
    accent_soft="#223150",
    on_accent="#0E1218",
    second="#EE8866",
    good="#4CC38A",
    warning="#E5B454",
    bad="#FF7B7B",
    field="#13161B",
    track="#3F4856",
)

CONTRAST_LIGHT = Theme(
    name="light, high contrast",
    window="#FFFFFF",
    card="#FFFFFF",
    line="#5B636F",
    text="#000000",
    muted="#2F3742",
    accent="#0B3D9E",
    accent_soft="#DCE6FA",
    on_accent="#FFFFFF",
    second="#8A3400",
    good="#0B5226",
    warning="#663C00",
    bad="#8F1010",
    field="#FFFFFF",
    track="#B5BCC8",
)

CONTRAST_DARK = Theme(
    name="dark, high contrast",
    window="#000000",
    card="#14171C",
    line="#8A93A3",
    text="#FFFFFF",
    muted="#D5DAE3",
    accent="#9CC2FF",
    accent_soft="#14284F",
    on_accent="#000000",
    second="#FFB08F",
    good="#7FE0AE",
    warning="#FFD27A",
    bad="#FFB0B0",
    field="#000000",
    track="#5A6474",
)


def run_mark(color: str) -> tuple[str, str]:
    """Return the mark of a run that has this colour, as a plot calls it and as it is written."""
    return RUN_MARKS[RUN_COLORS.index(color) % len(RUN_MARKS) if color in RUN_COLORS else 0]


def icon(name: str, color: str, selected_color: str | None = None) -> QIcon:
    """Draw one of the line icons in a colour, and in another for when its button is checked."""
    result = QIcon()
    for state, paint in ((QIcon.State.Off, color), (QIcon.State.On, selected_color or color)):
        for side in (20, 40, 60):
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # or a selection would tint the colour
                result.addPixmap(QPixmap.fromImage(_drawn(name, paint, side)), mode, state)
    return result


def color_parts(whole: QWidget, theme: Theme) -> None:
    """Give everything in a widget that has colours of its own, and so a ``set_theme``, those of a theme."""
    for part in whole.findChildren(QWidget):
        set_theme = getattr(part, "set_theme", None)
        if set_theme is not None:
            set_theme(theme)


def app_icon() -> QIcon:
    """The icon of the window."""
    return QIcon(str(resources.icon("app")))


def tabular(font: QFont) -> QFont:
    """Return the font with digits of one width, so that changing numbers do not dance."""
    result = QFont(font)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


@cache  # of a few themes; each is drawn once, however often they change
def _drawn(name: str, color: str, side: int) -> QImage:
    svg = resources.icon(name).read_text(encoding="utf-8").replace("currentColor", color)
    image = QImage(QSize(side, side), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    return image
