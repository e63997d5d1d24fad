"""When a network learned what: answers and confusions over its epochs."""

import numpy as np
import pytest
from helpers.networks import KINDS
from helpers.runs import small_network

from model import Dataset, Network
from model.inspection.time_machine import (
    MOST_PICTURES,
    answers_over,
    confusion,
    hardest_pair,
    pair,
    some_of,
)
from model.readers.sources import open_data

EPOCHS = [0, 1, 2, 4, 8]


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return open_data("bundled").limited(300)


def four_and_nine(*mistakes: tuple[int, int]) -> np.ndarray:
    """Of 50 pictures of each digit, so many 4s are taken for 9s, and 9s for 4s, after each epoch."""
    result = np.tile(50 * np.eye(10, dtype=np.intp), (len(mistakes), 1, 1))
    for matrix, (fours, nines) in zip(result, mistakes, strict=True):
        matrix[4, 9], matrix[4, 4] = fours, 50 - fours
        matrix[9, 4], matrix[9, 9] = nines, 50 - nines
    return result


def naive_since(epochs: list[int], confusions: np.ndarray, first: int, second: int) -> int | None:
    """Go back from the last epoch for as long as the rule holds."""
    since = None
    for epoch, matrix in reversed(list(zip(epochs, confusions.tolist(), strict=True))):
        count = sum(matrix[first]) + sum(matrix[second])
        holds = (matrix[first][second] + matrix[second][first]) / count < 0.05
        for digit in (first, second):
            holds = holds and matrix[digit][digit] / sum(matrix[digit]) > 0.5
        if not holds:
            break
        since = epoch
    return since


def test_a_pair_is_told_apart_since_it_has_stayed_below_the_threshold() -> None:
    found = pair(EPOCHS, four_and_nine((25, 25), (2, 2), (4, 2), (2, 2), (1, 0)), 4, 9)
    assert (found.since, found.before, found.last, found.confused) == (4, 2, 8, 0.01)
    assert found.sentence == "It learned to tell 4 from 9 between epochs 2 and 4."


def test_the_threshold_itself_is_not_below_it() -> None:
    assert pair([0], four_and_nine((3, 2)), 4, 9).since is None
    assert pair([0], four_and_nine((2, 2)), 4, 9).since == 0


def test_each_case_has_its_sentence() -> None:
    told = {
        "It learned to tell 4 from 9 in epoch 2.": four_and_nine((9, 9), (9, 9), (1, 1), (1, 1), (1, 1)),
        "It told 4 from 9 from the beginning on.": four_and_nine(*[(0, 0)] * 5),
        "At epoch 8, it takes 7.0 % of the 4s and 9s for the other.": four_and_nine(*[(1, 1)] * 4, (4, 3)),
    }
    for sentence, confusions in told.items():
        assert pair(EPOCHS, confusions, 4, 9).sentence == sentence
    assert pair([3], four_and_nine((0, 0)), 4, 9).sentence == "It told 4 from 9 from epoch 3 on."
    assert pair([0], four_and_nine((4, 4)), 4, 9).sentence.startswith("Before training, it takes 8.0 %")


def test_a_network_that_answers_the_same_to_everything_tells_nothing_apart() -> None:
    always_3 = np.zeros((1, 10, 10), np.intp)
    always_3[0, :, 3] = 50
    found = pair([5], always_3, 4, 9)
    assert (found.since, found.unknown, found.confused) == (None, 4, 0.0)
    assert found.sentence == "At epoch 5, it reads at most half of the 4s right."


def test_too_few_pictures_say_nothing() -> None:
    few = four_and_nine((0, 0)) // 25
    few[0, 4] = 0
    assert "Only 2 of the pictures" in pair([0], few, 4, 9).sentence
    assert hardest_pair([0], four_and_nine((0, 0))).pictures == 100


def test_it_agrees_with_a_search_backwards() -> None:
    rng = np.random.default_rng(0)
    found = set()
    for _ in range(200):
        confusions = four_and_nine(*rng.integers(0, 5, (5, 2)).tolist())
        since = pair(EPOCHS, confusions, 4, 9).since
        assert since == naive_since(EPOCHS, confusions, 4, 9)
        found.add(since)
    assert found == {*EPOCHS, None}


def test_the_hardest_pair_is_confused_still_or_was_learned_last() -> None:
    confusions = four_and_nine((9, 9), (9, 9), (1, 1), (1, 1), (1, 1))
    confusions[0, 3, 5], confusions[0, 3, 3] = 20, 30
    assert (hardest_pair(EPOCHS, confusions).first, hardest_pair(EPOCHS, confusions).second) == (4, 9)
    confusions[-1, 3, 5], confusions[-1, 3, 3] = 20, 30
    assert (hardest_pair(EPOCHS, confusions).first, hardest_pair(EPOCHS, confusions).second) == (3, 5)


def test_answers_and_confusions_are_those_of_each_network(dataset) -> None:
    networks = [small_network(seed) for seed in range(3)]
    rows = answers_over(networks, dataset.images[7])
    assert rows.shape == (3, 10)
    for row, network in zip(rows, networks, strict=True):
        np.testing.assert_array_equal(row, network.predict_proba(dataset.images[7:8])[0])
    images, labels = dataset.images[:50], dataset.labels[:50]
    counted = np.zeros((10, 10), int)
    for image, digit in zip(images, labels, strict=True):
        counted[digit, networks[0].predict_proba(image[np.newaxis]).argmax()] += 1
    np.testing.assert_array_equal(confusion(networks[0], images, labels), counted)


def test_at_most_a_thousand_pictures_are_measured_evenly(dataset) -> None:
    assert some_of(dataset.images, dataset.labels) == (dataset.images, dataset.labels)
    labels = np.arange(5000)
    _, chosen = some_of(np.zeros((5000, 1, 1), np.uint8), labels)
    assert (len(set(chosen)), chosen[0], chosen[-1]) == (MOST_PICTURES, 0, 4999)
    assert set(np.diff(chosen)) == {5, 6}


def test_one_logit_has_two_classes() -> None:
    network: Network = KINDS["one logit"]()
    images = np.random.default_rng(0).integers(0, 256, (6, 9, 9)).astype(np.uint8)
    assert confusion(network, images, np.array([0, 1, 0, 1, 0, 1], np.uint8)).sum() == 6
