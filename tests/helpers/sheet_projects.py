"""Scans with the file of a project beside them, as if they had been read, and small sheets to read."""

from pathlib import Path

import numpy as np
from PIL import Image

from helpers.made_sheets import MadeSheet, SheetPlan, hand_of_pictures, make_sheet
from model.readers.sources import BUNDLED, open_data
from model.sheets.cell_reading import CellReading
from model.sheets.layout import Layout
from model.sheets.project_files import PROJECT_NAME, save_project
from model.sheets.sheet_record import SheetRecord

__all__ = ["ROWS", "known_sheet", "small_sheet", "store_project"]

ROWS = (("12", "3", "45"), ("6", "78", "9"), ("10", "", "7"), ("5", "6", "81"))
"""What is read on the sheets of a stored project."""
DOUBTFUL = ((0, 1), (1, 2), (3, 0))
CELL = 60, 40


def small_sheet(rows: int = 4, columns: int = 3, seed: int = 1) -> MadeSheet:
    """Make a sheet that is read in a moment."""
    digits = open_data(BUNDLED)
    plan = SheetPlan(rows=rows, columns=columns, cell=(100, 56), digits=(1, 2), blank=0.0)
    return make_sheet(plan, hand_of_pictures(digits.images, digits.labels), np.random.default_rng(seed))


def known_sheet(file: Path, down: int = 1, across: int = 1) -> SheetRecord:
    """Make the record of a sheet of 4 × 3 cells with three doubtful ones, so often; the scan is even paper."""
    width, height = CELL
    rows, columns = 4 * down, 3 * across
    size = (columns + 2) * width, (rows + 2) * height
    Image.new("L", size, 240).save(file)
    y, x = np.mgrid[0 : rows + 1, 0 : columns + 1].astype(float)
    nodes = np.stack([width * (1 + x), height * (1 + y)], axis=2)
    cells = [
        [
            CellReading(text, 0.6, "60 % sure", ((f"{text}1", 0.3), ("4", 0.1)))
            if (row % 4, column % 3) in DOUBTFUL
            else CellReading(text, 0.98)
            for column, text in enumerate(across * texts)
        ]
        for row, texts in enumerate(down * ROWS)
    ]
    return SheetRecord(file, layout=Layout(nodes, size), cells=cells, read_by="default")


def store_project(folder: Path, *names: str) -> list[Path]:
    """Write scans and their project; return the scans."""
    files = [folder / name for name in names]
    save_project(folder / PROJECT_NAME, [known_sheet(file) for file in files])
    return files
