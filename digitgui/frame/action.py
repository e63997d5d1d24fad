"""What can be done in the window, as menus, keys, help, tooltips and the palette know it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

from digitgui.frame.page_list import PAGES
from digitgui.frame.window_parts import WindowParts

__all__ = ["Action", "Choices", "plain", "written_keys"]


def never(_window: WindowParts) -> str:
    """Let nothing prevent an action."""
    return ""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done.

    Attributes
    ----------
    name : str
        Identifies it. A button on a page that does the same has it as its property ``does``.
    menu : str
        Where it is in the menu bar, such as ``&View/&Theme``.
    text : str
        With the mark of its letter in the menu.
    about : str
        What it does, in one sentence.
    run : callable
        Does it, given the window.
    keys : str
        Its shortcuts, with a space between them.
    why_not : callable
        Tells, given the window, why it cannot be done now; nothing if it can be.
    is_on : callable, optional
        Tells, given the window, whether it is on; only switches have this.
    now : callable, optional
        Tells its text as things stand, where that changes.
    page : str
        The name of the page on which alone it can be done; nothing if it can be done on all.
    line : bool
        Whether a line in the menu parts it from what is above.
    """

    name: str
    menu: str
    text: str
    about: str
    run: Callable[[WindowParts], object]
    keys: str = ""
    why_not: Callable[[WindowParts], str] = never
    is_on: Callable[[WindowParts], bool] | None = None
    now: Callable[[WindowParts], str] | None = None
    page: str = ""
    line: bool = False

    @property
    def title(self) -> str:
        """What the user reads, without marks."""
        return plain(self.text)

    def reason(self, window: WindowParts) -> str:
        """Say why it cannot be done now; nothing if it can be."""
        if self.page and window.ways.pages.current.name != self.page:
            (title,) = (page.title for page in PAGES if page.name == self.page)
            return f"Only on the {title} page"
        return self.why_not(window)


@dataclass(frozen=True, slots=True)
class Choices:
    """Things that come and go, and what each does when it is chosen, such as recent files.

    Attributes
    ----------
    menu, text, about, line : str, str, str, bool
        As of an action. Without a menu, they are in the palette alone.
    entries : callable
        Tells the things, given the window: what the user reads, and what it does. Called whenever they are shown.
    none : str
        What the menu says where there are none.
    """

    menu: str
    text: str
    about: str
    entries: Callable[[WindowParts], Iterable[tuple[str, Callable[[], object]]]]
    none: str = ""
    line: bool = False

    @property
    def title(self) -> str:
        """What the user reads, without marks."""
        return plain(self.text)


def plain(text: str) -> str:
    """Return a text of a menu without the marks of letters."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


def written_keys(keys: str) -> str:
    """Write shortcuts as this platform does."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(key).toString(native) for key in keys.split())
