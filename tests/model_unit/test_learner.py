"""What a batch teaches: large ones in pieces by several threads, in copies, and in other processes."""

import copy
import os
import pickle
import signal
import threading

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.runs import count_pieces_as

from model import Network, ShapeError, build
from model.network.gradients import piece_size
from model.network.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU
from model.network.losses import NO_DIGIT
from model.network.model_card import ModelCard
from model.network.optimizers import SGD
from model.training.learner import Learner, count_pieces


@pytest.mark.parametrize("n", [16, 17, 23])
def test_a_batch_in_two_halves_gives_the_gradients_of_one(monkeypatch, rng, n) -> None:
    def fresh(seed: int) -> Network:
        return Network(
            [Conv2D(3, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(10)], card=ModelCard(seed=seed), dtype=np.float64
        )

    network = fresh(0)
    images, labels = rng.integers(0, 256, (n, 28, 28)).astype(np.uint8), rng.integers(0, 10, n).astype(np.uint8)
    learner = Learner(network)
    whole = learner.train_batch(images, labels, label_smoothing=0.1)
    expected = [parameter.grad.copy() for parameter in network.parameters()]
    count_pieces_as(2, monkeypatch)
    for step in range(3):  # the second half sees the weights of now
        halves = learner.train_batch(images, labels, label_smoothing=0.1)
        assert halves == (pytest.approx(whole[0], rel=1e-12), whole[1])
        for parameter, grad in zip(network.parameters(), expected, strict=True):
            np.testing.assert_allclose(parameter.grad, grad, rtol=1e-10, atol=1e-12)
        if step == 1:
            network.set_weights(fresh(1).weights())
            count_pieces_as(1, monkeypatch)
            whole = learner.train_batch(images, labels, label_smoothing=0.1)
            expected = [parameter.grad.copy() for parameter in network.parameters()]
            count_pieces_as(2, monkeypatch)


@pytest.mark.parametrize("pieces", [2, 4, 8])
def test_any_number_of_cores_computes_the_same_bits(monkeypatch, rng, pieces) -> None:
    images, labels = rng.integers(0, 256, (67, 28, 28)).astype(np.uint8), rng.integers(0, 10, 67).astype(np.uint8)
    count_pieces_as(pieces, monkeypatch)
    results, threads = [], []
    for cores in (1, 2, 4, 8):
        monkeypatch.setattr("model.training.learner.CORES", cores)
        network = Network(
            [Conv2D(3), BatchNorm(), ReLU(), Flatten(), Dropout(0.5), Dense(10)], card=ModelCard(seed=3)
        )
        optimizer = SGD(network.parameters(), learning_rate=0.1)
        with Learner(network) as learner:
            losses = []
            for _ in range(3):
                losses.append(learner.train_batch(images, labels))
                optimizer.step()
            threads.append(sum(thread.name.startswith("another core") for thread in threading.enumerate()))
        results.append(network.weights() | {"losses": np.array(losses)})
    assert threads[0] == 0
    assert max(threads) <= pieces - 1
    for other in results[1:]:
        for name, array in results[0].items():
            np.testing.assert_array_equal(array, other[name], err_msg=name)


@pytest.mark.parametrize("pieces", [4, 8])
def test_more_pieces_give_the_gradients_of_one(monkeypatch, rng, pieces) -> None:
    images, labels = rng.integers(0, 256, (67, 28, 28)).astype(np.uint8), rng.integers(0, 10, 67).astype(np.uint8)
    network = build("journal-8", dtype=np.float64)
    found = []
    for count in (1, pieces):
        count_pieces_as(count, monkeypatch)
        with Learner(network) as learner:
            loss, correct = learner.train_batch(images, labels)
        found.append((loss, correct, [parameter.grad.copy() for parameter in network.parameters()]))
    (loss, correct, grads), (other_loss, other_correct, other_grads) = found
    assert (loss, correct) == (pytest.approx(other_loss, rel=1e-12), other_correct)
    for grad, other in zip(grads, other_grads, strict=True):
        np.testing.assert_allclose(grad, other, rtol=1e-10, atol=1e-12)


def test_a_batch_has_pieces_by_its_pictures_and_its_network_alone() -> None:
    lenet, deep = (build(name).multiplications for name in ("lenet", "deep"))
    batches = (1, 15, 16, 32, 63, 64, 128, 256, 512, 1000)
    assert [count_pieces(n, lenet) for n in batches] == [1, 1, 1, 1, 1, 2, 2, 4, 8, 8]
    assert [count_pieces(n, deep) for n in batches] == [1, 1, 2, 2, 2, 2, 2, 4, 8, 8]
    assert [count_pieces(n, 1000) for n in batches] == [1] * 10


def test_halves_of_dropout_and_normalization_repeat_their_bits(monkeypatch, rng) -> None:
    count_pieces_as(2, monkeypatch)
    images, labels = rng.integers(0, 256, (19, 28, 28)).astype(np.uint8), np.arange(19, dtype=np.uint8) // 2
    results = []
    for _ in range(2):
        network = Network(
            [Conv2D(3), BatchNorm(), ReLU(), Flatten(), Dropout(0.5), Dense(10)], card=ModelCard(seed=3)
        )
        learner, optimizer = Learner(network), SGD(network.parameters(), learning_rate=0.1)
        for _ in range(5):
            learner.train_batch(images, labels)
            optimizer.step()
        results.append(network.weights())
    for name, array in results[0].items():
        np.testing.assert_array_equal(array, results[1][name])


def test_an_error_in_the_second_half_arrives(monkeypatch) -> None:
    count_pieces_as(2, monkeypatch)

    def fill(network, images, labels, **others):
        if len(labels) == 8:
            raise MemoryError("no room for the second half")
        return 0.0, 0

    monkeypatch.setattr("model.training.learner.fill_gradients", fill)
    with pytest.raises(MemoryError, match="second half"):
        Learner(build("journal-8")).train_batch(np.zeros((17, 28, 28), np.uint8), np.zeros(17, np.uint8))


def test_weights_put_in_the_place_of_others_reach_the_second_half(monkeypatch, rng) -> None:
    images, labels = rng.integers(0, 256, (20, 28, 28)).astype(np.uint8), rng.integers(0, 10, 20).astype(np.uint8)
    network = build("journal-8", dtype=np.float64)
    count_pieces_as(2, monkeypatch)
    learner = Learner(network)
    learner.train_batch(images, labels)
    for parameter in network.parameters():
        parameter.value = parameter.value * 0.5
    halves = learner.train_batch(images, labels)
    count_pieces_as(1, monkeypatch)
    assert learner.train_batch(images, labels) == (pytest.approx(halves[0]), halves[1])


def test_a_batch_too_large_for_the_memory_is_learned_in_pieces(monkeypatch, rng) -> None:
    images, labels = rng.integers(0, 256, (30, 28, 28)).astype(np.uint8), rng.integers(0, 10, 30).astype(np.uint8)
    whole, pieces = (build("journal-8", dtype=np.float64) for _ in range(2))
    expected = Learner(whole).train_batch(images, labels, label_smoothing=0.1)
    monkeypatch.setattr("model.network.gradients.PIECE_NUMBERS", 1)
    assert piece_size(pieces) == 8
    assert Learner(pieces).train_batch(images, labels, label_smoothing=0.1) == (
        pytest.approx(expected[0]),
        expected[1],
    )
    for parameter, other in zip(whole.parameters(), pieces.parameters(), strict=True):
        np.testing.assert_allclose(other.grad, parameter.grad, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))])
@pytest.mark.parametrize("name", ["journal-8", "lenet", "deep"])
def test_a_copy_made_by_python_is_a_network_of_its_own(mnist, monkeypatch, duplicate, name) -> None:
    count_pieces_as(2, monkeypatch)
    network = build(name)
    Learner(network).train_batch(mnist.images[:16], mnist.labels[:16])
    network.logits(mnist.images[:2])
    other = duplicate(network)
    expected = network.copy().logits(mnist.images[5:7])
    np.testing.assert_array_equal(other.logits(mnist.images[5:7]), expected)
    Learner(other).train_batch(mnist.images[:16], mnist.labels[:16])
    SGD(other.parameters(), learning_rate=0.1).step()
    np.testing.assert_array_equal(network.logits(mnist.images[5:7]), expected)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_computes_halves_too(mnist, monkeypatch) -> None:
    count_pieces_as(2, monkeypatch)
    learner = Learner(build("journal-8"))
    learner.train_batch(mnist.images[:16], mnist.labels[:16])
    child = os.fork()
    if not child:
        signal.alarm(20)  # rather than to wait for ever
        learner.train_batch(mnist.images[:16], mnist.labels[:16])
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def test_a_learner_goes_on_after_its_second_thread_was_ended(mnist, monkeypatch) -> None:
    count_pieces_as(2, monkeypatch)
    learner = Learner(build("journal-8"))
    losses = []
    for _ in range(2):
        losses.append(learner.loss_and_gradients(mnist.images[:16], mnist.labels[:16]))
        learner.end_threads()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("another core")]
    assert losses[0] == losses[1]


def test_each_half_drops_out_other_numbers(monkeypatch) -> None:
    count_pieces_as(2, monkeypatch)
    network = Network([Flatten(), Dropout(0.5), Dense(2)], (1, 6, 6))
    with Learner(network) as learner:
        learner.train_batch(np.full((16, 6, 6), 255, np.uint8), np.zeros(16, np.uint8))
        (twin,) = learner._twins
    mine, others = (one.layers[1]._workspace.array("factors", (36, 8), np.float32) for one in (network, twin))
    assert set(np.unique(mine)) == set(np.unique(others)) == {0.0, 2.0}
    assert not np.array_equal(mine, others)


def test_the_second_half_is_scaled_as_the_first(monkeypatch, rng) -> None:
    images, labels = rng.integers(0, 256, (20, 28, 28)).astype(np.uint8), rng.integers(0, 10, 20).astype(np.uint8)
    network = build("journal-8", dtype=np.float64)
    learner = Learner(network)
    count_pieces_as(2, monkeypatch)
    learner.train_batch(images, labels)  # makes the twin
    network.input_mean, network.input_deviation = 0.13, 0.31
    halves = learner.train_batch(images, labels)
    count_pieces_as(1, monkeypatch)
    assert learner.train_batch(images, labels) == (pytest.approx(halves[0], rel=1e-12), halves[1])


@pytest.mark.parametrize("outputs", [10, 1])
@pytest.mark.parametrize(
    "label", [np.uint8(10), np.uint8(254), np.int64(300), np.int64(-1), np.int8(-128), np.float32(1)]
)
def test_a_label_of_no_class_is_refused_also_by_the_unchecked_way(outputs, label) -> None:
    learner = Learner(Network([Flatten(), Dense(outputs)], (1, 3, 3)))
    images, labels = np.zeros((2, 3, 3), np.uint8), np.array([0, label], label.dtype)
    message = error_of(ShapeError, lambda: learner.train_batch(images, labels))
    assert "float32" in message or str(label) in message


def test_one_logit_knows_no_pictures_of_no_class() -> None:
    learner = Learner(Network([Flatten(), Dense(1)], (1, 3, 3)))
    labels = np.array([0, NO_DIGIT], np.uint8)
    assert "255" in error_of(ShapeError, lambda: learner.train_batch(np.zeros((2, 3, 3), np.uint8), labels))


def test_the_mark_of_no_class_is_never_a_class() -> None:
    assert Learner(Network([Flatten(), Dense(255)], (1, 2, 2))).network.classes == 255
    message = error_of(ShapeError, lambda: Learner(Network([Flatten(), Dense(256)], (1, 2, 2))))
    assert "at most 255 classes" in message


def test_its_thread_is_gone_and_the_cores_are_given_back_at_its_end(monkeypatch, mnist) -> None:
    count_pieces_as(2, monkeypatch)
    with Learner(build("journal-8")) as learner:
        learner.train_batch(mnist.images[:16], mnist.labels[:16])
        assert any(thread.name.startswith("another core") for thread in threading.enumerate())
    assert not any(thread.name.startswith("another core") for thread in threading.enumerate())


def test_the_second_half_follows_every_step_of_an_optimizer(monkeypatch, rng) -> None:
    images, labels = rng.integers(0, 256, (20, 28, 28)).astype(np.uint8), rng.integers(0, 10, 20).astype(np.uint8)
    results = []
    for pieces in (1, 2):
        count_pieces_as(pieces, monkeypatch)
        network = build("journal-8", dtype=np.float64)
        learner, optimizer = Learner(network), SGD(network.parameters(), learning_rate=0.5)
        for _ in range(4):
            learner.loss_and_gradients(images, labels)
            optimizer.step()
        results.append(network.weights())
    for name, array in results[0].items():
        np.testing.assert_allclose(array, results[1][name], rtol=1e-9, atol=1e-12)
