"""The gradient check passes for every network on offer, and names the layer of a planted fault."""

import numpy as np
import pytest

from model import build, load_network
from model.inspection.gradient_check import LIMIT, check_gradients
from model.network.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU
from model.network.model_card import ModelCard
from model.network.network import Network


def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)


@pytest.mark.parametrize("name", ["journal-8", "lenet", "deep"])
def test_the_networks_on_offer_pass(name: str) -> None:
    network, shares = build(name), []
    rows = check_gradients(network, picture(), on_progress=shares.append)
    assert [row.name for row in rows] == network.layer_names
    assert all(row.passed for row in rows)
    assert all(row.checked > row.kinks for row in rows)
    assert sum(row.parameters for row in rows) == network.parameter_count
    assert shares[-1] == 1.0
    assert sum(row.kinks for row in rows) > 0  # random pictures and pools have some


def test_a_trained_network_passes() -> None:
    from helpers.model_files import LENET

    assert all(row.passed for row in check_gradients(load_network(LENET), picture()))


def test_the_network_stays_as_it_is() -> None:
    network = build("journal-8")
    before = network.weights()
    check_gradients(network, picture())
    assert all(np.array_equal(array, before[name]) for name, array in network.weights().items())


class WrongKernel(Conv2D):
    """Forgets half of the gradient of its kernels."""

    def backward(self, grad_out, *, need_grad_in=True):
        result = super().backward(grad_out, need_grad_in=need_grad_in)
        self.parameters()["kernel"].grad *= 0.999
        return result


class WrongBias(Dense):
    """Lets the gradient of its bias be zero."""

    def backward(self, grad_out, *, need_grad_in=True):
        result = super().backward(grad_out, need_grad_in=need_grad_in)
        self.parameters()["bias"].grad[:] = 0
        return result


class NoMask(ReLU):
    """Lets every derivative through."""

    def backward(self, grad_out, *, need_grad_in=True):
        super().backward(grad_out, need_grad_in=need_grad_in)
        return grad_out


class ToAll(MaxPool2D):
    """Hands the derivative to every number of the window."""

    def backward(self, grad_out, *, need_grad_in=True):
        grad_in = super().backward(grad_out, need_grad_in=need_grad_in)
        grad_in[:] = np.repeat(np.repeat(grad_out, 2, axis=1), 2, axis=2)
        return grad_in


@pytest.mark.parametrize(
    ("wrong", "place", "name"),
    [
        (WrongKernel(4, 3), 0, "wrongkernel1"),
        (NoMask(), 1, "nomask1"),
        (ToAll(2), 2, "toall1"),
        (WrongBias(10), 4, "wrongbias1"),
    ],
)
def test_a_planted_fault_is_found_and_named(wrong, place: int, name: str) -> None:
    layers = [Conv2D(4, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(10)]
    layers[place] = wrong
    rows = check_gradients(Network(layers, card=ModelCard("planted")), picture())
    failed = [row.name for row in rows if not row.passed]
    assert failed
    assert failed[-1] == name  # what comes after it, towards the loss, is right
    assert rows[place].largest_error > 100 * LIMIT


def test_kinks_are_left_out_and_counted() -> None:
    flat = np.full((28, 28), 128, np.uint8)  # all windows of all pools are tied
    rows = check_gradients(build("journal-8"), flat, 3)
    assert all(row.passed for row in rows)
    pool = next(row for row in rows if row.name == "pool1")
    assert pool.kinks > 0.5 * pool.checked
    smooth = Network([Flatten(), Dense(10)], card=ModelCard("smooth"))
    assert sum(row.kinks for row in check_gradients(smooth, flat, 3)) == 0


def test_one_logit_is_checked_too() -> None:
    network = Network([Conv2D(2, 3), ReLU(), Flatten(), Dense(1)], card=ModelCard("two"))
    assert all(row.passed for row in check_gradients(network, picture()))
