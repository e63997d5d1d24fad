"""How well sheets of numbers are read: ``python -m benchmarks.sheets PEN_FILE [--fit] [--teach]``.

Made sheets of every kind, scanned and photographed, one writer each, who wrote nothing that the network learned
from: cells found, right without review, silently wrong, in doubt, right once the doubtful are corrected, seconds
of one processor. Then how often readings of each probability are right, and what each line of doubt would bring.

``--mnist FOLDER --fit`` prints the weights of `model.sheets.certainty`, fitted on sheets with digits of MNIST's
validation part, which the network has not learned from: of what it knows, it is surer than of other hands.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from benchmarks.sheet_teaching import print_teaching
from helpers.made_sheets import Hand, MadeSheet, SheetPlan, hand_of_pictures, make_sheet, photographed, scanned
from joblib import Parallel, delayed
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

import resources
from model import load_network, open_data
from model.errors import DataFormatError
from model.handwriting.number_readings import readings_of
from model.handwriting.segmentation import Reader
from model.handwriting.strokes import StrokeSet, load_digit_strokes, paint
from model.sheets.cell_ink import ink_of_cells
from model.sheets.cell_reading import LINE_OF_DOUBT, text_of
from model.sheets.certainty import BIAS, EVIDENCE, WEIGHTS, evidence_of, unlike_their_column
from model.sheets.flat_paper import flatten
from model.sheets.sheet_reading import ReadSheet, read_sheet
from model.sheets.table_finding import find_table

Floats = npt.NDArray[np.float64]

PENS = 0.05, 0.08, 0.11, 0.14, 0.17
"""Widths, as shares of the longer side of a digit."""
WRITERS = 3, 8, 13, 18, 23, 28
"""Those who were kept out of the training of the shipped network."""
FITTED = 12
"""Sheets of each kind by which the certainty is fitted."""
PLANS = {
    "grid, small": SheetPlan(),
    "grid": SheetPlan(cell=(150, 80), rows=12),
    "grid, large": SheetPlan(cell=(260, 140), rows=8, columns=4),
    "grid, thick rules": SheetPlan(rule=4, cell=(130, 64), rows=12),
    "grid, faint rules": SheetPlan(style="broken", darkness=0.35, rule=1, cell=(130, 64), rows=12),
    "grid, decimals": SheetPlan(style="double", decimals=1, cell=(150, 80), digits=(2, 3), minus=0.1, dash=0.08),
    "grid, crossed out": SheetPlan(cell=(140, 70), crossed=0.1, header=True),
    "boxes": SheetPlan(kind="boxes", digits=(4, 4), columns=4, cell=(200, 56)),
    "columns": SheetPlan(kind="columns", rows=14, cell=(130, 64)),
    "blocks": SheetPlan(kind="blocks", rows=15, columns=6, cell=(120, 56), decimals=1, minus=0.2, digits=(2, 3)),
    "unruled": SheetPlan(kind="unruled", digits=(1, 3), cell=(150, 64)),
}
FOR, AGAINST = ("margin", "sureness"), ("strange", "touching", "parted", "reaching", "short", "unlike")
"""The evidence that speaks for a reading, and against it."""
NEAR = 0.25
"""Of its width and height, by which a cell may lie beside its place."""
LINES = 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995


def hand_of_strokes(strokes: StrokeSet, writer: int, pen: float) -> Hand:
    """Make a hand that writes as one person did."""
    own = [np.flatnonzero((strokes.writers == writer) & (strokes.labels == digit)) for digit in range(10)]

    def write(digit: int, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
        picture = paint(strokes.characters[rng.choice(own[digit])], pen * rng.uniform(0.85, 1.15))
        rows, columns = np.flatnonzero(picture.max(axis=1) > 40), np.flatnonzero(picture.max(axis=0) > 40)
        return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]

    return write


@dataclass
class Tally:
    """What became of the cells of one kind of sheet."""

    cells: int = 0
    found: int = 0
    right: int = 0
    silent: int = 0
    doubtful: int = 0
    seconds: float = 0.0
    answers: list[tuple[float, bool]] = field(default_factory=list)

    def row(self, name: str) -> str:
        """Return a row of the table."""
        shares = (self.found, self.right, self.silent, self.doubtful, self.found - self.silent)
        return (
            f"| {name:<32} | {self.cells:>6} | "
            + " | ".join(f"{share / max(1, self.cells):7.2%}" for share in shares)
            + f" | {1000 * self.seconds / max(1, self.cells):5.1f} ms |"
        )


def wanted(sheet: MadeSheet, plan: SheetPlan) -> tuple[list[list[str]], npt.NDArray[np.float64]]:
    """Return what each cell holds, and its middle: of boxes, that of each digit."""
    if plan.kind != "boxes":
        return sheet.texts, sheet.corners.mean(axis=2)
    count = plan.digits[1]
    shares = ((np.arange(count) + 0.5) / count)[:, np.newaxis]
    upper, lower = (
        sheet.corners[:, :, np.newaxis, one] * (1 - shares) + sheet.corners[:, :, np.newaxis, other] * shares
        for one, other in ((0, 1), (3, 2))
    )
    middles = ((upper + lower) / 2).reshape(plan.rows, -1, 2)
    return [[sign for text in row for sign in text.ljust(count)] for row in sheet.texts], middles


def weigh(tally: Tally, sheet: MadeSheet, plan: SheetPlan, read: ReadSheet) -> None:
    """Count what is right on a sheet."""
    texts, middles = wanted(sheet, plan)
    layout = read.layout
    cells = [(row, column) for row in range(layout.rows) for column in range(layout.columns)]
    places = np.array([layout.corners(*cell).mean(axis=0) for cell in cells])
    size = np.abs(sheet.corners[0, 0, 2] - sheet.corners[0, 0, 0]) / (
        plan.digits[1] if plan.kind == "boxes" else 1,
        1,
    )
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            tally.cells += 1
            off = np.abs(places - middles[row, column]) / size
            nearest = int(off.max(axis=1).argmin())
            if off[nearest].max() > NEAR:
                continue
            tally.found += 1
            answer = read.cells[cells[nearest][0]][cells[nearest][1]]
            is_crossed_out = plan.kind != "boxes" and (row, column) in sheet.crossed
            is_right = answer.text == text.strip() and not is_crossed_out
            tally.right += is_right or (is_crossed_out and answer.is_doubtful)
            tally.doubtful += answer.is_doubtful and not is_crossed_out
            tally.silent += not is_right and not answer.is_doubtful
            if not is_crossed_out and answer.why != "crossed out":
                tally.answers.append((answer.confidence, is_right))


def sheets_of(hands: dict[int, list[Hand]], plan: SheetPlan, each: int) -> Iterator[tuple[str, MadeSheet]]:
    """Make sheets by each writer, with each of their pens in turn."""
    for writer, pens in hands.items():
        for number in range(each):
            rng = np.random.default_rng(1000 * number + writer)
            sheet = make_sheet(plan, pens[(number + writer) % len(pens)], rng)
            yield "scanned", scanned(sheet, rng)
            yield "photographed", photographed(sheet, rng)


def measure(
    network: Reader, hands: dict[int, list[Hand]], each: int, kinds: list[str]
) -> list[tuple[float, bool]]:
    """Print the table of all kinds."""
    head = "  cells |   found |   right |  silent |   doubt | correct |   a cell"
    print(f"| {'sheets':<32} |{head} |")
    tallies: dict[str, Tally] = defaultdict(Tally)
    for kind in kinds:
        for how, sheet in sheets_of(hands, PLANS[kind], each):
            tally, begun = tallies[f"{kind}, {how}"], time.process_time()
            try:
                read = read_sheet(network, np.asarray(sheet.picture.convert("L")))
            except DataFormatError:
                tally.cells += sum(map(len, wanted(sheet, PLANS[kind])[0]))
                continue
            tally.seconds += time.process_time() - begun
            weigh(tally, sheet, PLANS[kind], read)
        for how in ("scanned", "photographed"):
            print(tallies[f"{kind}, {how}"].row(f"{kind}, {how}"), flush=True)
    ruled = Tally()
    for name, tally in tallies.items():
        if name.startswith("grid"):
            for one in ("cells", "found", "right", "silent", "doubtful", "seconds"):
                setattr(ruled, one, getattr(ruled, one) + getattr(tally, one))
    print(ruled.row("all ruled grids"))
    return [answer for tally in tallies.values() for answer in tally.answers]


def print_curve(answers: list[tuple[float, bool]]) -> None:
    """Print how often readings of each probability are right, and what each line of doubt brings."""
    confidence, right = (np.array(column, float) for column in zip(*answers, strict=True))
    print("\n| probability | cells | mean of it | right |")
    for low, high in zip((0.0, *LINES), (*LINES, 1.01), strict=True):
        here = (confidence >= low) & (confidence < high)
        if here.any():
            means = f"{confidence[here].mean():.3f} | {right[here].mean():.3f}"
            print(f"| {low:5.3f} to {min(high, 1):5.3f} | {here.sum():>6} | {means} |")
    print("\n| line of doubt | in doubt | silently wrong |")
    for line in LINES:
        silent = ((confidence >= line) & (right == 0)).mean()
        print(f"| {line:5.3f} | {(confidence < line).mean():6.2%} | {silent:6.2%} |")
    print(f"\nThe line is {LINE_OF_DOUBT}.")


Evidence = tuple[list[Floats], list[bool]]


def fit(network: Reader, hands: dict[int, list[Hand]], each: int) -> None:
    """Print weights of the evidence, and the curve of each half of the sheets by the weights of the other half."""
    kinds = [kind for kind in PLANS if kind.startswith("grid") or kind == "blocks"]
    plans = [replace(PLANS[kind], crossed=0.0, header=False) for kind in kinds]
    found = Parallel(2)(
        delayed(evidence_on)(network, sheet, plan) for plan in plans for _, sheet in sheets_of(hands, plan, each)
    )
    halves = [gathered(found[first::2]) for first in (0, 1)]
    print_curve(
        [
            answer
            for (weighed, right), other in zip(halves, halves[::-1], strict=True)
            for answer in zip(given(weighed, logistic_regression(*other)).tolist(), right > 0, strict=True)
        ]
    )
    rows, right = gathered(found)
    print(f"\n{len(rows)} numbers, {right.mean():.2%} right")
    for name, weight in zip((*EVIDENCE, "bias"), logistic_regression(rows, right), strict=True):
        print(f"{name:>10} {weight:7.3f}")


def gathered(parts: list[Evidence]) -> tuple[Floats, Floats]:
    return np.array([row for rows, _ in parts for row in rows]), np.array(
        [one for _, r in parts for one in r], float
    )


def evidence_on(network: Reader, sheet: MadeSheet, plan: SheetPlan) -> Evidence:
    """Return the evidence for each number of a sheet, and whether it is read rightly."""
    rows: list[Floats] = []
    right: list[bool] = []
    with threadpool_limits(1), suppress(DataFormatError):
        table = find_table(flatten(np.asarray(sheet.picture.convert("L"))))
        inks = ink_of_cells(table.writing, table.nodes, table.digit_height)
        if (len(inks), len(inks[0])) != (plan.rows, plan.columns):
            return rows, right
        found = iter(readings_of(network, [ink.gray for row in inks for ink in row]))
        cells = [[(ink, next(found)) for ink in row] for row in inks]
        texts = [[text_of(ink, readings[0]) if readings else "" for ink, readings in row] for row in cells]
        unlike = [unlike_their_column(column) for column in zip(*texts, strict=True)]
        for row, line in enumerate(cells):
            for column, (ink, readings) in enumerate(line):
                if readings:
                    rows.append(evidence_of(ink, readings, unlike=unlike[column][row]))
                    right.append(texts[row][column] == sheet.texts[row][column])
    return rows, right


def given(evidence: Floats, weights: Floats) -> Floats:
    """Return the probability that each reading is right."""
    return 1 / (1 + np.exp(-(evidence @ weights[:-1] + weights[-1])))


def logistic_regression(evidence: Floats, right: Floats) -> Floats:
    """Return the weights and the bias of the highest likelihood, with a normal prior around those of today.

    So what no sheet shows, such as ink over a border, keeps its weight; and what speaks against a reading never
    comes to speak for it.
    """
    inputs = np.column_stack([evidence, np.ones(len(evidence))])
    decay, today = np.array([*[1 / 9] * evidence.shape[1], 0.0]), np.append(WEIGHTS, BIAS)

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits, off = inputs @ weights, weights - today
        likelihood = np.logaddexp(0, logits).sum() - right @ logits
        slope = inputs.T @ (given(evidence, weights) - right) + decay * off
        return float(likelihood + (decay * off**2).sum() / 2), slope

    bounds = [(0, None) if name in FOR else (None, 0) if name in AGAINST else (None, None) for name in EVIDENCE]
    found = minimize(loss, np.clip(today, -20, 20), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)])
    weights: Floats = found.x
    return weights


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pen", metavar="PEN_FILE", type=Path)
    parser.add_argument(
        "--mnist",
        metavar="FOLDER",
        help="hands of MNIST's test pictures instead, all mixed; with --fit, of its validation part",
    )
    parser.add_argument("--each", type=int, default=1, help="sheets of each kind by each writer; default: 1")
    parser.add_argument("--writers", nargs="*", type=int, default=WRITERS, help="default: %(default)s")
    parser.add_argument("--kinds", nargs="*", choices=list(PLANS), default=list(PLANS))
    parser.add_argument("--model", type=Path, default=resources.DEFAULT_MODEL, help="default: the shipped one")
    parser.add_argument("--fit", action="store_true", help="print the weights of the evidence instead")
    parser.add_argument("--teach", action="store_true", help="print what teaching each writer brings instead")
    options = parser.parse_args()
    network = load_network(options.model)
    strokes = load_digit_strokes(options.pen)
    hands = {writer: [hand_of_strokes(strokes, writer, pen) for pen in PENS] for writer in options.writers}
    if options.mnist:
        mixed = [hand_of_pictures(*open_data(options.mnist).part("validation" if options.fit else "test"))]
        hands = dict.fromkeys(range(FITTED if options.fit else 1), mixed)
    with threadpool_limits(1):
        if options.fit:
            fit(network, hands, options.each)
        elif options.teach:
            print_teaching(network, hands, 4 * options.each)
        else:
            print_curve(measure(network, hands, options.each, options.kinds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
