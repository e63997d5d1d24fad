"""Texts in the cells of a spreadsheet, which computes what looks like a formula."""

import csv
import io
import re
from collections.abc import Sequence

__all__ = ["BEGINS_A_FORMULA", "as_csv", "as_tabs", "in_a_cell"]

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet computes what begins so."""
NUMBER = re.compile(r"-?(?:[\d,]*\.?\d*|\d+\.?\d*e[+-]?\d+)(?: ?%)?")
"""What may begin with a minus: a file from elsewhere may hold anything else."""


def in_a_cell(text: str) -> str:
    """Keep a text in one line, and let a spreadsheet take for text what it would compute, and is no number."""
    is_formula = len(text) > 1 and text.startswith(BEGINS_A_FORMULA) and not NUMBER.fullmatch(text)
    return re.sub(r"[\r\n\t]", " ", f"'{text}" if is_formula else text)


def as_csv(rows: Sequence[Sequence[str]]) -> str:
    """Write a table with commas, a row on a line."""
    return _written(rows, ",")


def as_tabs(rows: Sequence[Sequence[str]]) -> str:
    """Write a table with tabs, as spreadsheets take it from the clipboard."""
    return _written(rows, "\t")


def _written(rows: Sequence[Sequence[str]], separator: str) -> str:
    stream = io.StringIO()
    safe = ([in_a_cell(text) for text in row] for row in rows)
    csv.writer(stream, delimiter=separator, lineterminator="\n").writerows(safe)
    return stream.getvalue()
