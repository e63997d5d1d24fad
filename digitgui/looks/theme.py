"""Colours, fonts and icons of the window, light and dark."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

import resources
from digitgui.looks.stylesheet import stylesheet

__all__ = [
    "DARK",
    "DIGIT_COLORS",
    "LIGHT",
    "RUN_COLORS",
    "Theme",
    "ThemeChoice",
    "ThemeController",
    "icon",
    "tabular",
]

DIGIT_COLORS = (
    *("#4477AA", "#66CCEE", "#228833", "#CCBB44", "#EE6677"),
    *("#AA3377", "#EE8866", "#44BB99", "#9A9A33", "#999999"),
)
"""One colour for each digit, told apart by colour-blind people too, and the same in both themes."""

RUN_COLORS = (
    *("#3F90DA", "#E76300", "#94A4A2", "#A96B59", "#FFA90E"),
    *("#BD1F01", "#92DADD", "#832DB6", "#B9AC70", "#717581"),
)
"""One colour for each run whose curves are shown: Petroff's ten (arXiv 2107.02270), which colour-blind people tell
apart, and first of them those that are strong in both themes. They mean no digits."""


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
        Ground of inputs and of empty bars.
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


LIGHT = Theme(
    name="light",
    window="#F5F6F8",
    card="#FFFFFF",
    line="#DDE1E7",
    text="#1A1F26",
    muted="#5D6878",
    accent="#2B66E0",
    accent_soft="#E8EEFB",
    on_accent="#FFFFFF",
    second="#D9632F",
    good="#1A7D44",
    warning="#9A6412",
    bad="#C03434",
    field="#F1F3F6",
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
)


class ThemeChoice(StrEnum):
    """What the user asked for."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class ThemeController(QObject):
    """Keeps the application in the theme that the user or the system asks for.

    Signals
    -------
    changed(Theme)
        Another theme holds now; plots and painted widgets take its colours.
    """

    changed = Signal(object)

    def __init__(self, choice: ThemeChoice = ThemeChoice.SYSTEM, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self.theme = LIGHT
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply)
        QApplication.setStyle("Fusion")
        if "Inter" in QFontDatabase.families():
            font = QApplication.font()
            font.setFamily("Inter")
            QApplication.setFont(font)
        self._apply()

    @property
    def choice(self) -> ThemeChoice:
        """What the user asked for."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Take the user's choice."""
        self._choice = choice
        self._apply()

    def _apply(self) -> None:
        system_is_dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        dark = system_is_dark if self._choice is ThemeChoice.SYSTEM else self._choice is ThemeChoice.DARK
        self.theme = DARK if dark else LIGHT
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.setPalette(_palette(self.theme))
        application.setStyleSheet(stylesheet(self.theme))
        self.changed.emit(self.theme)


def icon(name: str, color: str, selected_color: str | None = None) -> QIcon:
    """Draw one of the line icons in a colour, and in another for when its button is checked."""
    result = QIcon()
    for state, paint in ((QIcon.State.Off, color), (QIcon.State.On, selected_color or color)):
        for side in (20, 40, 60):
            result.addPixmap(_render(name, paint, side), QIcon.Mode.Normal, state)
    return result


def app_icon() -> QIcon:
    """The icon of the window."""
    return QIcon(str(resources.icon("app")))


def tabular(font: QFont) -> QFont:
    """Return the font with digits of one width, so that changing numbers do not dance."""
    result = QFont(font)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def _render(name: str, color: str, side: int) -> QPixmap:
    svg = resources.icon(name).read_text(encoding="utf-8").replace("currentColor", color)
    pixmap = QPixmap(QSize(side, side))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    return pixmap


def _palette(theme: Theme) -> QPalette:
    """Colour what the style sheet does not reach."""
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.card,
        QPalette.ColorRole.AlternateBase: theme.field,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.muted,
        QPalette.ColorRole.Button: theme.card,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.ToolTipBase: theme.card,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.Accent: theme.accent,
    }
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.muted))
    return palette
