"""A convolutional network in plain NumPy, and everything around it that needs no window.

Pictures are ``uint8`` arrays of shape (n, 28, 28), white ink on black, 0 to 255; labels are ``uint8`` arrays
of shape (n,). `Network.to_input` alone scales pictures, to 0..1 or as the network standardises them. Between
layers, arrays are ``float32`` with the pictures on the last axis: (channels, height, width, n), and (features, n)
after `Flatten`. Kernels have the usual order (filters, channels, rows, columns), in memory and in files.

A network is a list of plain layers (`layers`, `convolution`, `pooling`, `normalization`); `fusion` runs some of
them as one, and `two_cores` splits large batches between two threads.

One picture's way: `sources` or `preprocessing` -> `Dataset` -> `training` -> `Network` -> `evaluation`.
"""

from model.architectures import ARCHITECTURES, build
from model.dataset import Dataset, Split
from model.network import Network
from model.storage import load_network, save_network

__version__ = "0.1.0"
__all__ = ["ARCHITECTURES", "Dataset", "Network", "Split", "build", "load_network", "save_network"]
