"""What came of reading several sheets, in sentences."""

from dataclasses import dataclass, field

from model.sheets.sheet_record import SheetRecord

__all__ = ["Outcome", "gone_in_words"]

MOST_NAMED = 3
"""Sheets that a sentence names."""


@dataclass(slots=True, eq=False)
class Outcome:
    """What came of reading several sheets.

    Attributes
    ----------
    again, different : int
        Sheets that were read again because a person wanted it, and cells that are read otherwise.
    placed : int
        Sheets on which the layout of another one was found.
    not_placed : list of SheetRecord
        Those on which it was not, and why.
    gone : int
        Cells that a person had decided, and that are not in that layout.
    """

    again: int = 0
    different: int = 0
    placed: int = 0
    not_placed: list[SheetRecord] = field(default_factory=list)
    gone: int = 0

    def readings_in_words(self, network: str) -> str:
        """Say how many cells are read otherwise; empty if nothing was read again."""
        if not self.again:
            return ""
        where = "the sheet" if self.again == 1 else f"{self.again:,} sheets"
        cells = {0: "no cell is", 1: "1 cell is"}.get(self.different, f"{self.different:,} cells are")
        return f"Read {where} again with {network}: {cells} read differently."

    def layout_in_words(self) -> str:
        """Say on which sheets a layout was found, and on which not; empty if it was asked for on none."""
        found, what = "", "The layout"
        if self.not_placed:
            names = ", ".join(sheet.name for sheet in self.not_placed[:MOST_NAMED])
            left = len(self.not_placed) - MOST_NAMED
            more = f" and {left:,} more" if left > 0 else ""
            why = f": {self.not_placed[0].problem}" if len(self.not_placed) == 1 else ""
            found = f"The layout is not found on {names}{more}{why}. What was found there before stays."
            what = "It"
        sheets = "1 sheet" if self.placed == 1 else f"{self.placed:,} sheets"
        used = f"{what} is used on {sheets}." if self.placed else ""
        return " ".join(filter(None, (found, used, gone_in_words(self.gone))))


def gone_in_words(count: int) -> str:
    """Say how many decisions another layout has left out; empty if none."""
    if count > 1:
        return f"{count:,} cells that you had decided are gone or read anew: Undo brings them back."
    return "1 cell that you had decided is gone or read anew: Undo brings it back." if count else ""
