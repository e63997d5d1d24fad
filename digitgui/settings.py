"""What the program remembers from one start to the next."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from digitgui.installation.folders import data_folder

RECENT_LENGTH = 8


class Settings:
    """The user's choices, kept in an .ini file; a broken value counts as not there.

    Parameters
    ----------
    folder : path, optional
        Where the file and the unsaved networks lie; the platform's folder for application data if not given.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or data_folder()
        self._store = QSettings(str(self.folder / "settings.ini"), QSettings.Format.IniFormat)

    def text(self, key: str, default: str = "") -> str:
        """Read a text."""
        found = self._store.value(key)
        return found if isinstance(found, str) else default

    def has(self, key: str) -> bool:
        """Tell whether there is a value, broken or not."""
        return self._store.contains(key)

    def number(self, key: str, default: float, minimum: float, maximum: float) -> float:
        """Read a number; what lies outside the limits counts as not there."""
        try:
            found = float(str(self._store.value(key)))
        except ValueError:
            return default
        return found if minimum <= found <= maximum else default

    def flag(self, key: str, default: bool) -> bool:
        """Read a yes or no."""
        return {"true": True, "false": False}.get(self.text(key), default)

    def blob(self, key: str) -> QByteArray:
        """Read bytes, such as the state of a window; empty if there are none."""
        found = self._store.value(key)
        return found if isinstance(found, QByteArray) else QByteArray()

    def set(self, key: str, value: str | float | bool | QByteArray) -> None:
        """Remember a value."""
        if isinstance(value, bool):
            value = "true" if value else "false"
        self._store.setValue(key, value if isinstance(value, str | QByteArray) else repr(value))

    def recent(self, kind: str) -> list[str]:
        """List the files of one kind that were opened last, the newest first."""
        lines = self.text(f"recent/{kind}").split("\n")
        return [line for line in lines if line]

    def add_recent(self, kind: str, path: str) -> None:
        """Put a file at the head of its list."""
        others = [line for line in self.recent(kind) if line != path]
        self.set(f"recent/{kind}", "\n".join([path, *others][:RECENT_LENGTH]))

    def forget(self, key: str) -> None:
        """Remove a value."""
        self._store.remove(key)

    def save(self) -> None:
        """Write to disk now, rather than some time later."""
        self._store.sync()  # makes the folder, and is silent where that is not allowed
