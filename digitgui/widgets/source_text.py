"""Source code to read: keywords, strings and comments in colours, and the lines that matter on a ground."""

import io
import keyword
import tokenize

from PySide6.QtGui import QColor, QFont, QFontDatabase, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from digitgui.looks.sizes import by_text
from digitgui.looks.theme import LIGHT, Theme

LETTER = 12
"""Pixels where text has 100 %."""
MOST_LINES = 16


class SourceText(QPlainTextEdit):
    """Shows lines of Python, which can be copied and not changed.

    Parameters
    ----------
    most_lines : int
        A longer text scrolls.
    """

    def __init__(self, most_lines: int = MOST_LINES) -> None:
        super().__init__()
        self._most_lines = most_lines
        self._theme, self._is_python = LIGHT, True
        self._marked: tuple[int, ...] = ()
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName("Source")
        self.setTabChangesFocus(True)
        self.set_room(1.0)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._color()

    def set_room(self, room: float) -> None:  # noqa: ARG002
        """Follow the size of the text."""
        family = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
        # by a style sheet, as that of the window would have the last word about a font that is set
        self.setStyleSheet(f'QPlainTextEdit {{ font-family: "{family}"; font-size: {by_text(LETTER)}px; }}')
        self._take_height()

    def show_lines(self, text: str, marked: tuple[int, ...]) -> None:
        """Show a text; the lines of these numbers, from 0, are those that matter."""
        self._is_python, self._marked = True, marked
        self.setPlainText(text.rstrip("\n"))
        self._color()
        self._take_height()
        self.setTextCursor(QTextCursor(self.document().findBlockByNumber(marked[0] if marked else 0)))
        self.centerCursor()

    def show_plain(self, text: str) -> None:
        """Show a text that is no Python."""
        self._is_python, self._marked = False, ()
        self.setPlainText(text)
        self._color()
        self._take_height()

    def _take_height(self) -> None:
        self.ensurePolished()
        lines = min(self.blockCount(), self._most_lines)
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(round(lines * self.fontMetrics().lineSpacing()) + 2 * by_text(8) + bar)

    def _color(self) -> None:
        """Put the marked lines on the accent's ground, and colour words."""
        selections = [self._selection(number, self._theme) for number in self._marked]
        words = _words(self.toPlainText(), self._theme) if self._is_python else []
        for line, begin, end, color, bold in words:
            selections.append(_word(self, line, begin, end, color, bold=bold))
        self.setExtraSelections(selections)

    def _selection(self, line: int, theme: Theme) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        selection.format.setBackground(QColor(theme.accent_soft))
        selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        selection.cursor = QTextCursor(self.document().findBlockByNumber(line))
        return selection


def _word(
    text: QPlainTextEdit, line: int, begin: int, end: int, color: str, *, bold: bool
) -> QTextEdit.ExtraSelection:
    selection = QTextEdit.ExtraSelection()
    selection.format = QTextCharFormat()
    selection.format.setForeground(QColor(color))
    if bold:
        selection.format.setFontWeight(QFont.Weight.DemiBold)
    cursor = QTextCursor(text.document().findBlockByNumber(line))
    cursor.movePosition(QTextCursor.MoveOperation.Right, n=begin)
    cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, end - begin)
    selection.cursor = cursor
    return selection


def _words(text: str, theme: Theme) -> list[tuple[int, int, int, str, bool]]:
    """Find keywords, strings and comments: line, from, to, colour, and whether it is bold."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(text + "\n").readline):
        (line, begin), (last, end) = token.start, token.end
        if line != last:
            continue
        if token.type == tokenize.NAME and keyword.iskeyword(token.string):
            found.append((line - 1, begin, end, theme.accent, True))
        elif token.type == tokenize.STRING:
            found.append((line - 1, begin, end, theme.good, False))
        elif token.type == tokenize.COMMENT:
            found.append((line - 1, begin, end, theme.muted, False))
    return found
