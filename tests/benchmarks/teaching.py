"""What teaching a hand brings and costs: ``make teach-writers STROKES=file MNIST=folder``.

Ten writers, none of whom any network or any choice of a setting has seen, give 50 of their digits each, drawn at
random, as corrections; the others of theirs, about 200, measure. What is forgotten is measured on MNIST's official
test pictures. STROKES is the .npz of pen strokes that ``tests/helpers/pen_strokes.py`` describes.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from helpers.pen_strokes import PenDigits, load_pen_digits
from PySide6.QtGui import QGuiApplication

from digitgui.shipped import BUNDLED, DEFAULT, open_data, open_model
from model import Dataset, Network, build
from model.sources import load
from model.teaching import Samples, TeachingConfig
from model.teaching_report import count_right, teach_and_report
from model.training import EpochDone, TrainingConfig, train

KNOWN_WRITERS = range(11, 21)
"""Whose strokes a network may have seen; settings were chosen by writers 1 to 10."""
MEASURED_WRITERS = range(21, 31)
CORRECTIONS = 50
REPEATS = 4
"""So often stand the pictures of the known writers among MNIST's, when a network is trained on both."""


def main() -> None:
    """Print one line a network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("strokes", type=Path)
    parser.add_argument("mnist")
    parser.add_argument("models", nargs="*", help="model files besides the shipped one")
    options = parser.parse_args()
    _application = QGuiApplication([])  # paints the strokes
    digits, mnist = load_pen_digits(options.strokes), load(options.mnist)
    for name in (DEFAULT, *options.models):
        measure(name, open_model(name), digits, mnist.part("test"))
    measure("lenet, MNIST and ten other writers", trained_on_both(digits, mnist), digits, mnist.part("test"))


def trained_on_both(digits: PenDigits, mnist: Dataset) -> Network:
    """Train a network that knows pen strokes, in about a minute."""
    images, labels = mnist.part("train")
    known = np.isin(digits.writers, KNOWN_WRITERS)
    images = np.concatenate([images, *[digits.images[known]] * REPEATS])
    labels = np.concatenate([labels, *[digits.labels[known]] * REPEATS])
    network = build("lenet", 0)
    config = TrainingConfig(0.001, 128, epochs=10, optimizer="adam", augmentation="handwriting", schedule="cosine")
    for event in train(network, Dataset(images, labels, "both", "both"), config):
        if isinstance(event, EpochDone):
            print(f"  epoch {event.epoch}: {event.monitor_accuracy:.2%}", flush=True)
    return network


def measure(name: str, network: Network, digits: PenDigits, test: Samples) -> None:
    """Teach every writer to a copy, and print the sums."""
    base, known = open_data(BUNDLED), count_right(network, test)
    before = after = count = 0
    falls, bundled_falls, seconds = [], [], []
    for writer in MEASURED_WRITERS:
        images, labels = digits.of(writer)
        order = np.random.default_rng(writer).permutation(len(images))
        given, rest = order[:CORRECTIONS], order[CORRECTIONS:]
        hand = Dataset(images[given], labels[given], f"writer {writer}", "pen")
        started = time.perf_counter()
        taught, report = taught_to_the_end(network, hand, base)
        seconds.append(time.perf_counter() - started)
        others = images[rest], labels[rest]
        before += count_right(network, others).errors
        after += count_right(taught, others).errors
        count += len(rest)
        falls.append(100 * (known.accuracy - count_right(taught, test).accuracy))
        bundled_falls.append(100 * report.fall)
    print(f"{name}: {before} -> {after} errors of {count:,}; {np.mean(seconds):.1f} s, at most {max(seconds):.1f}")
    print(f"  MNIST's test pictures {known.accuracy:.2%}, {fall_in_words(falls)}")
    print(f"  bundled digits, {fall_in_words(bundled_falls)}", flush=True)


def fall_in_words(points: list[float]) -> str:
    return f"fall {np.mean(points):+.2f} points, at most {max(points):+.2f}"


def taught_to_the_end(network: Network, hand: Dataset, base: Dataset):
    """Exhaust the generator for what it returns."""
    steps = teach_and_report(network, hand, base, TeachingConfig())
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


if __name__ == "__main__":
    main()
