"""A convolutional network in plain NumPy, and everything around it that needs no window.

Pictures are ``uint8`` arrays of shape (n, height, width), or (n, height, width, 3) in colour, 0 to 255; ink is
white on black. Labels are ``uint8`` arrays of shape (n,), the places of their names in `Task.class_names`.
`Network.to_input` alone scales pictures, to 0..1 or as the network standardises them. Between layers, arrays are
``float32`` with the pictures on the last axis: (channels, height, width, n), and (features, n) after `Flatten`.
Kernels have the usual order (filters, channels, rows, columns), in memory and in files.

The path of one picture: `readers` or `handwriting` -> `data` -> `training` -> `network` -> `judging`.

The names in ``__all__`` are stable; paths below this package may move. Each is imported on first use, or by
``from model import *``: who opens a network and draws a digit waits for no training, and not for scikit-learn.
"""

import importlib
from typing import TYPE_CHECKING, Any

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
from model.version import __version__

if TYPE_CHECKING:
    from model.data.dataset import Dataset, Split
    from model.handwriting.preprocessing import drawing_to_digit
    from model.inspection.trace import Trace, trace
    from model.network.architectures import ARCHITECTURES, build
    from model.network.network import Network
    from model.network.optimizers import SGD, Adam, AdamW, Momentum, Nesterov
    from model.network.task import DIGITS, Task
    from model.readers.sources import open_data
    from model.runs.storage import load_network, save_network
    from model.training.estimator import EXPECTED_FAILED_CHECKS, CNNClassifier
    from model.training.history import History
    from model.training.learner import Learner
    from model.training.training import train
    from model.training.training_config import TrainingConfig
    from model.training.training_events import EpochDone

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
    "History",
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


NAMES_IN = {
    "model.data.dataset": "Dataset Split",
    "model.handwriting.preprocessing": "drawing_to_digit",
    "model.inspection.trace": "Trace trace",
    "model.network.architectures": "ARCHITECTURES build",
    "model.network.network": "Network",
    "model.network.optimizers": "SGD Adam AdamW Momentum Nesterov",
    "model.network.task": "DIGITS Task",
    "model.readers.sources": "open_data",
    "model.runs.storage": "load_network save_network",
    "model.training.estimator": "EXPECTED_FAILED_CHECKS CNNClassifier",
    "model.training.history": "History",
    "model.training.learner": "Learner",
    "model.training.training": "train",
    "model.training.training_config": "TrainingConfig",
    "model.training.training_events": "EpochDone",
}
"""Where the names are that are imported on first use: all together take longer than to answer a drawing."""
HOMES = {name: home for home, names in NAMES_IN.items() for name in names.split()}


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    """Import a name on first use."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found = getattr(importlib.import_module(HOMES[name]), name)
    return found
