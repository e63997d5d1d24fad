"""Texts in the cells of a spreadsheet, which computes what looks like a formula."""

import re

__all__ = ["BEGINS_A_FORMULA", "in_a_cell"]

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet computes what begins so."""
NUMBER = re.compile(r"-?(?:[\d,]*\.?\d*|\d+\.?\d*e[+-]?\d+)(?: ?%)?")
"""What may begin with a minus: a file from elsewhere may hold anything else."""


def in_a_cell(text: str) -> str:
    """Keep a text in one line, and let a spreadsheet take for text what it would compute, and is no number."""
    is_formula = len(text) > 1 and text.startswith(BEGINS_A_FORMULA) and not NUMBER.fullmatch(text)
    return re.sub(r"[\r\n\t]", " ", f"'{text}" if is_formula else text)
