"""Compares two networks on the same pictures: which ones only one gets right, and whether that may be chance."""

from dataclasses import dataclass

import numpy as np

from model.errors import DataFormatError, ShapeError
from model.network.arrays import IndexArray, LabelArray
from model.wording import pictures

__all__ = ["Comparison", "compare"]

CHANCE = 0.05
"""A difference that arises by chance at least this often proves nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The answers of two networks, A and B, to the same pictures.

    Attributes
    ----------
    both, only_a, only_b, neither : ndarray of int
        The pictures that both get right, only one, or none, in rising order.
    p_value : float
        Of the exact test of McNemar: how likely so uneven a share of the pictures that only one of them gets
        right is, or a more uneven one, if each were as likely to be A's as B's.
    """

    both: IndexArray
    only_a: IndexArray
    only_b: IndexArray
    neither: IndexArray
    p_value: float

    def sentence(self, a: str, b: str) -> str:
        """Put the test into words.

        Parameters
        ----------
        a, b : str
            The names of the networks.
        """
        only_a, only_b = len(self.only_a), len(self.only_b)
        if not only_a and not only_b:
            return f"{a} and {b} are right on exactly the same pictures."
        better, worse, most, fewest = (a, b, only_a, only_b) if only_a >= only_b else (b, a, only_b, only_a)
        counts = f"{better} alone gets {pictures(most)} right, {worse} alone {fewest:,}"
        if self.p_value < CHANCE:
            return f"{better} is better: {counts}, which is unlikely to be chance ({self._test()})."
        return f"Neither is proven to be better: {counts}, which may be chance ({self._test()})."

    def _test(self) -> str:
        return "McNemar's test, " + ("p < 0.001" if self.p_value < 0.001 else f"p = {self.p_value:.3g}")


def compare(answers_a: IndexArray, answers_b: IndexArray, labels: LabelArray) -> Comparison:
    """Compare the answers of two networks to the same pictures.

    Parameters
    ----------
    answers_a, answers_b : ndarray of int, shape (n,)
        Their answers.
    labels : ndarray of uint8, shape (n,)

    Raises
    ------
    DataFormatError
        If there are no pictures.
    ShapeError
        If there is not one answer of each for each label.

    References
    ----------
    Q. McNemar: Note on the sampling error of the difference between correlated proportions, Psychometrika 12,
    1947; T. Dietterich: Approximate Statistical Tests for Comparing Supervised Classification Learning
    Algorithms, Neural Computation 10, 1998, section 3.1.
    """
    from scipy.stats import binomtest  # noqa: PLC0415  half a second to import

    if not answers_a.shape == answers_b.shape == labels.shape == (len(labels),):
        raise ShapeError(
            f"expected as many answers as labels, got {answers_a.shape} and {answers_b.shape} for {labels.shape}"
        )
    if len(labels) == 0:
        raise DataFormatError("there are no pictures in this part to compare on: choose another part")
    a, b = answers_a == labels, answers_b == labels
    both, only_a, only_b, neither = (np.flatnonzero(which) for which in (a & b, a & ~b, b & ~a, ~a & ~b))
    differing = len(only_a) + len(only_b)
    p_value = float(binomtest(len(only_a), differing).pvalue) if differing else 1.0
    return Comparison(both, only_a, only_b, neither, p_value)
