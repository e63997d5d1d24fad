"""What holds for every format."""

import numpy as np

from model.errors import ModelFileError
from model.network.network import Network

__all__ = ["check_answers"]


def check_answers(network: Network) -> None:
    """Raise `ModelFileError` if a network has diverged, and answers nothing."""
    if not all(np.isfinite(array).all() for array in network.named_arrays().values()):
        raise ModelFileError("the network holds infinite numbers and answers nothing, so nothing was written")
