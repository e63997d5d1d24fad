"""What all widgets that paint themselves have in common: the colours of the theme, and the room that there is."""

from PySide6.QtWidgets import QWidget

from digitgui.looks.theme import LIGHT, Theme
from digitgui.widgets.accessible_roles import Role


class Painted(QWidget):
    """Paints itself anew where the theme becomes another, or text and room have another size."""

    accessible_role = Role.Graphic

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self._room = 1.0

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_room(self, room: float) -> None:
        """Ask for as much as this room, and the text as large as it is now, want."""
        self._room = room
        self.updateGeometry()
        self.update()
