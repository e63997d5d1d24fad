"""Pictures as points: near one another where the pictures are alike."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from model.data.dataset import balanced_indices
from model.errors import ConfigError
from model.large_arrays import Rows, in_pieces, release
from model.network.arrays import ImageArray, IndexArray, LabelArray

__all__ = [
    "COMPONENTS",
    "TSNE_LIMIT",
    "Features",
    "compared",
    "map_sample",
    "mean_images",
    "nearest",
    "nearest_to",
    "principal_components",
    "tsne_map",
]

Features: TypeAlias = npt.NDArray[np.float32]
"""Coordinates of pictures, one row each."""

COMPONENTS = 50
"""Coordinates a picture: 82 % of the variance of handwritten digits, in a sixteenth of the numbers."""
FITTED = 10_000
"""Pictures that the components are computed from at most: more hardly turn them, and take memory."""
MOST_FITTED = FITTED * 28 * 28
"""Numbers in all of them: of large pictures, fewer are taken."""
MOST_BY_COVARIANCE = 1200
"""Numbers in a picture; with more, their covariance would take long, and the components are approximate."""
CHUNK = 2_000
"""Pictures that are turned into coordinates at once: 6 MB as float32."""
MOST_COMPARED = 100_000
"""Of more pictures, about so many, evenly spread, are compared with one, which takes 10 ms, and are on the map."""
TSNE_LIMIT = 5_000
"""Pictures that t-SNE arranges in less than half a minute."""
PERPLEXITY = 30.0


def principal_components(images: ImageArray, components: int = COMPONENTS, seed: int = 0) -> Features:
    """Compute the coordinates of pictures along the directions in which they differ most.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width), or (n, height, width, 3) in colour
        One or more.
    components : int
        How many directions, at least 1.
    seed : int
        Of the draw of the `FITTED` pictures that the directions are computed from, if there are more.

    Returns
    -------
    ndarray of float32, shape (n, min(components, max(2, n)))
        By falling variance, on the scale on which a pixel goes from 0 to 1; distances between rows are at most
        those between pictures. The second column is zero for one picture, so that there always is a map.

    References
    ----------
    I. T. Jolliffe: Principal component analysis, second edition, 2002, chapter 2.
    """
    # scikit-learn takes a second to import, which drawing a digit should not wait for
    from sklearn.decomposition import PCA  # noqa: PLC0415

    n = len(images)
    size = images[0].size if n else 0
    wanted = min(components, max(2, n))
    result = np.zeros((n, wanted), np.float32)
    if n < 2:
        return result
    drawn = np.random.default_rng(seed).permutation(n)[: min(FITTED, MOST_FITTED // size)]
    solver = "covariance_eigh" if size <= MOST_BY_COVARIANCE else "randomized"
    # where the origin lies does not matter, and at a picture, equal pictures are exactly zero
    origin = images[0]
    with np.errstate(invalid="ignore"):  # equal pictures: the share of a component in no variance at all
        pca = PCA(wanted, svd_solver=solver, random_state=seed).fit(_rows(Rows(images, np.sort(drawn))[:], origin))
    for start in range(0, n, CHUNK):
        result[start : start + CHUNK] = pca.transform(_rows(images[start : start + CHUNK], origin))
        release(images)
    return result


def compared(count: int) -> range:
    """Return which of so many pictures are compared with one, and are on the map: all, or `MOST_COMPARED`."""
    return range(0, count, max(1, -(-count // MOST_COMPARED)))


def nearest(features: Features, index: int, count: int) -> IndexArray:
    """Find the pictures that are most like one.

    Parameters
    ----------
    features : ndarray of float32, shape (n, components)
    index : int
        Of the picture, which is not among those found.
    count : int
        How many to find.

    Returns
    -------
    ndarray of int, shape (min(count, n - 1),)
        Nearest first; of two as near, the one with the lower index first. Of more than `MOST_COMPARED` pictures,
        a part is compared.
    """
    return nearest_to(features, features[index], count, left_out=index)


def nearest_to(
    features: Features, point: npt.NDArray[np.float32], count: int, *, left_out: int | None = None
) -> IndexArray:
    """Find the pictures whose features are nearest to a point: as `nearest`.

    Parameters
    ----------
    features : ndarray of float32, shape (n, components)
    point : ndarray of float32, shape (components,)
    count : int
        How many to find.
    left_out : int, optional
        A picture that is not among those found.
    """
    places = compared(len(features))
    differences = features[:: places.step] - point
    squares = np.einsum("ij,ij->i", differences, differences)
    is_among_them = left_out is not None and left_out in places
    if left_out is not None and is_among_them:
        squares[left_out // places.step] = np.inf
    count = min(count, len(places) - is_among_them)
    if count < 1:
        return np.zeros(0, np.intp)
    farthest = np.partition(squares, count - 1)[count - 1]
    within = np.flatnonzero(squares <= farthest)
    return within[np.argsort(squares[within], kind="stable")[:count]] * places.step


def tsne_map(features: Features, seed: int = 0) -> Features:
    """Arrange pictures in a plane so that those near one another stay near one another.

    Parameters
    ----------
    features : ndarray of float32, shape (n, components)
        At most `TSNE_LIMIT` pictures, with two components or more.
    seed : int

    Returns
    -------
    ndarray of float32, shape (n, 2)
        Neither axes nor distances between groups mean anything.

    Raises
    ------
    ConfigError
        If there are more pictures.

    Notes
    -----
    Takes up to half a minute, on all cores, and cannot be interrupted. It begins with the first two principal
    components, so that groups keep to their side of the map.

    References
    ----------
    L. van der Maaten, G. Hinton: Visualizing data using t-SNE, JMLR 2008. The beginning: D. Kobak, P. Berens:
    The art of using t-SNE for single-cell transcriptomics, Nature Communications 2019.
    """
    from sklearn.manifold import TSNE  # noqa: PLC0415  takes a second to import

    n = len(features)
    if n > TSNE_LIMIT:
        raise ConfigError(f"a t-SNE map holds at most {TSNE_LIMIT:,} pictures, got {n:,}: draw fewer")
    deviation = features[:, 0].std()
    if not deviation > 0:  # one picture, or nothing to tell pictures apart by
        return np.zeros((n, 2), np.float32)
    beginning = features[:, :2] * np.float32(1e-4 / deviation)
    perplexity = min(PERPLEXITY, max(1.0, (n - 1) / 3))
    tsne = TSNE(2, perplexity=perplexity, init=beginning, random_state=seed)
    return np.ascontiguousarray(tsne.fit_transform(features), np.float32)


def mean_images(images: ImageArray | Rows, labels: LabelArray, classes: int = 10) -> ImageArray:
    """Average the pictures of each class.

    Parameters
    ----------
    images : ndarray of uint8, or Rows, shape (n, height, width), or (n, height, width, 3) in colour
    labels : ndarray of uint8, shape (n,)
    classes : int
        How many there are.

    Returns
    -------
    ndarray of uint8, shape (classes, height, width), or (classes, height, width, 3) in colour
        Rounded; black for a class that is missing.
    """
    sums, start = np.zeros((classes, *images.shape[1:]), np.int64), 0
    for piece in in_pieces(images):
        of_piece = labels[start : start + len(piece)]
        start += len(piece)
        for label in np.flatnonzero(np.bincount(of_piece)):
            sums[label] += piece[of_piece == label].sum(axis=0, dtype=np.int64)
    counts = np.maximum(np.bincount(labels, minlength=classes), 1)
    return np.rint((sums.T / counts).T).astype(np.uint8)


def map_sample(labels: LabelArray, count: int = TSNE_LIMIT, seed: int = 0) -> IndexArray:
    """Draw the pictures of a map, as many of each class as nearly as the data allow.

    Parameters
    ----------
    labels : ndarray of uint8, shape (n,)
    count : int
        How many; all, if there are not more.
    seed : int

    Returns
    -------
    ndarray of int, shape (min(count, n),)
        Rising indices.
    """
    step = compared(len(labels)).step
    return balanced_indices(labels[::step], count, np.random.default_rng(seed)) * step


def _rows(images: ImageArray, origin: ImageArray) -> Features:
    rows: Features = (images.astype(np.float32) - origin).reshape(len(images), -1)
    rows /= 255
    return rows
