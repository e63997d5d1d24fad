"""Letters drawn with a pen, of 26 classes: ``python -m benchmarks.letters LETTERS --out FILE``.

Writes the strokes, small letters as capital ones, for ``digitgui train``, with the kept-out source as their test
part; and prints what a support vector machine of scikit-learn gets on the same pictures.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from model import open_data


def main() -> None:
    """Merge capital and small letters, write them, and fit the machine."""
    parser = argparse.ArgumentParser()
    parser.add_argument("letters", metavar="LETTERS", type=Path)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    options = parser.parse_args()
    with np.load(options.letters) as arrays:
        known = dict(arrays)
    np.savez_compressed(options.out, **known | {"label": np.char.upper(known["label"])})
    dataset = open_data(options.out)
    learned, tested = ("train", "validation"), dataset.part("test")
    images, labels = (np.concatenate(both) for both in zip(*map(dataset.part, learned), strict=True))
    print(f"{dataset.task.sentence()}: {len(labels):,} to learn from, {len(tested[1]):,} of the test part")

    from sklearn.svm import SVC

    started = time.perf_counter()
    machine = SVC(C=10).fit(images.reshape(len(images), -1) / 255, labels)
    right = machine.score(tested[0].reshape(len(tested[0]), -1) / 255, tested[1])
    print(f"SVC(C=10): {right:.2%} right, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
