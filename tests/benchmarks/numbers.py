"""How well numbers of several digits are read: ``python -m benchmarks.numbers PEN_FILE [--mnist FOLDER]``.

Numbers of 2 to 5 digits of one writer each, those whose digits touch apart from those whose do not; how many
lone digits are cut in two; and how long it takes.
"""

import argparse
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from helpers.numbers import Number, write_number
from helpers.pen_strokes import Strokes, load_pen_strokes
from threadpoolctl import threadpool_limits

import resources
from model import Network, load_network, open_data
from model.handwriting.segmentation import read_number

Hands = dict[int, list[tuple[Strokes, int]]]


def hands_of(file: Path, first: int, last: int) -> Hands:
    """Sort digits by writer."""
    hands: Hands = defaultdict(list)
    for strokes, label, writer in load_pen_strokes(file, range(first, last + 1)):
        hands[writer].append((strokes, label))
    return hands


def numbers_of(hands: Hands, count: int, rng: np.random.Generator) -> list[Number]:
    """Write numbers, half of them close together."""
    writers, numbers = sorted(hands), []
    for _ in range(count):
        hand = hands[writers[rng.integers(len(writers))]]
        digits = [hand[rng.integers(len(hand))] for _ in range(rng.integers(2, 6))]
        numbers.append(write_number(digits, rng, gaps=(-0.05, 0.4) if rng.random() < 0.5 else (-0.05, 0.0)))
    return numbers


def measure_numbers(network: Network, numbers: list[Number], *, by_stroke: bool) -> None:
    """Print rows of the table."""
    for touching in (False, True):
        chosen = [number for number in numbers if number.touching == touching]
        counts = wholes = digits = right = 0
        for number in chosen:
            found = [
                digit.digit for digit in read_number(network, number.gray, number.strokes if by_stroke else None)
            ]
            counts += len(found) == len(number.labels)
            wholes += found == number.labels
            digits += len(number.labels)
            right += (
                sum(a == b for a, b in zip(found, number.labels, strict=False))
                if len(found) == len(number.labels)
                else 0
            )
        what = ("touching" if touching else "clear gaps") + (", strokes known" if by_stroke else "")
        print(
            f"| {what:<26} | {len(chosen):>6} | {counts / len(chosen):7.2%} | {wholes / len(chosen):7.2%} |",
            flush=True,
        )


def share_cut(network: Network, drawings: list[np.ndarray]) -> float:
    """Tell how many lone digits become two."""
    return float(np.mean([len(read_number(network, drawing)) != 1 for drawing in drawings]))


def milliseconds(network: Network, number: Number) -> float:
    """Take the best of some runs."""
    best = np.inf
    for _ in range(7):
        begun = time.perf_counter()
        read_number(network, number.gray)
        best = min(best, time.perf_counter() - begun)
    return 1000 * best


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pen", metavar="PEN_FILE", type=Path)
    parser.add_argument("--mnist", metavar="FOLDER", help="MNIST's four IDX files, for lone digits")
    parser.add_argument("--part", default="test", help="default: %(default)s")
    parser.add_argument("--lone", type=int, default=10_000, help="of MNIST's digits; default: %(default)s")
    parser.add_argument("--writers", nargs=2, type=int, default=(21, 30), help="first and last; default: 21 30")
    parser.add_argument("--numbers", type=int, default=2000)
    options = parser.parse_args()
    rng, network = np.random.default_rng(7), load_network(resources.DEFAULT_MODEL)
    hands = hands_of(options.pen, *options.writers)
    numbers = numbers_of(hands, options.numbers, rng)
    with threadpool_limits(1):
        print(f"| {'numbers of 2 to 5 digits':<26} |        |   count | reading |")
        for by_stroke in (False, True):
            measure_numbers(network, numbers, by_stroke=by_stroke)
        every = [digit for hand in hands.values() for digit in hand]
        lone = [write_number([every[index]], rng) for index in rng.permutation(len(every))[: options.numbers]]
        print(f"lone pen digits cut in two: {share_cut(network, [number.gray for number in lone]):.2%}")
        by_stroke = np.mean([len(read_number(network, number.gray, number.strokes)) != 1 for number in lone])
        print(f"  with their strokes: {by_stroke:.2%}")
        if options.mnist:
            images, _ = open_data(options.mnist).part(options.part)
            print(f"lone digits of MNIST cut in two: {share_cut(network, list(images[: options.lone])):.2%}")
        for count in (1, 4):
            number = write_number(every[:count], rng, gaps=(0.1, 0.2), height=280)
            print(f"{count} digits of 280 pixels: {milliseconds(network, number):.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
