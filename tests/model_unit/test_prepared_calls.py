"""One picture is answered by prepared calls, many by two threads: as the plain layers, by the weights of now."""

import contextvars
import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from helpers.properties import thorough
from hypothesis import given
from hypothesis import strategies as st

from model import Network, build
from model.errors import ShapeError
from model.network import answering
from model.network import network as network_module
from model.network.answering import BLOCKS_OF_LITTLE, ENOUGH, TWO_CORES, _do_both, _pieces_of
from model.network.layers import (
    AveragePool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPool2D,
    ReLU,
)
from model.network.prepared_calls import PreparedCalls, can_prepare
from model.network.second_core import SecondCore


@pytest.fixture(params=["blocks", "layers"])
def either_way(request, monkeypatch) -> None:
    """Answer many pictures as with the BLAS of one processor, and of another."""
    monkeypatch.setattr(network_module, "small_products_are_fast", lambda: request.param == "blocks")


sizes = st.tuples(st.integers(1, 3), st.integers(1, 3))
convolutions = st.builds(
    lambda filters, kernel, stride, padding: lambda: Conv2D(filters, kernel, stride=stride, padding=padding),
    st.integers(1, 5),
    sizes,
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
)
pools = st.builds(
    lambda kind, window, stride: lambda: kind(window, stride=stride),
    st.sampled_from([MaxPool2D, AveragePool2D]),
    sizes,
    sizes,
)
others = st.sampled_from([ReLU, BatchNorm, lambda: Dropout(0.5)])
maps = st.lists(convolutions | pools | others, max_size=7)
vectors = st.lists(others | st.builds(lambda outputs: lambda: Dense(outputs), st.integers(2, 5)), max_size=4)


def drawn(network: Network, rng: np.random.Generator) -> Network:
    """Give every number that training changes another value; variances stay positive."""
    for array in network.named_arrays().values():
        array[...] = rng.uniform(-1, 1, array.shape)
    for layer in network.layers:
        for name, statistic in layer.statistics().items():
            np.copyto(statistic, rng.uniform(0.5, 2, statistic.shape) if name == "running_variance" else statistic)
    return network


def plain_logits(network: Network, images: np.ndarray) -> np.ndarray:
    x = network.to_input(images)
    for layer in network.layers:
        x = layer.forward(x)
    return x.T.copy()


@given(
    before=maps,
    after=vectors,
    shape=st.tuples(st.sampled_from([1, 2, 5]), st.integers(6, 9), st.integers(6, 9)),
    mean=st.sampled_from([0.0, 0.13]),
    seed=st.integers(0, 99),
)
@thorough
def test_prepared_calls_answer_as_the_plain_layers(before, after, shape, mean, seed) -> None:
    rng = np.random.default_rng(seed)
    layers = [make() for make in (*before, Flatten, *after, lambda: Dense(3))]
    try:
        network = Network(layers, shape, dtype=np.float64, input_mean=mean, input_deviation=0.3)
    except ShapeError:
        return  # a window that does not fit
    channels, *sides = shape
    images = rng.integers(0, 256, (20, *sides) if channels == 1 else (20, *sides, channels), np.uint8)
    scaling = 1 / (255 * 0.3), mean / 0.3
    for _ in range(2):  # the second time with other weights, in the same memory
        plain = plain_logits(drawn(network, rng), images)
        bounds = {"rtol": 1e-10, "atol": 1e-10 * abs(plain).max()}
        np.testing.assert_allclose(network.logits(images[:1]), plain[:1], **bounds)
        for count in (1, 20, 32):  # one picture, a block, and a block with room
            calls = PreparedCalls(network.layers, shape, np.float64, *scaling, count)
            logits = calls.logits(images[:count])
            assert logits.shape == (min(count, 20), 3)
            np.testing.assert_allclose(logits, plain[:count], **bounds)


@pytest.mark.parametrize("name", ["journal-8", "lenet", "deep"])
def test_few_and_many_pictures_get_the_probabilities_of_the_plain_layers(name, mnist) -> None:
    network = build(name, seed=3)
    images = mnist.images[:250]
    logits = plain_logits(network, images)
    expected = np.exp(logits - logits.max(axis=1, keepdims=True))
    expected /= expected.sum(axis=1, keepdims=True)
    for count in (1, 4, 5, 17, 150):
        np.testing.assert_allclose(network.predict_proba(images[:count]), expected[:count], rtol=0, atol=2e-6)


def test_answers_follow_the_smallest_change_of_any_weight(mnist, monkeypatch, either_way) -> None:
    """Were a copy of a weight answered with, or a second thread on other memory, the answer would stay."""
    for name, value in {
        "FEW": 3,
        "BLOCKS_OF_LITTLE": (4,),
        "INFERENCE_BATCH": 4,
        "TWO_CORES": 1,
        "ENOUGH": 1,
    }.items():
        monkeypatch.setattr(answering, name, value)
    rng = np.random.default_rng(0)
    network = drawn(build("deep", seed=1, dtype=np.float64, input_shape=(1, 12, 12)), rng)
    images = mnist.images[:8, 8:20, 8:20]
    one, many, shown = images[:1], images, []  # the second four in the second thread
    for name, array in network.named_arrays().items():
        before = network.logits(one), network.logits(many)
        place = np.unravel_index(rng.integers(array.size), array.shape)
        array[place] += 1e-4
        np.testing.assert_allclose(network.logits(one), plain_logits(network, one), rtol=1e-9, err_msg=name)
        np.testing.assert_allclose(network.logits(many), plain_logits(network, many), rtol=1e-9, err_msg=name)
        shown += [(network.logits(one) != before[0]).any() and (network.logits(many)[4:] != before[1][4:]).any()]
    assert np.mean(shown) > 0.8, "only behind a ReLU that never lets through is a change not seen"
    network.input_deviation = 0.5
    for images in (one, many):
        np.testing.assert_allclose(network.logits(images), plain_logits(network, images), rtol=1e-9)
    for parameter in network.parameters():
        parameter.value = parameter.value + 0.01  # another array in its place
    for images in (one, many):
        np.testing.assert_allclose(network.logits(images), plain_logits(network, images), rtol=1e-9)


@pytest.mark.parametrize("change", ["turned", "swapped"])
def test_a_kernel_with_the_same_weights_in_other_places_is_another(mnist, change) -> None:
    network = build("deep", seed=2)
    kernel = network.named_parameters()["conv4.kernel"].value
    network.logits(mnist.images[:1])
    kernel[...] = kernel[:, :, ::-1, ::-1].copy() if change == "turned" else kernel[::-1].copy()
    np.testing.assert_allclose(
        network.logits(mnist.images[:1]), plain_logits(network, mnist.images[:1]), atol=1e-4
    )


def test_other_steps_than_the_usual_are_not_passed_over(mnist) -> None:
    class Doubled(ReLU):
        def forward(self, x, **how):
            return 2 * super().forward(x, **how)

    network = build("journal-8")
    plain = network.logits(mnist.images[:1])
    network.compute_by(lambda layers: [Doubled(), *layers])
    np.testing.assert_allclose(network.logits(mnist.images[:1]), plain * 2, rtol=1e-5)
    assert not can_prepare([Doubled()])


def test_one_core_computes_the_bits_of_two(mnist, monkeypatch, either_way) -> None:
    network = build("lenet", seed=4)
    threads = set()
    for name in ("_calls_of_now", "forward"):
        way = getattr(Network, name)

        def seen(self, *how, way=way):
            threads.add(threading.current_thread())
            return way(self, *how)

        monkeypatch.setattr(Network, name, seen)
    two = network.logits(mnist.images[:250])
    assert len(threads) == 2

    def one_after_the_other(mine, others) -> None:
        others()
        mine()

    monkeypatch.setattr(answering, "_do_both", one_after_the_other)
    np.testing.assert_array_equal(network.logits(mnist.images[:250]), two)


def test_without_kernels_for_small_products_many_pictures_go_through_the_layers(mnist, monkeypatch) -> None:
    monkeypatch.setattr(network_module, "small_products_are_fast", lambda: False)
    network = build("lenet", seed=4)
    images = mnist.images[:70]
    np.testing.assert_allclose(network.logits(images), plain_logits(network, images), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(network.logits(images)[:35].T, network.forward(network.to_input(images[:35])))


@given(
    count=st.integers(0, 3000),
    blocks=st.sampled_from([(32, 16), (128, 32), (64,)]),
    multiplications=st.integers(1, 10**8),
)
@thorough
def test_pieces_cover_all_pictures_once_and_are_shared_by_two(count, blocks, multiplications) -> None:
    threads = _pieces_of(count, blocks, multiplications)
    pieces = [piece for pieces in threads for piece in pieces]
    assert np.concatenate([np.arange(count)[piece] for piece in pieces] or [[]]).tolist() == list(range(count))
    lengths = [[piece.stop - piece.start for piece in pieces] for pieces in threads]
    assert all(set(row[:-1]) <= set(blocks) and max(row, default=0) <= blocks[0] for row in lengths)
    is_worth_it = count * multiplications >= TWO_CORES and (count >= ENOUGH or blocks != BLOCKS_OF_LITTLE)
    assert len(threads) == 1 + (count > 1 and is_worth_it)
    assert max(map(sum, lengths)) - min(map(sum, lengths)) <= 1


def test_an_error_in_either_thread_is_raised_and_both_have_ended() -> None:
    done = []

    def fail() -> None:
        raise ShapeError("no")

    for mine, others in ((fail, lambda: done.append(1)), (lambda: done.append(2), fail)):
        with pytest.raises(ShapeError, match="no"):
            _do_both(mine, others)
    assert done == [1, 2]


def test_the_second_thread_serves_more_work_and_ends_when_there_is_none() -> None:
    second, threads, values = SecondCore(), [], []
    setting = contextvars.ContextVar("setting", default=0)

    def note() -> None:
        threads.append(threading.current_thread())
        values.append(setting.get())

    for number in range(3):
        setting.set(number)
        second.do_both(lambda: None, note)
    (thread,) = set(threads)
    assert values == [0, 1, 2], "each work sees the context of who asked for it"
    thread.join(20)
    assert not thread.is_alive()
    second.do_both(lambda: None, note)
    assert threads[-1] is not thread


def test_many_at_once_share_the_second_thread() -> None:
    second, found = SecondCore(), []
    with ThreadPoolExecutor(8) as pool:
        for number in range(400):
            pool.submit(second.do_both, lambda: None, partial(found.append, number))
    assert sorted(found) == list(range(400))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_has_a_second_thread_of_its_own(mnist) -> None:
    network = build("lenet", seed=4)
    expected = network.logits(mnist.images[:250])
    with multiprocessing.get_context("fork").Pool(1) as pool:
        found = pool.apply_async(network.logits, [mnist.images[:250]]).get(timeout=60)
    np.testing.assert_array_equal(found, expected)


def test_a_diverged_network_answers_with_nan_and_does_not_warn(mnist) -> None:
    network = build("lenet")
    network.parameters()[0].value[...] = np.inf
    for count in (1, 19, 64):  # the last by two threads
        assert np.isnan(network.predict_proba(mnist.images[:count])).all()


def test_preparing_leaves_the_layers_as_they_are(mnist) -> None:
    network = build("deep", seed=5)
    before = network.weights()
    for count in (1, 2):
        calls = PreparedCalls(network.layers, network.input_shape, network.dtype, 1 / 255, 0.5, count)
        calls.logits(mnist.images[:count])
    for name, array in network.named_arrays().items():
        np.testing.assert_array_equal(array, before[name])
