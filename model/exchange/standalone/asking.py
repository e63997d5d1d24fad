"""The interface of an exported Python file: for scripts, and on the command line.

All that follows the line of dashes is written into the exported file, where the stand-ins above it are real.
"""

import sys
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from model.exchange.standalone.computing import softmax
from model.exchange.standalone.picture_files import read_digit

Array: TypeAlias = npt.NDArray[Any]
HEIGHT, WIDTH, CHANNELS, REFUSE_BELOW = 28, 28, 1, 0.5
CLASSES = tuple("0123456789")
INPUT_FACTOR, INPUT_OFFSET = np.float32(1 / 255), np.float32(0)


def logits(x: Array) -> Array:
    """Stand for the network."""
    return x


# --------------------------------------------------------------------------------------------------------------
# Answers.

TOGETHER = 64  # pictures that are computed at once


def predict_proba(images: Array) -> Array:
    """Compute the probability of each class.

    ``images`` are uint8 of shape (n, HEIGHT, WIDTH), or (n, HEIGHT, WIDTH, CHANNELS) if there are several
    channels: bright ink on black, 0 to 255. The result is float32 of shape (n, classes).
    """
    images = images.reshape(len(images), HEIGHT, WIDTH, CHANNELS)
    assert images.dtype == np.uint8, "expected pictures as uint8"
    answers = []
    for start in range(0, len(images), TOGETHER):
        x = images[start : start + TOGETHER].transpose(3, 1, 2, 0) * INPUT_FACTOR - INPUT_OFFSET
        answers.append(softmax(logits(x)).T)
    return np.concatenate(answers)


def main() -> None:
    """Answer the picture files that are named on the command line, one a line."""
    if len(sys.argv) < 2:
        sys.exit(f"usage: python {sys.argv[0]} PICTURE...")
    failed = False
    for name in sys.argv[1:]:
        try:
            digit = read_digit(name)
        except ImportError:
            sys.exit("reading picture files needs Pillow: python -m pip install pillow")
        except (OSError, SyntaxError, ValueError) as error:
            print(f"{name}: expected a picture such as PNG or JPEG: {error}", file=sys.stderr)
            failed = True
            continue
        probabilities = predict_proba(digit[np.newaxis])[0]
        best = int(probabilities.argmax())
        doubt = "  doubtful" if probabilities[best] < REFUSE_BELOW else ""
        print(
            f"{name}: {CLASSES[best]}  ({probabilities[best]:.1%}){doubt}"
            if digit.any()
            else f"{name}: nothing drawn"
        )
    sys.exit(int(failed))
