"""The scores of each part of a data set, computed in another process: nothing here loads Qt."""

from collections.abc import Mapping

from model.judging.scores import Scores, score
from model.network.arrays import FloatArray, IndexArray, LabelArray


def scores_of_parts(
    probabilities: FloatArray,
    labels: LabelArray,
    parts: Mapping[str, IndexArray],
    class_names: tuple[str, ...] = (),
) -> dict[str, Scores]:
    """Score each part that holds pictures.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (n, classes)
    labels : ndarray of uint8, shape (n,)
    parts : mapping
        Name to the indices of its pictures.
    class_names : tuple of str
        Of all classes; their numbers if none are given.
    """
    return {
        name: score(probabilities[chosen], labels[chosen], class_names)
        for name, chosen in parts.items()
        if len(chosen)
    }
