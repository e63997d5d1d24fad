"""Which share of the cells is found on made sheets, and how long reading takes: ``make sheet-cells COUNT=3``."""

import argparse
import time
from collections.abc import Callable

import numpy as np
from helpers.made_sheets import MadeSheet, SheetPlan, hand_of_pictures, make_sheet, photographed, scanned

from model import load_network
from model.errors import DataFormatError
from model.readers.npz_files import load_npz
from model.sheets.flat_paper import flatten
from model.sheets.layout import Layout
from model.sheets.sheet_reading import read_sheet
from model.sheets.table_finding import find_table
from resources import BUNDLED_DIGITS, DEFAULT_MODEL

STATION = SheetPlan(45, 25, (100, 52), "blocks", (2, 3), 1, 0.2, marks=0.15, header=True, side=True, rule=1.5)
PLANS = {
    "grid": [SheetPlan(), SheetPlan(cell=(160, 90), digits=(1, 3)), SheetPlan(4, 3, (200, 160), digits=(1, 2))],
    "thick rules": [SheetPlan(20, 8, (90, 50), rule=5, darkness=0.9)],
    "faint rules": [SheetPlan(rule=1, darkness=0.2, cell=(90, 45))],
    "broken rules": [SheetPlan(style="broken", darkness=0.3, rule=1, crossed=0.05, dash=0.1)],
    "double rules, titles": [SheetPlan(style="double", header=True)],
    "31 days, titles": [SheetPlan(31, 4, (150, 48), side=True, header=True)],
    "boxes": [SheetPlan(kind="boxes", digits=(4, 4), header=True)],
    "vertical rules only": [
        SheetPlan(14, kind="columns"),
        SheetPlan(30, 10, (100, 52), "columns", (2, 3), marks=0.1),
    ],
    "several lines a block": [SheetPlan(15, 6, (90, 40), "blocks", (2, 3), 1, 0.2)],
    "station sheet, 45 × 25": [STATION],
    "unruled": [
        SheetPlan(kind="unruled", digits=(1, 3), cell=(140, 56)),
        SheetPlan(20, 6, (120, 60), "unruled", (2, 3)),
    ],
}


def share_found(sheet: MadeSheet, layout: Layout, parts: int) -> float:
    """Return which share of the cells, or of their parts, has a found cell with nearly the same middle."""
    shares = (np.arange(parts) + 0.5)[:, np.newaxis] / parts
    upper, lower = sheet.corners[:, :, :2], sheet.corners[:, :, [3, 2]]
    sides = [side[:, :, [0]] * (1 - shares) + side[:, :, [1]] * shares for side in (upper, lower)]
    wanted = ((sides[0] + sides[1]) / 2).reshape(-1, 2)
    cells = [layout.corners(row, column) for row in range(layout.rows) for column in range(layout.columns)]
    found = np.array([cell.mean(axis=0) for cell in cells])
    near = np.abs(wanted[:, np.newaxis] - found) < 0.25 * np.ptp(sheet.corners[0, 0], axis=0) / (parts, 1)
    return float(near.all(axis=2).any(axis=1).mean())


def measure(plan: SheetPlan, take: Callable[..., MadeSheet], rng: np.random.Generator) -> tuple[float, float]:
    """Return the share that is found on a sheet, and the seconds that it takes."""
    known = load_npz(BUNDLED_DIGITS)
    sheet = take(make_sheet(plan, hand_of_pictures(known.images, known.labels), rng), rng)
    gray = np.asarray(sheet.picture)
    begin = time.process_time()
    try:
        paper = flatten(gray)
        layout = find_table(paper).layout(paper, sheet.picture.size)
    except DataFormatError:
        return 0.0, time.process_time() - begin
    seconds = time.process_time() - begin
    return share_found(sheet, layout, plan.digits[1] if plan.kind == "boxes" else 1), seconds


def print_reading_times() -> None:
    """Print how long a whole sheet takes, from the picture to its texts, by the clock and of all processors."""
    known, rng = load_npz(BUNDLED_DIGITS), np.random.default_rng(3)
    hand = hand_of_pictures(known.images, known.labels)
    for plan in (SheetPlan(10, 10), STATION):
        sheet = scanned(make_sheet(plan, hand, rng), rng)
        network, gray = load_network(DEFAULT_MODEL), np.asarray(sheet.picture.convert("L"))
        clock, processors = time.perf_counter(), time.process_time()
        read = read_sheet(network, gray)
        clock, processors = time.perf_counter() - clock, time.process_time() - processors
        cells = read.layout.rows * read.layout.columns
        print(f"{cells} cells are read in {clock:.1f} s, which take {processors:.1f} s of processors")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3, help="sheets of each plan (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=20)
    options = parser.parse_args()
    print("| kind | scanned | photographed | seconds |")
    print("| --- | --- | --- | --- |")
    for kind, plans in PLANS.items():
        outcomes = [
            [
                measure(plan, take, np.random.default_rng([options.seed, number, place]))
                for place, plan in enumerate(plans)
                for number in range(options.count)
            ]
            for take in (scanned, photographed)
        ]
        shares = [f"{np.mean([share for share, _ in part]):.1%}" for part in outcomes]
        seconds = np.mean([second for part in outcomes for _, second in part])
        print(f"| {kind} | {shares[0]} | {shares[1]} | {seconds:.2f} |", flush=True)
    print()
    print_reading_times()


if __name__ == "__main__":
    main()
