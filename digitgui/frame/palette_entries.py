"""What the palette lists, and how well each of it fits what was typed."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from PySide6.QtWidgets import QAbstractButton, QCheckBox, QPushButton, QWidget

from digitgui.frame.action import Action, plain, written_keys
from digitgui.frame.actions import ACTIONS
from digitgui.frame.menus import Menus
from digitgui.frame.page_list import PAGES
from digitgui.frame.window_parts import WindowParts
from digitgui.runs.run_wording import names_apart
from digitgui.widgets.building import capitalised

__all__ = ["Entry", "best_first", "entries_of", "more_of"]


TITLES = {one.title for one in ACTIONS if isinstance(one, Action)}

MOST = 200
"""So many entries are listed."""
FEW, SHORTEST = 8, 3
"""The same, where none has all words; and letters of a word that is looked for there."""
GLOSSARY, RUN, SHEET = "Glossary", "Run", "Sheet"
IN_SENTENCE = (6, 0, 0, 0, 0)
"""How well fits what has all that was typed in its sentence alone, as the beginnings of words."""
SAY_NOTHING = {"a", "an", "the"}
"""Words that people type, and that tell nothing apart."""


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
    """List all that is in the menus."""
    return list(_of_menus(window))


def more_of(window: WindowParts) -> list[Entry]:
    """List what is found only by typing, since it is much: what is on the built pages, runs, sheets, and words."""
    return [*_on_pages(window), *_runs(window), *_sheets(window), *_terms(window)]


def best_first(entries: Iterable[Entry], typed: str) -> list[Entry]:
    """Return what fits; all of it, as it was, where nothing is typed.

    Words may come in any order, and be parts of words; a single one may be initials. What has them in its name
    comes before what has them in its place or its sentence. Words of the glossary come after all that can be done.
    Where nothing has all words, what has most of them is the nearest.
    """
    words = typed.casefold().split()
    words = [word for word in words if word not in SAY_NOTHING] or words
    if not words:
        return list(entries)
    entries = list(entries)
    fits = [(rank, entry) for entry in entries if (rank := _rank(entry, words)) is not None]
    if not fits:
        return _nearest(entries, [word for word in words if len(word) >= SHORTEST])
    best = [entry for _, entry in sorted(fits, key=lambda found: found[0])]  # in their order where they fit alike
    left = len(best) - MOST
    if left > 0:  # a list of thousands takes Qt its time, and is too long to read
        best[MOST:] = [Entry(f"… {left:,} more", "", "Type more of the name.", lambda: None, why_not="Type more")]
    return best


def _nearest(entries: list[Entry], words: list[str]) -> list[Entry]:
    """Return what has the most of several words, and those in its name first."""
    counts = []
    for entry in entries:
        text, all_of_it = (f" {part.casefold()}" for part in (entry.text, f"{entry.text} {entry.about}"))
        counts.append([sum(f" {word}" in part for word in words) for part in (all_of_it, text)])
    most = max((count for count, _ in counts), default=0)
    if len(words) < 2 or not most:
        return []
    found = [
        (-named, entry.where == GLOSSARY, place)
        for place, (entry, (count, named)) in enumerate(zip(entries, counts, strict=True))
        if count == most
    ]
    return [entries[place] for *_, place in sorted(found)[:FEW]]


def _rank(entry: Entry, words: list[str]) -> tuple[tuple[int, ...], int, tuple[int, ...]] | None:
    """Say where an entry stands, the least first; None if it does not fit."""
    fit = _fit(entry, words)
    if fit is None:
        return None
    if entry.where == GLOSSARY:  # to do something is wanted more often than to know its name
        return max(fit, IN_SENTENCE), 1, fit
    return fit, 2 if entry.where in (RUN, SHEET) else 0, fit


def _fit(entry: Entry, words: list[str]) -> tuple[int, ...] | None:
    """Say how well an entry fits, the least best; None if it does not."""
    text, where = f" {entry.text.casefold()}", f" {entry.where.casefold()}"
    if " ".join(["", *words]) in text:
        return (int(not text.startswith(" ".join(["", *words]))),)
    if len(words) > 1 and " ".join(["", *words]) in where:  # its menu is called so
        return (2,)
    if all(f" {word}" in text for word in words):
        return (3,)
    if len(words) == 1 and len(words[0]) > 1 and _initials(text).startswith(words[0]):
        return (4,)
    return _loose_fit(text, f"{where} {entry.about.casefold()}", words)


def _loose_fit(text: str, aside: str, words: list[str]) -> tuple[int, ...] | None:
    """Say the same where some of the words are only parts, or stand beside the name."""
    if not all(word in text or word in aside for word in words):
        return None
    if all(word in text for word in words):
        return (5,)
    places = [text.find(f" {word}") for word in words]  # in the name, where a word of it begins so
    begun = [place for place in places if place >= 0]
    elsewhere = sum(f" {word}" not in aside for word, place in zip(words, places, strict=True) if place < 0)
    return 6, -len(begun), elsewhere, int(begun != sorted(begun)), min(begun, default=0)


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
                yield Entry(text.rstrip("…"), f"{where} › {one.title}", one.about, choose)


def _trigger(window: WindowParts, name: str) -> None:
    """Do what the menu does."""
    menus = window.findChild(Menus)
    assert isinstance(menus, Menus)
    menus.trigger(name)


def _on_pages(window: WindowParts) -> Iterator[Entry]:
    """List the tabs, switches and buttons of pages, and what else their keys do."""
    pages = window.ways.pages
    for page in filter(lambda page: pages.is_built(page.name), PAGES):
        where, built = f"{page.title} page", pages.page(page.name)
        for one in built.findChildren(QAbstractButton):
            if _is_own(one, built):
                about = f"{one.accessibleDescription().rstrip('.')}."
                is_on = one.isChecked() if isinstance(one, QCheckBox) else None
                why_not = "" if one.isEnabled() else f"Not possible now on the {page.title} page"
                run = partial(_press, window, page.name, one)
                yield Entry(plain(one.text()), where, about, run, is_on=is_on, why_not=why_not)
        for text, keys in page.kind.keys:
            about = f"On the {page.title} page: {keys}."
            yield Entry(text, where, about, partial(window.show_page, page.name), capitalised(keys))


def _is_own(what: QAbstractButton, page: QWidget) -> bool:
    """Whether a button has a name, can be found on its page, and does what no action of the menus does."""
    is_named = len(what.text()) > 1 and what.accessibleDescription()
    if what.property("tab"):  # which may have to wait until there is something to show
        return bool(is_named)
    is_choice = what.isCheckable() and not isinstance(what, QCheckBox)
    has_menu = isinstance(what, QPushButton) and what.menu() is not None
    is_action = what.property("does") or plain(what.text()) in TITLES
    return bool(is_named and what.isVisibleTo(page) and not (is_choice or has_menu or is_action))


def _press(window: WindowParts, page: str, what: QAbstractButton) -> None:
    window.show_page(page)
    what.setFocus()
    what.click()


def _runs(window: WindowParts) -> Iterator[Entry]:
    records = window.session.runs.records
    names = names_apart(records)
    for record in reversed(records):
        yield Entry(
            names[record.id], RUN, "Open this run on the Runs page.", partial(_show_run, window, record.id)
        )


def _show_run(window: WindowParts, run: str) -> None:
    window.show_page("runs")
    window.runs_page.select([run])


def _sheets(window: WindowParts) -> Iterator[Entry]:
    for index, sheet in enumerate(window.session.sheets.sheets):
        yield Entry(sheet.name, SHEET, "Open this sheet on the Sheets page.", partial(_show_sheet, window, index))


def _show_sheet(window: WindowParts, index: int) -> None:
    window.show_page("sheets")
    window.session.sheet_review.choose_sheet(index)


def _terms(window: WindowParts) -> Iterator[Entry]:
    from digitgui.frame.glossary_terms import TERMS  # noqa: PLC0415  wanted by few

    for term in TERMS:
        yield Entry(term.name, GLOSSARY, term.text, partial(window.word_wanted.emit, term.name))
