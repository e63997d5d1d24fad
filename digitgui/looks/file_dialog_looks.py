"""Qt's own file dialog, where the desktop has none, in the icons of the rest."""

from PySide6.QtCore import QFileInfo
from PySide6.QtGui import QAbstractFileIconProvider, QIcon
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QToolButton

from digitgui.looks.theme import Theme, icon

__all__ = ["dress_file_dialog"]

BUTTONS = {
    "backButton": "back",
    "forwardButton": "forward",
    "toParentButton": "up",
    "newFolderButton": "new-folder",
    "listModeButton": "list",
    "detailModeButton": "details",
}
"""Icons by the names that Qt gives the buttons."""


class _FileIcons(QAbstractFileIconProvider):
    """Tells folders, files and drives apart."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._folder, self._file, self._drive = (icon(name, theme.muted) for name in ("folder", "file", "disk"))

    def icon(self, which: QAbstractFileIconProvider.IconType | QFileInfo) -> QIcon:
        """Return the icon of a kind of place, or of one that is there."""
        kinds = QAbstractFileIconProvider.IconType
        if isinstance(which, QFileInfo):
            return self._folder if which.isDir() else self._file
        return {kinds.Folder: self._folder, kinds.File: self._file}.get(which, self._drive)


def dress_file_dialog(dialog: QFileDialog, theme: Theme) -> None:
    """Give a dialog the icons of a theme; one that the desktop shows has none of these buttons."""
    for name, drawn in BUTTONS.items():
        button = dialog.findChild(QToolButton, name)
        if button is not None:
            button.setIcon(icon(drawn, theme.muted))
            button.setAccessibleName(button.toolTip())
    for box in dialog.findChildren(QDialogButtonBox):
        for answer in box.buttons():
            answer.setIcon(QIcon())  # it has one of Qt's own style, which no other button has
    if dialog.findChild(QToolButton, "backButton") is not None:
        dialog.setIconProvider(_icons_of(dialog, theme))


def _icons_of(dialog: QFileDialog, theme: Theme) -> _FileIcons:
    """Make icons that live as long as the dialog, which does not own them."""
    icons = _FileIcons(theme)
    dialog.destroyed.connect(lambda: icons)
    return icons
