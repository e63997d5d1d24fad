"""Changed copies of pictures, so that a network learns what does not matter.

Each operation is a pure function of pictures, parameters and an explicit generator: ``uint8`` of shape
(n, 28, 28) in, the same out, the input untouched. Parameters are drawn for each picture on its own.
"""

import numpy as np
import numpy.typing as npt

from model.arrays import FloatArray, ImageArray, Shape
from model.errors import ConfigError

__all__ = [
    "AUGMENTATIONS",
    "add_noise",
    "augment",
    "change_thickness",
    "elastic_displacements",
    "flip",
    "handwriting",
    "journal",
    "rotate",
    "translate",
    "warp",
]

AUGMENTATIONS = {
    "none": "the pictures as they are",
    "journal": "flip, rotation, translation or noise, one for each picture; the flip makes non-digits",
    "handwriting": "rotation, slant, size, place, bends and thickness together, small enough to stay digits",
}
"""Name and one sentence of each preset."""


def augment(images: ImageArray, preset: str, rng: np.random.Generator) -> ImageArray:
    """Change pictures as a named preset does.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, 28, 28)
    preset : str
        A key of `AUGMENTATIONS`.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of uint8, shape (n, 28, 28)

    Raises
    ------
    ConfigError
        If there is no preset of that name.
    """
    match preset:
        case "none":
            return images
        case "journal":
            return journal(images, rng)
        case "handwriting":
            return handwriting(images, rng)
    raise ConfigError(f"there is no augmentation {preset!r}; there are {', '.join(AUGMENTATIONS)}")


def journal(images: ImageArray, rng: np.random.Generator) -> ImageArray:
    """Apply one of the journal's four operations, chosen at random, to each picture."""
    result = images.copy()
    choice = rng.integers(4, size=len(images))
    result[choice == 0] = flip(images[choice == 0])
    result[choice == 1] = rotate(images[choice == 1], rng)
    result[choice == 2] = translate(images[choice == 2], rng)
    result[choice == 3] = add_noise(images[choice == 3], rng)
    return result


def handwriting(images: ImageArray, rng: np.random.Generator) -> ImageArray:
    """Turn, slant, resize, move and bend each picture a little, with another pen.

    Rotation within 12 degrees, slant within 0.25 pixels a row, size from 85 % to 115 % in either direction,
    translation up to 2 pixels, bends of up to one pixel's standard deviation, strokes up to half a pixel thinner
    or two pixels thicker.
    """
    n = len(images)
    angle = np.radians(rng.uniform(-12, 12, n))
    slant = rng.uniform(-0.25, 0.25, n)
    scale = rng.uniform(0.85, 1.15, (2, n))
    matrices = _rotations(angle)
    matrices[:, :, 1] += slant[:, np.newaxis] * matrices[:, :, 0]
    matrices /= scale.T[:, np.newaxis, :]
    bends = elastic_displacements(images.shape, rng.uniform(0, 1, n), rng)
    return warp(change_thickness(images, rng), matrices, rng.uniform(-2, 2, (n, 2)), bends)


def flip(images: ImageArray) -> ImageArray:
    """Mirror pictures left to right."""
    return np.ascontiguousarray(images[:, :, ::-1])


def rotate(images: ImageArray, rng: np.random.Generator, *, max_degrees: float = 10) -> ImageArray:
    """Turn each picture about its centre by an angle within ``max_degrees`` either way."""
    angles = np.radians(rng.uniform(-max_degrees, max_degrees, len(images)))
    return warp(images, _rotations(angles), np.zeros((len(images), 2)))


def translate(images: ImageArray, rng: np.random.Generator, *, max_pixels: int = 5) -> ImageArray:
    """Move each picture by whole pixels, up to ``max_pixels`` along each axis; black moves in."""
    shifts = rng.integers(-max_pixels, max_pixels, size=(len(images), 2), endpoint=True)
    height, width = images.shape[1:]
    padded = np.pad(images, ((0, 0), (max_pixels, max_pixels), (max_pixels, max_pixels)))
    rows = np.arange(height) + max_pixels - shifts[:, :1]
    columns = np.arange(width) + max_pixels - shifts[:, 1:]
    return padded[
        np.arange(len(images))[:, np.newaxis, np.newaxis], rows[:, :, np.newaxis], columns[:, np.newaxis]
    ]


def add_noise(images: ImageArray, rng: np.random.Generator, *, max_sigma: float = 10) -> ImageArray:
    """Add normal noise whose standard deviation, up to ``max_sigma`` of 255, is drawn for each picture."""
    sigma = rng.uniform(0, max_sigma, (len(images), 1, 1))
    noisy = images + sigma * rng.standard_normal(images.shape)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def change_thickness(images: ImageArray, rng: np.random.Generator) -> ImageArray:
    """Make the strokes of each picture up to half a pixel thinner or two pixels thicker.

    A stroke grows where each pixel takes the brightest of its neighbourhood, and shrinks where it takes the
    darkest; the result is a random blend of that and the picture. Shrinking goes half as far, or thin strokes
    would break.
    """
    result = images.astype(np.float32)
    kind = rng.integers(4, size=len(images))
    share = rng.uniform(0, 1, (len(images), 1, 1)).astype(np.float32)
    share[kind == 0] /= 2
    for chosen, pick, reach in ((0, np.minimum, (0, 1)), (1, np.maximum, (0, 1)), (2, np.maximum, (-1, 0, 1))):
        which = kind == chosen
        result[which] += share[which] * (_neighbourhood(images[which], pick, reach) - result[which])
    return np.rint(result).astype(np.uint8)


def _neighbourhood(images: ImageArray, pick: np.ufunc, reach: tuple[int, ...]) -> ImageArray:
    """Give each pixel the brightest or darkest of those whose row and column lie within ``reach``."""
    height, width = images.shape[1:]
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    rows = [padded[:, 1 + i : 1 + i + height] for i in reach]
    tall: ImageArray = pick.reduce(rows)
    return pick.reduce([tall[:, :, 1 + j : 1 + j + width] for j in reach])


def elastic_displacements(shape: Shape, sigmas: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Draw smooth random fields, by which hands differ where no straight map does.

    Normal draws on a grid of points 4 pixels apart are spread over the pixels by Gaussians as wide as that.

    Parameters
    ----------
    shape : (int, int, int)
        n, height and width of the pictures.
    sigmas : ndarray, shape (n,)
        Standard deviation of the displacement of a pixel, in pixels.

    Returns
    -------
    ndarray of float32, shape (n, 2, height, width)
        Pixels to the right and downwards.

    References
    ----------
    P. Simard, D. Steinkraus, J. Platt: Best practices for convolutional neural networks applied to visual document
    analysis, ICDAR 2003, section 2.
    """
    n, height, width = shape
    rows, columns = _spread(height), _spread(width)
    draws = rng.standard_normal((n, 2, rows.shape[1], columns.shape[1]), np.float32)
    draws *= sigmas.astype(np.float32)[:, np.newaxis, np.newaxis, np.newaxis]
    return np.matmul(rows, draws @ columns.T)


def _spread(length: int) -> FloatArray:
    """Weights, shape (length, points), of Gaussians along one axis; the squares of each pixel's have sum 1."""
    points = np.arange(-4, length + 4, 4)
    weights = np.exp(-(((np.arange(length)[:, np.newaxis] - points) / 4) ** 2) / 2)
    weights /= np.sqrt((weights**2).sum(axis=1, keepdims=True))
    return weights.astype(np.float32)


def warp(
    images: ImageArray, matrices: npt.ArrayLike, shifts: npt.ArrayLike, displacements: FloatArray | None = None
) -> ImageArray:
    """Resample each picture along its own map, by bilinear interpolation.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width)
    matrices : array_like, shape (n, 2, 2)
        Take (x, y) of a pixel of the result, from the centre, to where it lies in the picture.
    shifts : array_like, shape (n, 2)
        Pixels by which each result moves right and down.
    displacements : ndarray of float32, shape (n, 2, height, width), optional
        Added to where each pixel of the result lies in the picture, right and down.

    Returns
    -------
    ndarray of uint8, shape (n, height, width)
        Black where the map leaves the picture.
    """
    height, width = images.shape[1:]
    columns, rows = np.meshgrid(np.arange(width) - (width - 1) / 2, np.arange(height) - (height - 1) / 2)
    grid = np.stack([columns.ravel(), rows.ravel()]).astype(np.float32)
    matrices = np.asarray(matrices, np.float32)
    offsets = matrices @ np.asarray(shifts, np.float32)[:, :, np.newaxis]
    source = matrices @ grid - offsets
    if displacements is not None:
        source += displacements.reshape(source.shape)
    return _sample(images, source[:, 0] + (width - 1) / 2, source[:, 1] + (height - 1) / 2)


def _sample(images: ImageArray, x: FloatArray, y: FloatArray) -> ImageArray:
    """Read pictures at fractional pixels ``x``, ``y``, each of shape (n, height * width)."""
    n, height, width = images.shape
    padded = np.zeros((n, height + 3, width + 3), np.float32)  # one black pixel before, two after
    padded[:, 1 : height + 1, 1 : width + 1] = images
    x = np.clip(x, -1, width) + 1
    y = np.clip(y, -1, height) + 1
    left, top = x.astype(np.int32), y.astype(np.int32)
    x -= left
    y -= top
    pitch = width + 3
    corner = top * pitch + left
    corner += (np.arange(n, dtype=np.int32) * (pitch * (height + 3)))[:, np.newaxis]
    flat = padded.ravel()
    upper = flat[corner] * (1 - x) + flat[corner + 1] * x
    corner += pitch
    lower = flat[corner] * (1 - x) + flat[corner + 1] * x
    blended = upper + (lower - upper) * y
    return np.rint(blended).astype(np.uint8).reshape(images.shape)


def _rotations(angles: FloatArray) -> FloatArray:
    """Stack the matrices that turn by these angles (radians), shape (n, 2, 2)."""
    cosine, sine = np.cos(angles), np.sin(angles)
    return np.stack([np.stack([cosine, sine], -1), np.stack([-sine, cosine], -1)], -2)
