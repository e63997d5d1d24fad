"""Each planted fault has its effect, leaves the evidence that it claims, and none of the others'."""

import math
from dataclasses import replace

import numpy as np
import pytest
from helpers.runs import same_weights

from model import build, load_network, save_network
from model.errors import ConfigError
from model.network.fused_convolution import FusedConv
from model.training.fault_lab import CURVES, SEEN_STEPS, VIEWS, Evidence, GradientCheck, curves_of, investigate
from model.training.faults import FAULTS, plant, pool_and_relu
from model.training.learner import Learner
from model.training.training import TrainingState, train
from model.training.training_config import TrainingConfig

CONFIG = TrainingConfig(learning_rate=0.02, batch_size=8, epochs=2)


@pytest.fixture(scope="module")
def evidence(mnist) -> dict[str, Evidence]:
    return {name: investigate(name, mnist) for name in FAULTS}


def trained(dataset, name: str = "", arch: str = "journal-8", config: TrainingConfig = CONFIG):
    state = TrainingState(network := build(arch), config)
    if name:
        dataset = plant(name, network, dataset, state)
    list(train(network, dataset, state=state))
    return network


def wrong_views(found: Evidence) -> set[str]:
    """Name the views that show something wrong, by their figures alone."""
    pictures = found.pictures
    bright = {part: images.mean() > 127 for part, (images, _) in pictures.items()}
    steps = [ratio for ratios in found.steps.values() for ratio in ratios if not math.isnan(ratio)]
    signs = {
        "input": any(high != pytest.approx(1) or low != 0 for low, high in found.input_ranges.values()),
        "steps": any(ratio != pytest.approx(1, rel=1e-3) for ratio in steps),
        "gradients": not all(check.agrees for check in found.gradients.values()),
        "parts": any(found.shared.values()),
        "pictures": any(bright.values()),
    }
    return {view for view, is_wrong in signs.items() if is_wrong}


@pytest.mark.parametrize("name", FAULTS)
def test_the_curves_show_what_is_claimed(evidence, name) -> None:
    assert curves_of(evidence[name]) == FAULTS[name].curves
    assert curves_of(replace(evidence[name], epochs=evidence[name].healthy)) == "usual"


@pytest.mark.parametrize("name", FAULTS)
def test_only_the_view_that_is_claimed_shows_something(evidence, name) -> None:
    expected = set() if name == "shuffled-labels" else {FAULTS[name].view}  # what labels mean only a person sees
    assert wrong_views(evidence[name]) == expected


def test_every_answer_is_the_right_one_for_some_fault() -> None:
    assert {fault.view for fault in FAULTS.values()} == set(VIEWS)
    assert {fault.curves for fault in FAULTS.values()} == set(CURVES)
    assert len({fault.cause for fault in FAULTS.values()}) == len(FAULTS) == 9


def test_the_rate_is_a_hundred_times_as_high(evidence) -> None:
    first = [ratios[0] for ratios in evidence["rate-100"].steps.values()]
    assert first == pytest.approx([100] * 4, rel=1e-3)


def test_gradients_add_up(evidence, digits) -> None:
    for ratios in evidence["kept-gradients"].steps.values():
        assert ratios[0] == pytest.approx(1, rel=1e-3)
        assert max(ratios) > 4
        assert len(ratios) == len(SEEN_STEPS)
    network = build("journal-8")
    state = TrainingState(network, CONFIG)
    plant("kept-gradients", network, digits, state)
    before = network.weights()
    for grad in (1.0, 3.0):
        for parameter in network.parameters():
            parameter.grad.fill(grad)
        state.optimizer.step()
    moved = before["conv1.kernel"] - network.weights()["conv1.kernel"]
    assert moved == pytest.approx(CONFIG.learning_rate * (1 + (1 + 3)), rel=1e-3)


def test_biases_stay_as_they_are(evidence, some) -> None:
    steps = evidence["no-bias"].steps
    for name, ratios in steps.items():
        assert ratios == pytest.approx([0.0 if name.endswith("bias") else 1.0] * 3, rel=1e-3)
    network = trained(some, "no-bias")
    assert not any(p.value.any() for name, p in network.named_parameters().items() if name.endswith("bias"))


def test_labels_are_shuffled_in_the_training_part_alone(mnist) -> None:
    dataset = mnist.limited(300)
    network = build("journal-8")
    planted = plant("shuffled-labels", network, dataset, TrainingState(network, CONFIG))
    train_part = dataset.split.train
    assert np.array_equal(planted.split.train, train_part)
    assert np.mean(planted.labels[train_part] == dataset.labels[train_part]) < 0.3
    assert np.array_equal(np.sort(planted.labels[train_part]), np.sort(dataset.labels[train_part]))
    for part in ("validation", "test"):
        assert np.array_equal(planted.part(part)[1], dataset.part(part)[1])
    assert np.array_equal(planted.images, dataset.images)


def test_training_pictures_alone_are_inverted(mnist) -> None:
    dataset, network = mnist.limited(100), build("journal-8")
    planted = plant("inverted", network, dataset, TrainingState(network, CONFIG))
    assert np.array_equal(planted.part("train")[0], 255 - dataset.part("train")[0])
    assert np.array_equal(planted.part("validation")[0], dataset.part("validation")[0])
    assert np.array_equal(planted.labels, dataset.labels)


def test_tests_are_training_pictures(evidence, mnist) -> None:
    found = evidence["test-on-training"]
    assert found.shared == {part: found.counts[part] for part in ("validation", "test")}
    tiny = mnist.limited(7)  # without other parts
    network = build("journal-8")
    planted = plant("test-on-training", network, tiny, TrainingState(network, CONFIG))
    assert len(planted.split.test) == len(planted.split.validation) == 0
    assert len(planted.split.train) == 7


def test_pictures_are_divided_by_225(evidence, digits) -> None:
    for low, high in evidence["scaled-225"].input_ranges.values():
        assert (low, high) == pytest.approx((0, 255 / 225))
    network = build("journal-8")
    plant("scaled-225", network, digits, TrainingState(network, CONFIG))
    assert network.to_input(digits.images[:5]).ravel() == pytest.approx(
        digits.images[:5].transpose(1, 2, 0).ravel() / 225, rel=1e-5
    )


@pytest.mark.parametrize("name", ["pool-ties", "relu-mask"])
@pytest.mark.parametrize("arch", ["journal-8", "lenet", "deep"])
def test_a_faulty_backward_pass_answers_as_before_and_stays_in_copies(some, name, arch) -> None:
    network, plain = build(arch), build(arch)
    for one in (network, plain):
        one.named_parameters()["conv1.bias"].value.fill(0.05)  # or ReLU hides the ties on the ground
    plant(name, network, some, TrainingState(network, CONFIG))
    x = plain.to_input(some.images[:8])
    assert network.forward(x) == pytest.approx(plain.forward(x), rel=1e-4, abs=1e-4)
    assert [type(layer) for layer in network.layers] == [type(layer) for layer in plain.layers]
    gradients = []
    for one in (plain, network, network.copy()):
        with Learner(one, np.random.default_rng(0)) as learner:
            learner.loss_and_gradients(some.images[:8], some.labels[:8])
        gradients.append(one.named_parameters()["conv1.bias"].grad.copy())
    right, faulty, copied = gradients
    assert not np.allclose(right, faulty, rtol=1e-2)
    assert np.array_equal(faulty, copied)


def test_the_layers_alone_show_the_mistake() -> None:
    for name, expected in (("pool-ties", (4.0, 0.0)), ("relu-mask", (1.0, 1.0)), ("inverted", (1.0, 0.0))):
        pool, relu = pool_and_relu(name)
        pool.forward(np.full((1, 2, 2, 1), 3.0), remember=True)
        relu.forward(np.full((1, 1), -1.0), remember=True)
        assert pool.backward(np.ones((1, 1, 1, 1))).sum() == expected[0]
        assert relu.backward(np.ones((1, 1))).sum() == expected[1]


def test_where_nothing_ties_the_generous_pooling_is_right(rng) -> None:
    pool, _ = pool_and_relu("pool-ties")
    right, _ = pool_and_relu("inverted")
    x, grad = rng.normal(size=(3, 5, 6, 4)), rng.normal(size=(3, 2, 3, 4))
    for one in (pool, right):
        one.forward(x, remember=True)
    assert np.array_equal(pool.backward(grad), right.backward(grad))
    pool.forward(x, remember=True)
    assert pool.backward(grad, need_grad_in=False) is None


def test_plain_networks_are_still_fused() -> None:
    assert isinstance(build("journal-8")._steps[0], FusedConv)


@pytest.mark.parametrize("name", FAULTS)
def test_the_file_of_a_network_opens_with_plain_layers(some, name, tmp_path) -> None:
    network = trained(some, name)
    save_network(network, tmp_path / "it.safetensors")
    again = load_network(tmp_path / "it.safetensors")
    assert same_weights(network, again)
    assert [type(layer) for layer in again.layers] == [type(layer) for layer in build("journal-8").layers]
    assert again.predict_proba(some.images) == pytest.approx(network.predict_proba(some.images), abs=1e-5)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_changes_the_training_or_what_is_measured(some, name) -> None:
    is_changed = not same_weights(trained(some), trained(some, name))
    assert is_changed == (name != "test-on-training")


def test_unknown_faults_and_those_that_would_not_show_are_refused(some) -> None:
    network = build("journal-8")
    with pytest.raises(ConfigError, match="there is no fault 'x'; there are rate-100"):
        plant("x", network, some, TrainingState(network, CONFIG))
    with pytest.raises(ConfigError, match="standardised"):
        plant("scaled-225", network, some, TrainingState(network, replace(CONFIG, standardize=True)))


def test_a_check_agrees_to_a_thousandth() -> None:
    assert GradientCheck(1.0, 1.0009).agrees
    assert not GradientCheck(1.0, 1.0011).agrees
    assert GradientCheck(0.0, 0.0).agrees
