"""What teaching a hand brings and costs: ``make teach-writers STROKES=file MNIST=folder``.

The writers that are kept out of every training give 50 of their digits each, drawn at random, as corrections; the
others of theirs, about 200, measure. What is forgotten is measured on MNIST's official test pictures; and, with
``--letters file``, on letters that people wrote whom no training has seen, which should be doubted as before.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from digitgui.installation.shipped import DEFAULT, open_model
from model import Dataset, Network, build
from model.handwriting.hands import LIKE_NO_DIGIT
from model.handwriting.preprocessing import drawing_to_digit
from model.handwriting.strokes import StrokeSet, load_strokes, paint
from model.network.arrays import ImageArray
from model.readers.sources import BUNDLED, open_data
from model.training.teaching import Samples, TeachingConfig
from model.training.teaching_report import count_right, teach_and_report
from model.training.training import EpochDone, TrainingConfig, train

CORRECTIONS = 50


def main() -> None:
    """Print one line a network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("strokes", type=Path)
    parser.add_argument("mnist")
    parser.add_argument("models", nargs="*", help="model files besides the shipped one")
    parser.add_argument("--letters", type=Path)
    options = parser.parse_args()
    strokes, mnist = load_strokes(options.strokes), open_data(options.mnist)
    unseen = strokes.chosen(strokes.held_out)
    no_digits = unseen_letters(options.letters) if options.letters else None
    for name in (DEFAULT, *options.models):
        measure(name, open_model(name), unseen, mnist.part("test"), no_digits)
    measure("lenet, MNIST alone", trained(mnist), unseen, mnist.part("test"), no_digits)


def unseen_letters(file: Path) -> ImageArray:
    letters = load_strokes(file)
    return painted(letters.chosen(letters.held_out & np.isin(letters.labels, list(LIKE_NO_DIGIT))))


def painted(strokes: StrokeSet) -> ImageArray:
    return np.stack([drawing_to_digit(paint(character)) for character in strokes.characters])


def trained(mnist: Dataset) -> Network:
    """Train a network that has never seen a pen stroke, in about a minute."""
    network = build("lenet", 0)
    config = TrainingConfig(0.001, 128, epochs=10, optimizer="adam", augmentation="handwriting", schedule="cosine")
    for event in train(network, mnist, config):
        if isinstance(event, EpochDone):
            print(f"  epoch {event.epoch}: {event.validation_accuracy:.2%}", flush=True)
    return network


def measure(
    name: str, network: Network, strokes: StrokeSet, test: Samples, no_digits: ImageArray | None = None
) -> None:
    """Teach every writer to a copy, and print the sums."""
    base, known = open_data(BUNDLED), count_right(network, test)
    before = after = count = 0
    falls, bundled_falls, seconds, refusals = [], [], [], []
    for writer in np.unique(strokes.writers):
        own = strokes.chosen(strokes.writers == writer)
        images, labels = painted(own), own.labels
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
        if no_digits is not None:
            refusals.append(refused(taught, no_digits))
    print(f"{name}: {before} -> {after} errors of {count:,}; {np.mean(seconds):.1f} s, at most {max(seconds):.1f}")
    print(f"  MNIST's test pictures {known.accuracy:.2%}, {fall_in_words(falls)}")
    print(f"  bundled digits, {fall_in_words(bundled_falls)}", flush=True)
    if no_digits is not None:
        print(f"  letters of unseen people refused: {refused(network, no_digits):.1%} before,", end=" ")
        print(f"{np.mean(refusals):.1%} after, at least {min(refusals):.1%}", flush=True)


def refused(network: Network, images: ImageArray) -> float:
    return float((network.predict_proba(images).max(axis=1) < network.card.refuse_below).mean())


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
