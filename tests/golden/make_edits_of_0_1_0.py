"""Make the golden corrections of version 0.1.0: ``python tests/golden/make_edits_of_0_1_0.py``.

It was run once, with that version, and its two files are kept for ever: 28×28 digits of the user's own, and the
corrections beside them. The digits are small, in a corner, faint and on their side, so that a later version would
fit, scale and turn them, and find none of the corrected pictures again.
"""

import sys
from pathlib import Path

import numpy as np
from digitgui.shipped import BUNDLED, open_data
from model.edits import Edits

import model
from model.readers.edit_files import edits_beside, save_edits

FILE = Path(__file__).parent / "edits_of_0_1_0" / "digits.npz"


def main() -> None:
    """Write 40 digits, correct two labels, exclude a picture and confirm a label."""
    if model.__version__ != "0.1.0" or FILE.exists():
        sys.exit("this script was for version 0.1.0, and its files are kept for ever: write a new one")
    digits = open_data(BUNDLED).limited(40)
    images = np.zeros((40, 28, 28), np.uint8)
    images[:, :14, :14] = digits.images.reshape(40, 14, 2, 14, 2).max(axis=(2, 4)).swapaxes(1, 2) // 3
    np.savez_compressed(FILE, images=images, labels=digits.labels)
    dataset = open_data(str(FILE))
    save_edits(dataset.edited(Edits({3: 9, 7: 1}, frozenset({5}), frozenset({11}))), edits_beside(FILE))


if __name__ == "__main__":
    main()
