"""What checks bring on sheets: ``python -m benchmarks.sheet_checks PEN_FILE``.

Each writer, who wrote nothing that the network learned from, writes sheets whose last column and row are sums.
They are read, and then the checks say so: which cells are right, silently wrong, and doubtful, before and after.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from benchmarks.sheets import PENS, WRITERS, hand_of_strokes
from helpers.made_sheets import Hand, MadeSheet, SheetPlan, make_sheet, photographed, scanned
from threadpoolctl import threadpool_limits

import resources
from model import load_network
from model.handwriting.segmentation import Reader
from model.handwriting.strokes import load_digit_strokes
from model.sheets.column_forms import ColumnForm
from model.sheets.form_choice import fit_cells
from model.sheets.sheet_reading import read_sheet

PLAN = SheetPlan(cell=(150, 80), rows=12)
LAST = PLAN.columns - 1
CHECKS = dict.fromkeys(range(LAST), ColumnForm(after=0, last_row="sum")) | {
    LAST: ColumnForm(after=0, sum_of=tuple(range(LAST)), last_row="sum")
}


def sheets_with_sums(writer: int, pens: list[Hand], count: int) -> Iterator[MadeSheet]:
    """Make sheets by one writer with each of their pens in turn, scanned and photographed."""
    for number in range(count):
        rng = np.random.default_rng(1000 * number + writer)
        numbers = rng.integers(1, 300, (PLAN.rows - 1, LAST))
        numbers = np.vstack([numbers, numbers.sum(axis=0)])
        table = [[str(number) for number in (*row, row.sum())] for row in numbers]
        sheet = make_sheet(PLAN, pens[(number + writer) % len(pens)], rng, table)
        yield (photographed if number % 2 else scanned)(sheet, rng)


def figures(network: Reader, sheets: Iterator[MadeSheet]) -> tuple[int, np.ndarray]:
    """Count cells; and those that are right, silently wrong and doubtful, without checks and with them."""
    cells, counts = 0, np.zeros((2, 3))
    for sheet in sheets:
        read = read_sheet(network, np.asarray(sheet.picture.convert("L")))
        if (read.layout.rows, read.layout.columns) != (PLAN.rows, PLAN.columns):
            continue
        chosen = fit_cells(read.cells, CHECKS).chosen
        for row, texts in enumerate(sheet.texts):
            for column, text in enumerate(texts):
                cell = read.cells[row][column]
                cells += 1
                for at, one in enumerate((cell, chosen.get((row, column), cell))):
                    is_right = one.text == text
                    counts[at] += is_right, not is_right and not one.is_doubtful, one.is_doubtful
    return cells, counts


def main() -> int:
    """Print a row for each writer, and one for all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pen", metavar="PEN_FILE", type=Path)
    parser.add_argument("--each", type=int, default=2, help="sheets by each writer; default: 2")
    options = parser.parse_args()
    network, strokes = load_network(resources.DEFAULT_MODEL), load_digit_strokes(options.pen)
    print("| writer | cells | right | silently wrong | in doubt |")
    whole, sums = 0, np.zeros((2, 3))
    with threadpool_limits(1):
        for writer in WRITERS:
            pens = [hand_of_strokes(strokes, writer, pen) for pen in PENS]
            cells, counts = figures(network, sheets_with_sums(writer, pens, options.each))
            whole, sums = whole + cells, sums + counts
            print(_row(str(writer), cells, counts), flush=True)
    print(_row("all", whole, sums))
    return 0


def _row(name: str, cells: int, counts: np.ndarray) -> str:
    told = [f"{before:6.2%} to {after:6.2%}" for before, after in (counts / max(1, cells)).T]
    return f"| {name:>6} | {cells:>5} | {' | '.join(told)} |"


if __name__ == "__main__":
    sys.exit(main())
