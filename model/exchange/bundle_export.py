"""A network as one ZIP file for a colleague: the model file, a program for it, and instructions."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model.atomic_files import write_atomically
from model.errors import ModelFileError
from model.exchange.checks import check_answers
from model.exchange.python_export import encode_python
from model.judging.ensemble import reads_digits
from model.network.network import Network
from model.runs.provenance import last_teaching
from model.runs.storage import encode_network
from model.version import __version__
from model.wording import pictures

__all__ = ["encode_bundle", "save_bundle"]

FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time of every file in it, so that the same network gives the same bytes."""
READABLE_BY_ALL = 0o100644 << 16


def save_bundle(network: Network, path: str | Path) -> str:
    """Write a network as a ZIP file; return a sentence on what is in it.

    Parameters
    ----------
    network : Network
        For pictures of 28×28 and ten digits.
    path : path
        Is replaced if it exists.

    Raises
    ------
    ModelFileError
        If the file cannot be written, or the network is for other pictures or has diverged.
    """
    write_atomically(path, encode_bundle(network))
    return "it holds README.txt, predict.py and model.safetensors, and needs Python with NumPy and Pillow"


def encode_bundle(network: Network) -> bytes:
    """Turn a network into the bytes of a ZIP file: see `save_bundle`."""
    check_answers(network)
    if not reads_digits(network):
        raise ModelFileError(
            "a bundle reads pictures of digits: expected a network for ink on 28×28 and ten digits"
        )
    files = {
        "README.txt": _readme(network).encode(),
        "predict.py": encode_python(network),
        "model.safetensors": encode_network(network, "model.safetensors"),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, FIRST_MOMENT)
            entry.create_system, entry.external_attr = 3, READABLE_BY_ALL  # as on Unix, wherever it is written
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, content)
    return stream.getvalue()


def _readme(network: Network) -> str:
    return f"""A network that reads handwritten digits
=======================================

{network.card.name}: {network.parameter_count:,} parameters{_measured(network.card.provenance)}.
Written by digitgui {__version__}.


Read digits in picture files
----------------------------

You need Python 3.9 or newer, with NumPy and Pillow:

    python -m pip install numpy pillow
    python predict.py picture.png another.jpg

It prints the digit in each picture and how sure the network is; below {network.card.refuse_below:.1%} it says
"doubtful". A picture holds one digit, in ink of any width and size on even paper, dark on bright or bright on
dark. Photos with shadows or ruled lines, and numbers of several digits, need digitgui.


Use it in your own program
--------------------------

predict.py works without the other files, and without Pillow if you read no picture files:

    import numpy as np
    import predict

    digit = predict.drawing_to_digit(gray)             # gray: uint8, any size, bright ink on dark
    print(predict.predict_proba(digit[np.newaxis]))    # ten probabilities

Pictures in the form of MNIST's digits, uint8 of shape (n, 28, 28), go straight into predict_proba.


Open it in digitgui
-------------------

model.safetensors is the same network. digitgui opens it with File > Open network, to try it on drawings, look
into it, train it further and teach it your handwriting. It is also a plain safetensors file, which other programs
read.
"""


def _measured(provenance: Mapping[str, Any]) -> str:
    """Say how many answers of these weights were right, and where, if that was measured."""
    taught, report = last_teaching(provenance), provenance.get("report")
    if taught:
        after = taught["after"]
        return (
            f"; taught a person's hand, it reads {after['base_accuracy']:.2%} of"
            f" {pictures(after['base_count'])} from other people right"
        )
    accuracy = report.get("accuracy") if isinstance(report, dict) else None
    return f", {accuracy:.2%} right when it was trained" if isinstance(accuracy, float) else ""
