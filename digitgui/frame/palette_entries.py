"""What the palette lists, and how well each of it fits what was typed."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from digitgui.frame.action import Action, plain, written_keys
from digitgui.frame.actions import ACTIONS
from digitgui.frame.page_list import PAGES
from digitgui.frame.window_parts import WindowParts
from digitgui.widgets.building import capitalised

__all__ = ["Entry", "best_first", "entries_of", "kept_of"]


class Entry(NamedTuple):
    """One line of the palette.

    Attributes
    ----------
    text, where, about : str
        What the user reads: its name, the menu or the page that it is in, and what it does, in a sentence.
    run : callable
        Does it.
    keys : str
        Its keys, as they are written.
    is_on : bool or None
        Whether it is on; None where it is no switch.
    why_not : str
        Why it cannot be done now; nothing if it can be.
    """

    text: str
    where: str
    about: str
    run: Callable[[], object]
    keys: str = ""
    is_on: bool | None = None
    why_not: str = ""


def entries_of(window: WindowParts) -> list[Entry]:
    """List what can be done: all that is in the menus, and the tabs and keys of pages that are built."""
    return [*_of_menus(window), *_tabs(window), *_keys(window)]


def kept_of(window: WindowParts) -> list[Entry]:
    """List what the user has made, which may be much: runs and sheets."""
    return [*_runs(window), *_sheets(window)]


def best_first(entries: Iterable[Entry], typed: str) -> list[Entry]:
    """Return what fits; all of it, as it was, where nothing is typed.

    Words may come in any order, and be parts of words; a single one may be initials.
    """
    words = typed.casefold().split()
    if not words:
        return list(entries)
    fits = [(fit, entry) for entry in entries if (fit := _fit(entry, words)) is not None]
    return [entry for _, entry in sorted(fits, key=lambda found: found[0])]  # in their order where they fit alike


def _fit(entry: Entry, words: list[str]) -> int | None:
    """Say how well an entry fits, 0 best; None if it does not."""
    text = f" {entry.text.casefold()}"
    if all(word in text for word in words):
        place = text.find(" " + " ".join(words))
        if place >= 0:
            return min(place, 1)
        return 2 if all(f" {word}" in text for word in words) else 4
    if len(words) == 1 and len(words[0]) > 1 and _initials(text).startswith(words[0]):
        return 3
    whole = f"{text} {entry.where} {entry.about}".casefold()
    return 5 if all(word in whole for word in words) else None


def _initials(text: str) -> str:
    return "".join([word[0] for word in text.split()])


def _of_menus(window: WindowParts) -> Iterator[Entry]:
    for one in ACTIONS:
        where = plain(one.menu).replace("/", " › ")
        if isinstance(one, Action):
            text = plain(one.now(window)) if one.now else one.title
            is_on = one.is_on(window) if one.is_on else None
            run = partial(_trigger, window, one.name)
            yield Entry(text, where, one.about, run, written_keys(one.keys), is_on, one.reason(window))
        else:
            for text, choose in one.entries(window):
                yield Entry(text, f"{where} › {one.title}", one.about, choose)


def _trigger(window: WindowParts, name: str) -> None:
    """Do what the menu does."""
    action = window.findChild(QAction, name)
    assert isinstance(action, QAction)
    action.trigger()


def _tabs(window: WindowParts) -> Iterator[Entry]:
    pages = window.ways.pages
    for entry in filter(lambda page: pages.is_built(page.name), PAGES):
        for tab in pages.page(entry.name).findChildren(QPushButton):
            if tab.property("tab"):
                about = f"{plain(tab.accessibleDescription())}."
                yield Entry(tab.text(), f"{entry.title} page", about, partial(_show_tab, window, entry.name, tab))


def _show_tab(window: WindowParts, page: str, tab: QPushButton) -> None:
    window.show_page(page)
    tab.click()


def _keys(window: WindowParts) -> Iterator[Entry]:
    pages = window.ways.pages
    for entry in filter(lambda page: pages.is_built(page.name), PAGES):
        for text, keys in entry.kind.keys:
            about = f"On the {entry.title} page: {keys}."
            run = partial(window.show_page, entry.name)
            yield Entry(text, f"{entry.title} page", about, run, capitalised(keys))


def _runs(window: WindowParts) -> Iterator[Entry]:
    for record in reversed(window.session.runs.records):
        yield Entry(record.name, "Run", "Show this run on the Runs page.", partial(_show_run, window, record.id))


def _show_run(window: WindowParts, run: str) -> None:
    window.show_page("runs")
    window.runs_page.select([run])


def _sheets(window: WindowParts) -> Iterator[Entry]:
    for index, sheet in enumerate(window.session.sheets.sheets):
        yield Entry(
            sheet.name, "Sheet", "Show this sheet on the Sheets page.", partial(_show_sheet, window, index)
        )


def _show_sheet(window: WindowParts, index: int) -> None:
    window.show_page("sheets")
    window.session.sheet_review.choose_sheet(index)
