"""The order of many classes by their confusions."""

import numpy as np
import pytest

from model.judging.confusion_order import confusion_order


def test_classes_that_are_confused_stand_together() -> None:
    confusion = np.diag(np.full(30, 50))
    for one, other in ((0, 29), (4, 17), (9, 22)):
        confusion[one, other] += 20
        confusion[other, one] += 3
    confusion[29, 15] += 8  # a third one joins the first two
    order = confusion_order(confusion)
    assert sorted(order) == [*range(30)]
    place = np.argsort(order)
    assert all(abs(place[one] - place[other]) == 1 for one, other in ((0, 29), (4, 17), (9, 22)))
    assert abs(place[15] - place[[0, 29]]).min() == 1


def test_shares_count_and_not_pictures() -> None:
    confusion = np.diag(np.full(12, 1000))
    confusion[2, 7] = 100  # a tenth of many
    confusion[5] = 0
    confusion[5, [5, 7]] = 1, 3  # most of few
    place = np.argsort(confusion_order(confusion))
    assert abs(place[5] - place[7]) == 1


@pytest.mark.parametrize("classes", [2, 10, 47, 200])
def test_the_order_is_a_permutation_for_any_number_of_classes(classes: int) -> None:
    rng = np.random.default_rng(classes)
    confusion = rng.integers(0, 3, (classes, classes)) * (rng.random((classes, classes)) < 0.1)
    confusion[-1] = 0  # a class without pictures
    order = confusion_order(confusion)
    assert sorted(order) == [*range(classes)]
    if classes <= 10:
        assert list(order) == [*range(classes)]


def test_without_confusions_classes_keep_their_order() -> None:
    np.testing.assert_array_equal(confusion_order(np.diag(np.arange(1, 21))), np.arange(20))
