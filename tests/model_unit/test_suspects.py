"""Wrong labels and outliers: planted ones are found, and where there are none there is no alarm."""

import numpy as np
import pytest
from helpers.properties import few
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from model import Dataset
from model.judging.embedding import principal_components
from model.training.suspects import NEIGHBOURS, label_suspicion, out_of_fold_probabilities, outlier_distances


@pytest.fixture(scope="module")
def some(mnist) -> Dataset:
    return mnist.limited(400)


@pytest.fixture(scope="module", autouse=True)
def _one_blas_thread():
    with threadpool_limits(1):  # several wait for one another on a busy machine
        yield


@pytest.fixture(scope="module")
def probabilities(some) -> np.ndarray:
    """Compute them once, with labels that are right."""
    return out_of_fold_probabilities(some.images, some.labels)


class CancelledError(Exception):
    """What a caller raises to end the work."""


def test_planted_labels_are_the_most_suspicious(some, rng) -> None:
    labels = some.labels.copy()
    planted = rng.choice(400, 8, replace=False)
    labels[planted] = (labels[planted] + rng.integers(1, 10, 8)) % 10
    suspicion = label_suspicion(out_of_fold_probabilities(some.images, labels), labels)
    assert suspicion.dtype == np.float64
    assert (suspicion >= 0).all()
    assert (suspicion <= 1).all()
    ranked = np.argsort(-suspicion)
    assert np.isin(planted, ranked[:24]).mean() >= 0.9
    assert suspicion[planted].mean() > 0.85


def test_right_labels_are_hardly_suspicious(some, probabilities) -> None:
    suspicion = label_suspicion(probabilities, some.labels)
    assert np.median(suspicion) < 0.05
    assert (suspicion > 0.5).mean() < 0.2
    assert (suspicion > 0.99).mean() < 0.05


def test_the_seed_decides(some) -> None:
    first, again, other = (
        out_of_fold_probabilities(some.images[:60], some.labels[:60], 2, seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_probabilities_are_probabilities(probabilities) -> None:
    assert (probabilities.shape, probabilities.dtype) == ((400, 10), np.float32)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_no_picture_is_answered_by_a_network_that_has_learned_it() -> None:
    # noise can be learned by heart, but not guessed
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (120, 28, 28), np.uint8)
    labels = rng.integers(0, 10, 120).astype(np.uint8)
    answers = out_of_fold_probabilities(images, labels).argmax(axis=1)
    assert (answers == labels).mean() < 0.3


@pytest.mark.parametrize("labels", [[0], [0, 0], [3, 8], [1, 1, 1, 7], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]])
def test_rare_and_missing_digits_are_no_obstacle(some, labels) -> None:
    labels = np.array(labels, np.uint8)
    found = out_of_fold_probabilities(some.images[: len(labels)], labels)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    if len(labels) == 1:
        np.testing.assert_allclose(found, 0.1)


def test_progress_rises_and_cancels_at_once(some) -> None:
    shares = []

    def report(share: float) -> None:
        shares.append(share)
        if share > 0.5:
            raise CancelledError

    with pytest.raises(CancelledError):
        out_of_fold_probabilities(some.images[:40], some.labels[:40], on_progress=report)
    assert shares == sorted(shares)
    assert shares[0] < 0.01
    assert len(shares) == len(set(shares)) == 32


def test_blas_has_its_threads_again_afterwards(some) -> None:
    def limits() -> list[int]:
        return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]

    with threadpool_limits(2, "blas"):
        before = limits()
        out_of_fold_probabilities(some.images[:4], some.labels[:4], 2)
        assert limits() == before


def test_suspicion_is_what_is_missing_to_certainty() -> None:
    probabilities = np.full((3, 10), 0.0, np.float32)
    probabilities[0, 4], probabilities[1, 4], probabilities[2, [4, 9]] = 1, 1, (0.25, 0.75)
    assert label_suspicion(probabilities, np.array([4, 5, 4], np.uint8)).tolist() == [0, 1, 0.75]


def naive_outlier_distances(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    result = np.zeros(len(labels))
    for i, label in enumerate(labels):
        same = [j for j in range(len(labels)) if labels[j] == label]
        others = same if len(same) > NEIGHBOURS else range(len(labels))
        lengths = sorted(float(np.linalg.norm(features[i] - features[j])) for j in others if j != i)
        if lengths:
            result[i] = np.mean(lengths[:NEIGHBOURS])
    return result


@given(n=st.integers(1, 40), digits=st.integers(1, 10), seed=st.integers(0, 99))
@few
def test_outlier_distances_are_those_of_a_naive_search(n, digits, seed) -> None:
    rng = np.random.default_rng(seed)
    features, labels = rng.standard_normal((n, 3)).astype(np.float32), rng.integers(0, digits, n).astype(np.uint8)
    found = outlier_distances(features, labels)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, naive_outlier_distances(features, labels), atol=1e-5)
    order = rng.permutation(n)
    np.testing.assert_allclose(outlier_distances(features[order], labels[order]), found[order], atol=1e-5)


def test_noise_lies_farther_out_than_any_digit_and_copies_lie_at_zero(some) -> None:
    images, labels = some.images.copy(), some.labels
    images[123] = np.random.default_rng(0).integers(0, 256, (28, 28))
    zeros = np.flatnonzero(labels == 0)[: NEIGHBOURS + 1]
    images[zeros] = images[zeros[0]]
    distances = outlier_distances(principal_components(images), labels)
    assert distances.argmax() == 123
    np.testing.assert_allclose(distances[zeros], 0, atol=1e-5)


def test_outlier_distances_report_progress_and_can_be_cancelled(some) -> None:
    features, shares = principal_components(some.images), []
    outlier_distances(features, some.labels, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1

    def refuse(share: float) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        outlier_distances(features, some.labels, refuse)
