"""Steps of each optimizer, worked by hand."""

import math

import numpy as np
import pytest
from helpers.errors import error_of

from model.errors import ConfigError
from model.network.layers import Parameter
from model.network.optimizers import OPTIMIZERS, SGD, Adam, AdamW, Momentum, Nesterov, clip_gradients


def parameter(value: float, grad: float) -> Parameter:
    return Parameter(np.array([value]), np.array([grad]))


def test_sgd_goes_down_the_gradient() -> None:
    weight = parameter(1.0, 0.5)
    SGD([weight], learning_rate=0.1).step()
    assert weight.value.item() == pytest.approx(1.0 - 0.1 * 0.5)
    weight.grad[0] = -2.0
    SGD([weight], learning_rate=0.1).step()
    assert weight.value.item() == pytest.approx(0.95 + 0.2)


def test_momentum_remembers_its_direction() -> None:
    weight = parameter(1.0, 2.0)
    optimizer = Momentum([weight], learning_rate=0.1, momentum=0.5)
    optimizer.step()  # velocity 2
    assert weight.value.item() == pytest.approx(0.8)
    weight.grad[0] = 1.0
    optimizer.step()  # velocity 0.5 * 2 + 1 = 2
    assert weight.value.item() == pytest.approx(0.6)
    weight.grad[0] = 0.0
    optimizer.step()  # velocity 1
    assert weight.value.item() == pytest.approx(0.5)


def test_nesterov_looks_ahead() -> None:
    weight = parameter(1.0, 2.0)
    optimizer = Nesterov([weight], learning_rate=0.1, momentum=0.5)
    optimizer.step()  # velocity 2: a step of 2 + 0.5 * 2
    assert weight.value.item() == pytest.approx(0.7)
    weight.grad[0] = 1.0
    optimizer.step()  # velocity 0.5 * 2 + 1 = 2: a step of 1 + 0.5 * 2
    assert weight.value.item() == pytest.approx(0.5)
    weight.grad[0] = 0.0
    optimizer.step()  # velocity 1
    assert weight.value.item() == pytest.approx(0.45)


def test_the_weights_of_adamw_shrink_by_themselves_and_biases_do_not() -> None:
    weight = Parameter(np.array([[2.0]]), np.array([[0.0]]))
    bias = parameter(2.0, 0.0)
    AdamW([weight, bias], learning_rate=0.1, weight_decay=0.5).step()
    assert weight.value.item() == pytest.approx(2 - 0.1 * 0.5 * 2)
    assert bias.value.item() == 2
    weight.grad[:] = 3.0
    with_decay, without = weight.value.copy(), Parameter(weight.value.copy(), weight.grad)
    AdamW([weight], learning_rate=0.1, weight_decay=0.5).step()
    Adam([without], learning_rate=0.1).step()
    np.testing.assert_allclose(weight.value, without.value - 0.05 * with_decay)


def test_long_gradients_are_shortened_together_and_short_ones_left() -> None:
    weights = [Parameter(np.zeros(2), np.array([3.0, 0.0])), Parameter(np.zeros((1, 1)), np.array([[4.0]]))]
    assert clip_gradients(weights, 10) == 5
    np.testing.assert_array_equal(weights[0].grad, [3, 0])
    assert clip_gradients(weights, 2.5) == 5
    np.testing.assert_allclose(weights[0].grad, [1.5, 0])
    np.testing.assert_allclose(weights[1].grad, [[2.0]])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_goes_on_from_its_state(name) -> None:
    rng = np.random.default_rng(0)
    grads = rng.standard_normal((6, 2, 3))
    results = []
    for stop in (0, 3):
        weight = Parameter.of(np.ones((2, 3)))
        optimizer = OPTIMIZERS[name]([weight], learning_rate=0.1)
        for index, grad in enumerate(grads):
            if index == stop:  # another one takes over
                saved = {key: array.copy() for key, array in optimizer.state().items()}
                optimizer = OPTIMIZERS[name]([weight], learning_rate=0.1)
                for key, array in optimizer.state().items():
                    array[...] = saved[key]
            weight.grad[:] = grad
            optimizer.step()
        results.append(weight.value)
    np.testing.assert_array_equal(*results)


def test_adam_takes_two_steps_as_worked_by_hand() -> None:
    weight = parameter(1.0, 4.0)
    optimizer = Adam([weight], learning_rate=0.1, beta1=0.5, beta2=0.75, epsilon=0.0)
    optimizer.step()
    # mean 2, corrected by 1 - 0.5 to 4; square 4, corrected by 1 - 0.75 to 16: a step of 0.1 * 4 / 4
    assert weight.value.item() == pytest.approx(0.9)
    weight.grad[0] = -2.0
    optimizer.step()
    # mean 0.5 * 2 - 0.5 * 2 = 0: the second step is none
    assert weight.value.item() == pytest.approx(0.9)
    weight.grad[0] = 1.0
    optimizer.step()
    mean = 0.5 * 1 / (1 - 0.5**3)
    square = (0.75 * (0.75 * 4 + 0.25 * 4) + 0.25 * 1) / (1 - 0.75**3)
    assert weight.value.item() == pytest.approx(0.9 - 0.1 * mean / math.sqrt(square))


def test_the_first_step_of_adam_is_one_learning_rate_whatever_the_gradient() -> None:
    for grad in (1e-3, 1.0, 1e5):
        weight = parameter(0.0, grad)
        Adam([weight], learning_rate=0.01).step()
        assert weight.value.item() == pytest.approx(-0.01, rel=1e-4)


def test_adam_adds_epsilon_to_the_root_not_under_it() -> None:
    weight = parameter(0.0, 1e-4)
    Adam([weight], learning_rate=1.0, epsilon=1e-4).step()
    assert weight.value.item() == pytest.approx(-0.5)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_values_change_in_place_and_keep_their_dtype(name) -> None:
    weight = Parameter(np.ones((2, 3), np.float32), np.full((2, 3), 0.5, np.float32))
    array, grad_before = weight.value, weight.grad.copy()
    optimizer = OPTIMIZERS[name]([weight], learning_rate=0.1)
    for _ in range(3):
        optimizer.step()
    assert weight.value is array
    assert array.dtype == np.float32
    assert (array < 1).all()
    np.testing.assert_array_equal(weight.grad, grad_before)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_parameter_is_changed_by_its_own_gradient(name) -> None:
    weights = [parameter(1.0, 1.0), parameter(1.0, -1.0), parameter(1.0, 0.0)]
    OPTIMIZERS[name](weights, learning_rate=0.1).step()
    first_step = 0.19 if name == "nesterov" else 0.1  # which adds the gradient once more, shortened by 0.9
    assert weights[0].value.item() == pytest.approx(1 - first_step)
    assert weights[1].value.item() == pytest.approx(1 + first_step)
    assert weights[2].value.item() == 1.0


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_learning_rate_may_change_between_steps(name) -> None:
    weight = parameter(1.0, 1.0)
    optimizer = OPTIMIZERS[name]([weight], learning_rate=0.1)
    optimizer.learning_rate = 0.2
    optimizer.step()
    assert weight.value.item() == pytest.approx(0.62 if name == "nesterov" else 0.8)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("learning_rate", [0, -0.1, math.nan])
def test_a_learning_rate_that_goes_nowhere_is_refused(name, learning_rate) -> None:
    message = error_of(ConfigError, lambda: OPTIMIZERS[name]([], learning_rate=learning_rate))
    assert "learning_rate" in message
    assert str(learning_rate) in message


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_finds_the_bottom_of_a_bowl(name) -> None:
    weight = Parameter(np.array([3.0, -2.0]), np.zeros(2))
    optimizer = OPTIMIZERS[name]([weight], learning_rate=0.05)
    for _ in range(400):
        weight.grad[:] = 2 * (weight.value - [1.0, 4.0])
        optimizer.step()
    np.testing.assert_allclose(weight.value, [1.0, 4.0], atol=0.01)
