"""What Teach brings on sheets: ``python -m benchmarks.sheets PEN_FILE --teach``.

Of each writer, who wrote nothing that the network learned from, one sheet of 60 cells is decided cell by cell, as
a person would do it; a copy of the network learns these cells, and the writer's other sheets are read before and
after.
"""

import time
from collections.abc import Generator
from typing import TypeVar

import numpy as np
from helpers.made_sheets import Hand, MadeSheet, SheetPlan, make_sheet, photographed, scanned

from model import Network
from model.handwriting.segmentation import Reader
from model.readers.sources import BUNDLED, open_data
from model.sheets.cell_digits import as_dataset, digits_of_sheet
from model.sheets.sheet_reading import read_sheet
from model.training.teaching_report import TeachingReport, teach_and_report

Answer = TypeVar("Answer")

PLAN = SheetPlan(cell=(150, 80), rows=12)
KEYS = "right", "silent", "doubt"


def print_teaching(network: Network, hands: dict[int, list[Hand]], sheets: int) -> None:
    """Print a row for each writer, and one for all."""
    print("| writer | decided | digits | held out: misread | the rest | right | silent | doubt | s |")
    sums = np.zeros((2, 3))
    count = 0
    for writer, pens in hands.items():
        first, *others = _sheets(writer, pens, 1 + sheets)
        begun = time.process_time()
        taught, report, digits = _taught(network, first)
        seconds = time.process_time() - begun
        figures = np.array([_figures(one, others) for one in (network, taught)])
        cells = sum(len(row) for sheet in others for row in sheet.texts)
        before, after = report.hand_before.errors, report.hand_after.errors
        print(
            f"| {writer:>6} | {PLAN.rows * PLAN.columns:>7} | {digits:>6} |"
            f" {before:>2}, then {after:>2} of {report.hand_after.count:>3} | {cells:>8} |"
            f" {_change(figures[:, 0] / cells)} | {_change(figures[:, 1] / cells)} |"
            f" {_change(figures[:, 2] / cells)} | {seconds:4.1f} |",
            flush=True,
        )
        sums, count = sums + figures, count + cells
    told = " | ".join(f"{name} {_change(sums[:, at] / count)}" for at, name in enumerate(KEYS))
    print(f"all {count} cells: {told}")


def _sheets(writer: int, pens: list[Hand], count: int) -> list[MadeSheet]:
    """Make sheets by one writer with one pen, scanned and photographed in turn."""
    sheets = []
    for number in range(count):
        rng = np.random.default_rng(1000 * number + writer)
        sheet = make_sheet(PLAN, pens[writer % len(pens)], rng)
        sheets.append((photographed if number % 2 else scanned)(sheet, rng))
    return sheets


def _taught(network: Network, sheet: MadeSheet) -> tuple[Network, TeachingReport, int]:
    """Teach the cells of a sheet."""
    gray = np.asarray(sheet.picture.convert("L"))
    layout = read_sheet(network, gray).layout
    decided = {(row, column): text for row, line in enumerate(sheet.texts) for column, text in enumerate(line)}
    digits = as_dataset(digits_of_sheet(network, gray, layout, decided), "sheet", "")
    taught, report = _last(teach_and_report(network, digits, open_data(BUNDLED)))
    return taught, report, len(digits)


def _last(steps: Generator[object, None, Answer]) -> Answer:
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def _figures(network: Reader, sheets: list[MadeSheet]) -> tuple[int, int, int]:
    """Count the cells that are right, silently wrong, and doubtful; cells that are not found are none of these."""
    right = silent = doubtful = 0
    for sheet in sheets:
        read = read_sheet(network, np.asarray(sheet.picture.convert("L")))
        if (read.layout.rows, read.layout.columns) != (PLAN.rows, PLAN.columns):
            continue
        for texts, cells in zip(sheet.texts, read.cells, strict=True):
            for text, cell in zip(texts, cells, strict=True):
                right += cell.text == text
                silent += cell.text != text and not cell.is_doubtful
                doubtful += cell.is_doubtful
    return right, silent, doubtful


def _change(shares: np.ndarray) -> str:
    return f"{shares[0]:6.2%} to {shares[1]:6.2%}"
