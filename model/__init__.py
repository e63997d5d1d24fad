"""A convolutional network in plain NumPy, and everything around it that needs no window.

Pictures are ``uint8`` arrays of shape (n, height, width), or (n, height, width, 3) in colour, 0 to 255; ink is
white on black. Labels are ``uint8`` arrays of shape (n,), the places of their names in `Task.class_names`.
`Network.to_input` alone scales pictures, to 0..1 or as the network standardises them. Between layers, arrays are
``float32`` with the pictures on the last axis: (channels, height, width, n), and (features, n) after `Flatten`.
Kernels have the usual order (filters, channels, rows, columns), in memory and in files.

The path of one picture: `readers` or `handwriting` -> `data` -> `training` -> `network` -> `judging`.

The names in ``__all__`` are stable; paths below this package may move. `CNNClassifier` is imported on first
use, or by ``from model import *``: importing scikit-learn takes a second, which drawing a digit need not wait for.
"""

import importlib
from typing import TYPE_CHECKING, Any

from model.data.dataset import Dataset, Split
from model.errors import (
    CancelledError,
    ConfigError,
    CorruptError,
    DataFormatError,
    ModelError,
    ModelFileError,
    ShapeError,
    VersionError,
)
from model.handwriting.preprocessing import drawing_to_digit
from model.inspection.trace import Trace, trace
from model.network.architectures import ARCHITECTURES, build
from model.network.network import Network
from model.network.optimizers import SGD, Adam, AdamW, Momentum, Nesterov
from model.network.task import DIGITS, Task
from model.readers.sources import open_data
from model.runs.storage import load_network, save_network
from model.training.learner import Learner
from model.training.training import train
from model.training.training_config import TrainingConfig
from model.training.training_events import EpochDone
from model.version import __version__

if TYPE_CHECKING:
    from model.training.estimator import EXPECTED_FAILED_CHECKS, CNNClassifier

__all__ = [
    "ARCHITECTURES",
    "DIGITS",
    "EXPECTED_FAILED_CHECKS",
    "SGD",
    "Adam",
    "AdamW",
    "CNNClassifier",
    "CancelledError",
    "ConfigError",
    "CorruptError",
    "DataFormatError",
    "Dataset",
    "EpochDone",
    "Learner",
    "ModelError",
    "ModelFileError",
    "Momentum",
    "Nesterov",
    "Network",
    "ShapeError",
    "Split",
    "Task",
    "Trace",
    "TrainingConfig",
    "VersionError",
    "__version__",
    "build",
    "drawing_to_digit",
    "load_network",
    "open_data",
    "save_network",
    "trace",
    "train",
]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    """Import what needs scikit-learn on first use."""
    if name in ("CNNClassifier", "EXPECTED_FAILED_CHECKS"):
        return getattr(importlib.import_module("model.training.estimator"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
