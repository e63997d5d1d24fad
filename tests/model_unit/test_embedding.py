"""Pictures as points, their neighbours, and the two maps."""

import time

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.properties import few, thorough
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from model.errors import ConfigError
from model.judging.embedding import (
    COMPONENTS,
    FITTED,
    TSNE_LIMIT,
    Features,
    map_sample,
    mean_images,
    nearest,
    principal_components,
    tsne_map,
)


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    with threadpool_limits(1):  # several wait for one another on a busy machine
        yield


@pytest.fixture(scope="module")
def features(mnist) -> Features:
    """Compute the coordinates of the bundled digits."""
    return principal_components(mnist.images)


def distances(points: np.ndarray) -> np.ndarray:
    """Compute all distances between rows."""
    return np.linalg.norm(points[:, np.newaxis].astype(float) - points[np.newaxis], axis=2)


def test_components_are_those_of_the_singular_value_decomposition(mnist) -> None:
    images = mnist.images[:300]
    rows = images.reshape(300, -1) / 255
    left, values, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    found = principal_components(images, 6)
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.abs(found), np.abs((left * values)[:, :6]), atol=2e-4)


def test_fifty_components_keep_most_of_the_variance_in_falling_order(mnist, features) -> None:
    assert features.shape == (5000, COMPONENTS)
    variances = features.var(axis=0)
    assert (np.diff(variances) <= 1e-6).all()
    whole = (mnist.images.reshape(5000, -1) / 255).var(axis=0).sum()
    assert 0.8 < variances.sum() / whole < 0.85


def test_all_components_keep_the_distances(mnist) -> None:
    images = mnist.images[:40]
    rows = images.reshape(40, -1) / 255
    np.testing.assert_allclose(distances(principal_components(images)), distances(rows), atol=1e-3)


def test_the_order_of_the_pictures_does_not_matter(mnist, rng) -> None:
    images = mnist.images[:400]
    order = rng.permutation(400)
    there = principal_components(images, 5)
    back = principal_components(images[order], 5)
    np.testing.assert_allclose(np.abs(back), np.abs(there[order]), atol=1e-3)


@pytest.mark.parametrize(("count", "components"), [(1, 2), (2, 2), (3, 3), (49, 49), (51, 50)])
def test_fewer_pictures_have_fewer_components_but_always_a_plane(mnist, count, components) -> None:
    found = principal_components(mnist.images[:count])
    assert found.shape == (count, components)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("value", [0, 200])
def test_equal_pictures_lie_in_one_point(value) -> None:
    found = principal_components(np.full((20, 28, 28), value, np.uint8))
    np.testing.assert_array_equal(found, 0)
    np.testing.assert_array_equal(tsne_map(found), 0)


def test_many_pictures_are_fitted_by_a_sample_that_the_seed_draws(mnist) -> None:
    images = np.tile(mnist.images, (3, 1, 1))
    assert len(images) > FITTED
    first, again, other = (principal_components(images, 3, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    np.testing.assert_allclose(first[:5000], first[5000:10_000], atol=1e-4)
    assert abs(np.corrcoef(first[:, 0], other[:, 0])[0, 1]) > 0.99


@given(data=st.data())
@thorough
def test_neighbours_are_those_of_a_naive_search(data) -> None:
    n = data.draw(st.integers(1, 30))
    points = np.random.default_rng(data.draw(st.integers(0, 99))).integers(0, 4, (n, 2)).astype(np.float32)
    index, count = data.draw(st.integers(0, n - 1)), data.draw(st.integers(0, 35))
    squares = ((points - points[index]) ** 2).sum(axis=1)
    expected = sorted((i for i in range(n) if i != index), key=lambda i: (squares[i], i))[:count]
    assert nearest(points, index, count).tolist() == expected


def test_neighbours_of_a_digit_are_mostly_of_its_kind(mnist, features) -> None:
    same = [(mnist.labels[nearest(features, i, 8)] == mnist.labels[i]).mean() for i in range(0, 5000, 50)]
    assert np.mean(same) > 0.85


def test_neighbours_among_sixty_thousand_are_found_at_once(features) -> None:
    many = np.tile(features, (12, 1))
    nearest(many, 0, 24)
    seconds = []
    for index in range(5):
        started = time.process_time()
        found = nearest(many, index, 24)
        seconds.append(time.process_time() - started)
        assert found[:11].tolist() == [index + 5000 * copy for copy in range(1, 12)]
    assert min(seconds) < 0.02


def test_tsne_keeps_the_digits_apart(mnist, features) -> None:
    sample = map_sample(mnist.labels, 400)
    points = tsne_map(features[sample], 3)
    assert (points.shape, points.dtype) == ((400, 2), np.float32)
    labels = mnist.labels[sample]
    same = [(labels[nearest(points, i, 5)] == labels[i]).mean() for i in range(400)]
    assert np.mean(same) > 0.7
    np.testing.assert_array_equal(points, tsne_map(features[sample], 3))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 12])
def test_tsne_takes_a_handful_of_pictures(mnist, count) -> None:
    points = tsne_map(principal_components(mnist.images[:count]))
    assert points.shape == (count, 2)
    assert np.isfinite(points).all()
    assert count == 1 or distances(points)[np.triu_indices(count, 1)].min() > 0


def test_tsne_of_too_many_pictures_is_refused() -> None:
    message = error_of(ConfigError, lambda: tsne_map(np.ones((TSNE_LIMIT + 1, 2), np.float32)))
    assert "5,001" in message


def test_means_are_those_of_each_digit_and_black_where_there_is_none(mnist) -> None:
    some = np.flatnonzero(mnist.labels != 4)
    images, labels = mnist.images[some], mnist.labels[some]
    means = mean_images(images, labels)
    assert (means.shape, means.dtype) == ((10, 28, 28), np.uint8)
    assert not means[4].any()
    np.testing.assert_allclose(means[7], images[labels == 7].astype(float).mean(axis=0), atol=0.5)
    one = mean_images(images[:1], labels[:1])
    np.testing.assert_array_equal(one[labels[0]], images[0])


@given(count=st.integers(1, 60), seed=st.integers(0, 9))
@few
def test_a_sample_is_balanced_and_rising(count, seed) -> None:
    labels = np.repeat(np.arange(10, dtype=np.uint8), 5)
    sample = map_sample(labels, count, seed)
    assert len(sample) == min(count, 50)
    assert (np.diff(sample) > 0).all()
    assert np.ptp(np.bincount(labels[sample], minlength=10)) <= 1
    np.testing.assert_array_equal(sample, map_sample(labels, count, seed))
