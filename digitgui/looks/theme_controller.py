"""Which theme the application is in: the user's choice, or the system's."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

import resources
from digitgui.looks.sizes import USUAL_TEXT
from digitgui.looks.stylesheet import TYPEFACE, stylesheet
from digitgui.looks.theme import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Theme
from digitgui.settings import Settings

CHOICE_KEY, TEXT_KEY = "window/theme", "window/text_percent"
TEXT_SIZES = (80, 90, 100, 110, 125, 150, 175, 200)
"""Per cent of the usual one."""


class ThemeChoice(StrEnum):
    """What the user asked for."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST_LIGHT = "high contrast, light"
    CONTRAST_DARK = "high contrast, dark"


IN_CONTRAST = {ThemeChoice.CONTRAST_LIGHT: CONTRAST_LIGHT, ThemeChoice.CONTRAST_DARK: CONTRAST_DARK}
PROJECTED_STEPS = 3
"""So many sizes larger is the text that a class reads: 150 % in place of 100 %."""
PROJECTED_ROOM = 800
"""Pixels of a screen that text of 100 % needs: on a narrower one, text is enlarged less."""

STYLE = "fusion"


class ThemeController(QObject):
    """Keeps the application in the theme that the user or the system asks for.

    Parameters
    ----------
    settings : Settings
        Where the user's choice is remembered.
    parent : QObject

    Attributes
    ----------
    theme : Theme
        The one that holds.
    sheet : str
        Its style sheet, in which each part of the window is dressed by itself: one of the whole window takes Qt
        0.2 s, and one of the whole application six times as long, most of it for what is not seen.

    Signals
    -------
    changed(Theme)
        Another theme or size of text holds now; everything takes the style sheet, plots and painted widgets the
        colours.
    """

    changed = Signal(object)

    def __init__(self, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        remembered = settings.text(CHOICE_KEY)
        self._choice = ThemeChoice(remembered) if remembered in list(ThemeChoice) else ThemeChoice.SYSTEM
        self._text_percent = round(settings.number(TEXT_KEY, 100, TEXT_SIZES[0], TEXT_SIZES[-1]))
        self._projected_percent = self._projected_width = 0  # of text and screen while a class looks on
        self.theme, self.sheet = LIGHT, ""
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def choice(self) -> ThemeChoice:
        """What the user asked for."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Take the user's choice, and remember it."""
        self._settings.set(CHOICE_KEY, str(choice))
        self._choice = choice
        self._apply()

    @property
    def text_percent(self) -> int:
        """How large text is, in per cent of the usual size."""
        return self._projected_percent or self._text_percent

    def project(self, width: int) -> None:
        """Show large text in high contrast to a class, on a screen of so many pixels; no longer for 0.

        Nothing of it is remembered.
        """
        self._projected_width = width
        self._projected_percent = self._usual_percent if width else 0
        self._apply()

    @property
    def _usual_percent(self) -> int:
        """How large text is before it is made larger or smaller."""
        if not self._projected_width:
            return 100
        larger = [_larger(self._text_percent, steps) for steps in range(1, PROJECTED_STEPS + 1)]
        fitting = [percent for percent in larger if PROJECTED_ROOM * percent <= 100 * self._projected_width]
        return max(fitting, default=self._text_percent)

    def enlarge_text(self, steps: int) -> None:
        """Write larger by some steps, or smaller; in the usual size for 0."""
        wanted = _larger(self.text_percent, steps) if steps else self._usual_percent
        if wanted == self.text_percent:
            return  # to dress everything anew takes a while
        if self._projected_percent:
            self._projected_percent = wanted
        else:
            self._text_percent = wanted
            self._settings.set(TEXT_KEY, self._text_percent)
        self._apply()

    def _apply(self) -> None:
        system_is_dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        dark = system_is_dark if self._choice is ThemeChoice.SYSTEM else self._choice is ThemeChoice.DARK
        self.theme = IN_CONTRAST.get(self._choice, DARK if dark else LIGHT)
        if self._projected_percent and self._choice not in IN_CONTRAST:
            self.theme = CONTRAST_DARK if dark else CONTRAST_LIGHT
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        font = QApplication.font()
        font.setPixelSize(round(USUAL_TEXT * self.text_percent / 100))
        with deleting_nothing():
            QApplication.setFont(font)  # for what no style sheet reaches, and for sizes that follow the text
            application.setPalette(_palette(self.theme))
        self.sheet = stylesheet(self.theme, self.text_percent)
        self.changed.emit(self.theme)


def _larger(percent: int, steps: int) -> int:
    """Return the size of text that is some steps larger."""
    sizes = list(TEXT_SIZES)
    place = sizes.index(min(sizes, key=lambda size: abs(size - percent))) + steps
    return sizes[min(max(0, place), len(sizes) - 1)]


def dress(part: QWidget, sheet: str) -> None:
    """Give a part of the window a style sheet, unless it has it on."""
    if part.styleSheet() != sheet:
        with deleting_nothing():
            part.setStyleSheet(sheet)


@contextmanager
def deleting_nothing() -> Iterator[None]:
    """Hold up the collection of garbage while Qt goes through all widgets there are.

    It tells each of them, which may be heard in Python, where garbage may be collected at any time; a forgotten
    widget that was deleted in this way ended the program when Qt came to it.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def take_style() -> None:
    """Use Qt's own style on every platform; before there is a window, since Qt then goes through all its parts."""
    style = QApplication.style()
    if style is None or style.name() != STYLE:
        with deleting_nothing():
            QApplication.setStyle(STYLE)


def take_typeface() -> None:
    """Write in the typeface that comes with the program, so that everything has the room that it was given.

    Call it before the first widget is made: what a plot writes, and what copies a font, keeps the one it found.
    """
    if TYPEFACE not in QFontDatabase.families():
        for file in resources.FONTS:
            QFontDatabase.addApplicationFont(str(file))
    font = QApplication.font()
    font.setFamily(TYPEFACE)
    with deleting_nothing():
        QApplication.setFont(font)


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
        QPalette.ColorRole.Mid: theme.line,
        QPalette.ColorRole.Accent: theme.accent,
    }
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.muted))
    return palette
