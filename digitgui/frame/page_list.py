"""The pages of the window, each declared once, in the order of the rail."""

from dataclasses import dataclass
from importlib import import_module

from digitgui.pages.page import Page
from digitgui.settings import Settings

__all__ = ["PAGES", "PageEntry", "remember_page", "remembered_page"]

SETTING = "window/page"
NUMBERED = ("draw", "data", "train", "hand", "evaluate", "runs")
"""Version 0.1.0 remembered a page by its number."""


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page, as rail, menus, shortcuts, help and settings know it.

    Attributes
    ----------
    name : str
        Identifies it.
    menu_title : str
        With the mark of its letter in the menu.
    icon : str
        Name of a file among the icons.
    roomy_from : int or None
        Pixels of width of the window, where text has 100 %, from which on the drawing stands beside it; None
        where it has a large canvas.
    about : str
        What one does there, in one sentence.
    place : str
        Where the class of the page is, which is imported when it is first wanted: the window opens sooner.
    """

    name: str
    menu_title: str
    icon: str
    roomy_from: int | None
    about: str
    place: str

    @property
    def title(self) -> str:
        """What the user reads."""
        return self.menu_title.replace("&", "")

    @property
    def has_canvas(self) -> bool:
        """Whether one draws on it."""
        return self.roomy_from is None

    @property
    def kind(self) -> type[Page]:
        """What is built."""
        kind: type[Page] = getattr(import_module(self.module), self.place.rpartition(".")[2])
        return kind

    @property
    def module(self) -> str:
        """The module that the class is in."""
        return self.place.rpartition(".")[0]

    @property
    def key(self) -> str:
        """Its shortcut, by its place in the rail."""
        return f"Ctrl+{PAGES.index(self) + 1}"


PAGES = (
    PageEntry(
        "draw",
        "&Draw",
        "draw",
        None,
        "Draw a digit, and see what the network makes of it.",
        "digitgui.pages.draw.draw_page.DrawPage",
    ),
    PageEntry(
        "inspect",
        "&Inspect",
        "inspect",
        1000,
        "Look at every number inside the network, and ask why it answers as it does.",
        "digitgui.pages.inspect.inspect_page.InspectPage",
    ),
    PageEntry(
        "sheets",
        "Sh&eets",
        "sheets",
        1600,
        "Read scanned tables of handwritten numbers.",
        "digitgui.pages.sheets.sheets_page.SheetsPage",
    ),
    PageEntry(
        "hand",
        "My &hand",
        "hand",
        None,
        "Write digits of your own, and teach the network your hand.",
        "digitgui.pages.hand.my_hand_page.MyHandPage",
    ),
    PageEntry(
        "data",
        "D&ata",
        "data",
        1200,
        "Browse the pictures, correct their labels, and see how they are augmented.",
        "digitgui.pages.data.data_page.DataPage",
    ),
    PageEntry(
        "train",
        "T&rain",
        "train",
        1000,
        "Choose settings, train a network, and watch it learn.",
        "digitgui.pages.train.train_page.TrainPage",
    ),
    PageEntry(
        "evaluate",
        "E&valuate",
        "evaluate",
        1200,
        "See how good the network is on the test pictures and where it is wrong, and compare two networks.",
        "digitgui.pages.evaluate.evaluate_page.EvaluatePage",
    ),
    PageEntry(
        "runs",
        "R&uns",
        "runs",
        1600,
        "Compare all trainings so far, open the network of one, or go on from it.",
        "digitgui.pages.runs.runs_page.RunsPage",
    ),
)


def remember_page(settings: Settings, name: str) -> None:
    """Let the window open with this page the next time."""
    settings.set(SETTING, name)


def remembered_page(settings: Settings) -> str:
    """Return the page that was shown last; the first one if none is known."""
    found = settings.text(SETTING)
    if found in map(str, range(len(NUMBERED))):
        found = NUMBERED[int(found)]
    names = [page.name for page in PAGES]
    return found if found in names else names[0]
