"""Arrays of grey pixels as pictures that Qt paints."""

import numpy as np
from PySide6.QtGui import QImage

from model.network.arrays import ImageArray


def gray_image(pixels: ImageArray) -> QImage:
    """Turn an array, uint8 of shape (height, width), into a picture that owns its memory."""
    height, width = pixels.shape
    pixels = np.ascontiguousarray(pixels)
    return QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


def tiled(images: ImageArray, columns: int) -> ImageArray:
    """Lay pictures, uint8 of shape (n, h, w), out in rows on black, in one array."""
    n, height, width = images.shape
    rows = -(-n // columns)
    padded = np.zeros((rows * columns, height, width), np.uint8)
    padded[:n] = images
    return padded.reshape(rows, columns, height, width).swapaxes(1, 2).reshape(rows * height, columns * width)
