"""A text that keeps its room, in any size of text, so that nothing beside it moves when it changes."""

from collections.abc import Sequence

from PySide6.QtCore import QSize

from digitgui.widgets.building import WrappedLabel, prepare_label


class SteadyLabel(WrappedLabel):
    """A label as wide as the longest of some texts, or as high as some lines, whatever it says.

    Parameters
    ----------
    text, name : str
        As in `digitgui.widgets.building.label`.
    longest : sequence of str
        What it may say; it does not become narrower than the widest of them.
    lines : int
        It is wrapped, and does not become lower than so many lines.
    """

    def __init__(self, text: str = "", name: str = "", *, longest: Sequence[str] = (), lines: int = 0) -> None:
        self._longest, self._lines = longest, lines
        super().__init__(text)
        prepare_label(self, name, wrap=lines > 0)

    def sizeHint(self) -> QSize:
        """Ask for the room that is kept."""
        return super().sizeHint().expandedTo(self._kept())

    def minimumSizeHint(self) -> QSize:
        """Keep it where there is little."""
        return super().minimumSizeHint().expandedTo(self._kept())

    def heightForWidth(self, width: int) -> int:
        """Keep the height also where a text takes fewer lines."""
        return max(super().heightForWidth(width), self._kept().height()) if self._lines else -1

    def _kept(self) -> QSize:
        metrics = self.fontMetrics()
        width = max((metrics.horizontalAdvance(text) for text in self._longest), default=0)
        return QSize(width, self._lines * metrics.lineSpacing())
