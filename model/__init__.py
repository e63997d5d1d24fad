"""A convolutional network in plain NumPy, and everything around it that needs no window.

Pictures are ``uint8`` arrays of shape (n, 28, 28), white ink on black, 0 to 255; labels are ``uint8`` arrays
of shape (n,). `Network.to_input` alone scales pictures, to 0..1 or as the network standardises them. Between
layers, arrays are ``float32`` with the pictures on the last axis: (channels, height, width, n), and (features, n)
after `Flatten`. Kernels have the usual order (filters, channels, rows, columns), in memory and in files.

One picture's way: `readers` or `handwriting` -> `data` -> `training` -> `network` -> `judging`.
"""

from model.data.dataset import Dataset, Split
from model.handwriting.preprocessing import drawing_to_digit
from model.network.architectures import ARCHITECTURES, build
from model.network.network import Network
from model.readers.sources import open_data
from model.runs.storage import load_network, save_network

__version__ = "0.1.0"
__all__ = [
    "ARCHITECTURES",
    "Dataset",
    "Network",
    "Split",
    "build",
    "drawing_to_digit",
    "load_network",
    "open_data",
    "save_network",
]
