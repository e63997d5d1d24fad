"""What all widgets that paint themselves have in common: the colours of the theme."""

from PySide6.QtWidgets import QWidget

from digitgui.looks.theme import LIGHT, Theme


class Painted(QWidget):
    """Paints itself anew where the theme becomes another."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()
