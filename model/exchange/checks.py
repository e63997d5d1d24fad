"""Checks for all formats."""

import numpy as np

from model.errors import ModelFileError
from model.network.network import Network

__all__ = ["check_answers"]


def check_answers(network: Network) -> None:
    """Raise `ModelFileError` if a network has diverged."""
    if not all(np.isfinite(array).all() for array in network.named_arrays().values()):
        raise ModelFileError("the network holds infinite numbers and cannot answer, so nothing was written")
