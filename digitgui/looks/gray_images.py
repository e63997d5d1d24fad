"""Arrays of pixels, grey or in colour, as pictures that Qt paints."""

import numpy as np
from PySide6.QtGui import QImage

from model.network.arrays import ImageArray


def gray_image(pixels: ImageArray) -> QImage:
    """Turn an array, uint8 of shape (height, width) or (height, width, 3), into a picture that owns its memory."""
    height, width = pixels.shape[:2]
    pixels = np.ascontiguousarray(pixels)
    form = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, pixels.strides[0], form).copy()


def tiled(images: ImageArray, columns: int) -> ImageArray:
    """Lay pictures, uint8 of shape (n, h, w) or (n, h, w, 3), out in rows on black, in one array."""
    n, height, width, *channels = images.shape
    rows = -(-n // columns)
    padded = np.zeros((rows * columns, height, width, *channels), np.uint8)
    padded[:n] = images
    in_rows = padded.reshape(rows, columns, height, width, *channels).swapaxes(1, 2)
    return in_rows.reshape(rows * height, columns * width, *channels)


def squared(images: ImageArray) -> ImageArray:
    """Put pictures, uint8 of shape (n, h, w) or (n, h, w, 3), into the middle of black squares."""
    height, width = images.shape[1:3]
    if height == width:
        return images
    side = max(height, width)
    squares = np.zeros((len(images), side, side, *images.shape[3:]), np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    squares[:, top : top + height, left : left + width] = images
    return squares
