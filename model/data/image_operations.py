"""Single changes of pictures: each a pure function of pictures, of an amount for each, and of a generator.

``uint8`` of shape (n, height, width), or (n, height, width, 3) in colour, in, the same out, the input untouched. A
picture whose amount is 0 comes out bit for bit as it went in. The operations that turn and stretch are maps of the
plane (`rotations`, `shears`, `scales`), so that several of them together are one resampling (`warp`).
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from model.network.arrays import FloatArray, ImageArray, Shape

__all__ = [
    "add_noise",
    "change",
    "change_brightness",
    "change_contrast",
    "change_saturation",
    "change_thickness",
    "crop",
    "elastic_displacements",
    "rotations",
    "scales",
    "shears",
    "warp",
]

MOVES = ("rotation", "shear", "scale", "translation", "elastic")
"""What resamples pictures, in the order of application."""
LUMA = (0.299, 0.587, 0.114)
"""How bright red, green and blue are, in sum 1 (ITU-R BT.601)."""


def change(images: ImageArray, amounts: Mapping[str, FloatArray], rng: np.random.Generator) -> ImageArray:
    """Change each picture by its own amounts of one operation or of several.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width), or (n, height, width, 3)
    amounts : mapping from str to ndarray of shape (n,)
        In the order of application: ``thickness`` in pixels, from -1 to 2; ``flip``, mirrored where it is not 0;
        ``rotation`` in degrees, clockwise; ``shear`` in pixels a row, to the right; ``scale``, shape (n, 2),
        added to the 1 that leaves width and height; ``translation``, shape (n, 2), in pixels to the right and
        downwards; ``elastic``, the standard deviation of the bends in pixels; ``crop``, shape (n, 2), whole pixels
        as ``translation``; ``contrast``, added to the 1 that leaves the ink; ``brightness``, a share of white that
        is added; ``saturation``, added to the 1 that leaves the colours; ``noise``, its standard deviation on the
        scale to 255. Missing operations are not done.
    rng : numpy.random.Generator
        For bends and noise.

    Returns
    -------
    ndarray of uint8, as ``images``
    """
    result = images.copy()
    if "thickness" in amounts:
        result = change_thickness(result, amounts["thickness"])
    if "flip" in amounts:
        mirrored = amounts["flip"] != 0
        result[mirrored] = result[mirrored, :, ::-1]
    moving = {name: amounts[name] for name in MOVES if name in amounts}
    if moving:
        moved = np.any([np.atleast_2d(array.T).any(axis=0) for array in moving.values()], axis=0)
        result[moved] = _move(result[moved], {name: array[moved] for name, array in moving.items()}, rng)
    if "crop" in amounts:
        result = crop(result, amounts["crop"])
    if "contrast" in amounts:
        result = change_contrast(result, amounts["contrast"])
    if "brightness" in amounts:
        result = change_brightness(result, amounts["brightness"])
    if "saturation" in amounts:
        result = change_saturation(result, amounts["saturation"])
    if "noise" in amounts:
        result = add_noise(result, amounts["noise"], rng)
    return result


def _move(images: ImageArray, amounts: Mapping[str, FloatArray], rng: np.random.Generator) -> ImageArray:
    """Resample once for all operations, which costs less time and sharpness than several times."""
    n = len(images)
    maps: FloatArray = np.tile(np.eye(2, dtype=np.float32), (n, 1, 1))
    for name, maps_of in (("rotation", rotations), ("shear", shears), ("scale", scales)):
        if name in amounts:
            maps = maps @ maps_of(amounts[name])
    bends = elastic_displacements(images.shape[:3], amounts["elastic"], rng) if "elastic" in amounts else None
    return warp(images, maps, amounts.get("translation", np.zeros((n, 2))), bends)


def change_thickness(images: ImageArray, pixels: FloatArray) -> ImageArray:
    """Make the strokes of each picture thicker, or thinner.

    A stroke grows where each pixel takes the brightest of its neighbourhood, and shrinks where it takes the
    darkest; parts of a pixel are blends.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width), or (n, height, width, 3)
    pixels : ndarray, shape (n,)
        From -1, one pixel thinner, to 2, two pixels thicker.
    """
    result = images.astype(np.float32)
    thinner, thicker, thickest = pixels < 0, pixels > 0, pixels > 1
    _blend(result, thinner, images[thinner], _neighbours(images[thinner], np.minimum, 1), -pixels)
    grown = _neighbours(images[thicker], np.maximum, 1)
    _blend(result, thicker, images[thicker], grown, np.minimum(pixels, 1))
    once = grown[thickest[thicker]]
    _blend(result, thickest, once, _neighbours(once, np.maximum, -1), pixels - 1)
    return np.rint(result).astype(np.uint8)


def _blend(
    result: FloatArray, which: npt.NDArray[np.bool_], first: ImageArray, second: ImageArray, shares: FloatArray
) -> None:
    """Write a blend into some of the pictures: 0 gives the first, 1 the second."""
    weights = _for_each(shares[which], first)
    begin = first.astype(np.float32)
    result[which] = begin + weights * (second - begin)


def _for_each(numbers: FloatArray, images: npt.NDArray[np.generic]) -> FloatArray:
    """Lay out one number for each picture so that it applies to all its pixels."""
    return numbers.astype(np.float32).reshape(-1, *[1] * (images.ndim - 1))


def _neighbours(images: ImageArray, pick: np.ufunc, step: int) -> ImageArray:
    """Give each pixel the brightest or darkest of itself, the next one, the one below, and that between them."""
    height, width = images.shape[1:3]
    padded = np.pad(images, [(0, 0), (1, 1), (1, 1), (0, 0)][: images.ndim])
    tall = pick(padded[:, 1:-1], padded[:, 1 + step : 1 + step + height])
    result: ImageArray = pick(tall[:, :, 1:-1], tall[:, :, 1 + step : 1 + step + width])
    return result


def change_contrast(images: ImageArray, changes: FloatArray) -> ImageArray:
    """Multiply the ink of each picture by 1 plus its change, shape (n,); white is the most, black stays black."""
    factors = _for_each(1 + changes, images)
    return np.rint(np.minimum(images * factors, 255)).astype(np.uint8)


def change_brightness(images: ImageArray, shares: FloatArray) -> ImageArray:
    """Add to all pixels of each picture a share of white, shape (n,), or take it away where it is below 0."""
    return _to_pixels(images + _for_each(255 * shares, images))


def change_saturation(images: ImageArray, changes: FloatArray) -> ImageArray:
    """Multiply how far the colours of each picture lie from grey by 1 plus its change, shape (n,).

    At -1 they are grey, as bright as before. Pictures of one channel have no colours, and come out as they are.
    """
    if images.ndim == 3:
        return images.copy()
    grey = (images @ np.array(LUMA, np.float32))[..., np.newaxis]
    return _to_pixels(grey + (images - grey) * _for_each(1 + changes, images))


def crop(images: ImageArray, shifts: FloatArray) -> ImageArray:
    """Move each picture by whole pixels, shape (n, 2), right and down; what moves in is its mirrored edge.

    As when a picture is cut out of a larger one: nothing black appears, as it does in `warp`.
    """
    n, height, width = images.shape[:3]
    steps = np.rint(shifts).astype(np.intp)
    rows = _mirrored(np.arange(height) - steps[:, 1:], height)[:, :, np.newaxis]
    columns = _mirrored(np.arange(width) - steps[:, :1], width)[:, np.newaxis]
    return images[np.arange(n)[:, np.newaxis, np.newaxis], rows, columns]


def _mirrored(places: npt.NDArray[np.intp], length: int) -> npt.NDArray[np.intp]:
    """Bring places beyond either end back as far inside; the end itself is not repeated."""
    period = max(1, 2 * (length - 1))
    places = places % period
    return np.minimum(places, period - places)


def _to_pixels(values: FloatArray) -> ImageArray:
    """Round to whole brightness from 0 to 255."""
    np.rint(values, out=values)
    return np.clip(values, 0, 255, out=values).astype(np.uint8)


def add_noise(images: ImageArray, sigmas: FloatArray, rng: np.random.Generator) -> ImageArray:
    """Add normal noise to each picture, of standard deviations ``sigmas``, shape (n,), on the scale to 255."""
    noisy = np.flatnonzero(sigmas)
    noise = rng.standard_normal((len(noisy), *images.shape[1:]), np.float32)
    noise *= _for_each(sigmas[noisy], noise)
    noise += images[noisy]
    result = images.copy()
    result[noisy] = _to_pixels(noise)
    return result


def rotations(degrees: FloatArray) -> FloatArray:
    """Stack the maps, shape (n, 2, 2), that turn by ``degrees``, shape (n,), clockwise about the centre."""
    angles = np.radians(degrees)
    cosine, sine = np.cos(angles), np.sin(angles)
    return np.stack([np.stack([cosine, sine], -1), np.stack([-sine, cosine], -1)], -2).astype(np.float32)


def shears(slants: FloatArray) -> FloatArray:
    """Stack the maps, shape (n, 2, 2), that move each row by ``slants``, shape (n,), pixels beyond the one below.

    Above 0, the digit leans to the right.
    """
    maps = np.tile(np.eye(2, dtype=np.float32), (len(slants), 1, 1))
    maps[:, 0, 1] = slants
    return maps


def scales(changes: FloatArray) -> FloatArray:
    """Stack the maps, shape (n, 2, 2), that make 1 plus ``changes``, shape (n, 2), times as wide and as high."""
    maps = np.zeros((len(changes), 2, 2), np.float32)
    maps[:, [0, 1], [0, 1]] = 1 / (1 + changes)
    return maps


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
    images : ndarray of uint8, shape (n, height, width), or (n, height, width, 3)
    matrices : array_like, shape (n, 2, 2)
        Take (x, y) of a pixel of the result, from the centre, to where it lies in the picture. The product of two
        maps does first what the left one does.
    shifts : array_like, shape (n, 2)
        Pixels by which each result moves right and down.
    displacements : ndarray of float32, shape (n, 2, height, width), optional
        Added to where each pixel of the result lies in the picture, right and down.

    Returns
    -------
    ndarray of uint8, as ``images``
        Black where the map leaves the picture.
    """
    height, width = images.shape[1:3]
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
    n, height, width = images.shape[:3]
    x = np.clip(x, -1, width) + 1
    y = np.clip(y, -1, height) + 1
    left, top = x.astype(np.int32), y.astype(np.int32)
    x -= left
    y -= top
    pitch = width + 3
    corner = top * pitch + left
    corner += (np.arange(n, dtype=np.int32) * (pitch * (height + 3)))[:, np.newaxis]
    if images.ndim == 3:
        return _blended(images, corner, x, y)
    return np.stack([_blended(images[..., one], corner, x, y) for one in range(images.shape[3])], axis=3)


def _blended(images: ImageArray, corner: npt.NDArray[np.int32], x: FloatArray, y: FloatArray) -> ImageArray:
    """Blend four pixels each of one channel, shape (n, height, width): those at ``corner`` of padded pictures."""
    n, height, width = images.shape
    padded = np.zeros((n, height + 3, width + 3), np.float32)  # one black pixel before, two after
    padded[:, 1 : height + 1, 1 : width + 1] = images
    flat = padded.ravel()
    below = corner + (width + 3)
    upper = flat[corner] * (1 - x) + flat[corner + 1] * x
    lower = flat[below] * (1 - x) + flat[below + 1] * x
    blended = upper + (lower - upper) * y
    return np.rint(blended).astype(np.uint8).reshape(images.shape)
