"""The smallest change of ink really makes another answer, and nothing of it can be left out."""

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.model_files import LENET

from model import Network, build, load_network
from model.errors import CancelledError, ShapeError
from model.inspection.ink_change import ink_change
from model.network.layers import Dense, Flatten


@pytest.fixture(scope="module")
def lenet() -> Network:
    return load_network(LENET)


@pytest.mark.parametrize("number", range(6))
def test_the_changed_picture_is_answered_otherwise(lenet: Network, mnist, number: int) -> None:
    image = mnist.images[number].copy()
    found = ink_change(lenet, image)
    assert found is not None
    assert np.array_equal(image, mnist.images[number])
    assert np.array_equal(found.before, image)
    before, after = lenet.predict_proba(np.stack([found.before, found.after]))
    assert (found.old, found.new) == (before.argmax(), after.argmax())
    assert found.old != found.new
    np.testing.assert_array_equal(found.probabilities, [before, after])
    assert found.pixels == (found.before != found.after).sum() <= 60
    changes = (found.after.astype(int) - found.before.astype(int)) / 255
    assert found.added == pytest.approx(changes[changes > 0].sum(), abs=1e-5)
    assert found.removed == pytest.approx(-changes[changes < 0].sum(), abs=1e-5)
    np.testing.assert_allclose(found.difference, changes, atol=1e-6)


@pytest.mark.parametrize("number", range(4))
def test_no_changed_pixel_can_have_its_ink_back(lenet: Network, mnist, number: int) -> None:
    found = ink_change(lenet, mnist.images[number])
    assert found is not None
    for place in np.argwhere(found.before != found.after):
        picture = found.after.copy()
        picture[tuple(place)] = found.before[tuple(place)]
        assert lenet.predict_proba(picture[np.newaxis])[0].argmax() == found.old


def test_the_least_ink_of_a_linear_network_is_known() -> None:
    """Of logits ``w x``, the least ink is the pixel where the weights differ most, as much as it takes."""
    network = Network([Flatten(), Dense(3)], dtype=np.float64)
    weight, bias = (one.value for one in network.parameters())
    weight[...], bias[...] = 0, (1.0, 0.0, 0.0)
    weight[1, 40], weight[1, 41], weight[2, 300], weight[0, 500] = 2.0, 1.5, 1.9, 1.0
    found = ink_change(network, np.zeros((28, 28), np.uint8))
    assert found is not None
    assert (found.old, found.new, found.pixels) == (0, 1, 1)
    assert found.after.ravel()[40] == 128  # 2 x > 1 from 127.5 on
    drawn = np.zeros((28, 28), np.uint8)
    drawn.ravel()[500] = 255
    bias[...] = (-0.5, 0.0, 0.0)
    removed = ink_change(network, drawn)  # 1 - 0.5 above 0: to take half of it away costs 0.5, to add 0.25
    assert removed is not None
    assert (removed.new, removed.pixels, removed.after.ravel()[40]) == (1, 1, 64)
    weight[1, 40] = weight[1, 41] = weight[2, 300] = 0
    removed = ink_change(network, drawn)
    assert removed is not None
    assert removed.added == 0
    assert removed.after.ravel()[500] == 127


def test_where_a_steep_pixel_has_little_room_the_next_one_gives_the_rest() -> None:
    """The least ink: 55 greys of slope 3, all that there are, and 161 of 255 of slope 2."""
    network = Network([Flatten(), Dense(2)], dtype=np.float64)
    weight, bias = (one.value for one in network.parameters())
    weight[...], bias[...] = 0, (1.9, 0.0)
    weight[1, 40], weight[1, 41] = 3, 2
    drawn = np.zeros((28, 28), np.uint8)
    drawn.ravel()[40] = 200
    bias[0] += 3 * 200 / 255
    found = ink_change(network, drawn)
    assert found is not None
    least = int((1.9 - 3 * 55 / 255 + 1e-3) / 2 * 255) + 1
    assert found.after.ravel()[[40, 41]].tolist() == [255, least]
    bias[0] = 0.6 + 3 * 200 / 255
    found = ink_change(network, drawn)
    assert found is not None
    assert found.after.ravel()[[40, 41]].tolist() == [252, 0]  # 3 * 52 / 255 is above 0.6


def test_where_no_ink_changes_the_answer_there_is_no_change(mnist) -> None:
    network = Network([Flatten(), Dense(10)])
    network.parameters()[0].value[...] = 0
    network.parameters()[1].value[3] = 1
    assert ink_change(network, mnist.images[0]) is None
    network.parameters()[1].value[3] = np.nan
    assert ink_change(network, mnist.images[0]) is None


def test_of_two_classes_with_one_logit_the_other_is_found(mnist) -> None:
    network = Network([Flatten(), Dense(1)])
    for image in mnist.images[:4]:
        found = ink_change(network, image)
        assert found is not None
        assert {found.old, found.new} == {0, 1}


def test_a_picture_of_another_shape_is_refused() -> None:
    assert "(28, 28)" in error_of(ShapeError, lambda: ink_change(build("journal-8"), np.zeros((20, 28), np.uint8)))


def test_the_search_can_be_cancelled_at_any_time(lenet: Network, mnist) -> None:
    """A large network is searched for seconds, and the window closes meanwhile."""
    told: list[float] = []
    ink_change(lenet, mnist.images[0], told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)

    def cancel(share: float) -> None:
        if share == 1:
            raise CancelledError("enough")

    with pytest.raises(CancelledError):
        ink_change(lenet, mnist.images[0], cancel)
