"""A training step's numbers are those of the plain layers and of the real optimisers, bit for bit."""

import numpy as np
import pytest

from model import ConfigError, ShapeError, build
from model.inspection.step_film import Frame, epoch_film, step_film
from model.inspection.trace import trace
from model.inspection.training_step import BATCH, Moment, Recipe, TrainingStep, batch_of, take_epoch, take_step
from model.network.layers import AveragePool2D, Conv2D, Dense, Flatten, MaxPool2D, ReLU
from model.network.losses import softmax_cross_entropy
from model.network.model_card import ModelCard
from model.network.network import Network
from model.network.optimizers import OPTIMIZERS
from model.network.patches import windows

RATES = {"sgd": 0.01, "momentum": 0.01, "nesterov": 0.01, "adam": 0.001, "adamw": 0.001}


def pictures(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28), dtype=np.uint8)


def labels(count: int) -> np.ndarray:
    return np.arange(count) % 10


def number(text: str) -> float:
    """Read a number that the window shows, with its minus sign."""
    return float(text.replace("−", "-"))


def by_hand(network: Network, optimizer: str, steps: int, images: np.ndarray, right: np.ndarray) -> list[float]:
    """Train through the plain layers, and return the loss before each step and after the last."""
    descent = OPTIMIZERS[optimizer](network.parameters(), learning_rate=RATES[optimizer])
    losses = []
    for _ in range(steps + 1):
        x = network.to_input(images)
        for layer in network.layers:
            x = layer.forward(x, remember=True)
        loss, grad = softmax_cross_entropy(x, right)
        losses.append(loss)
        if len(losses) > steps:
            break
        for layer in reversed(network.layers):
            grad = layer.backward(grad)
        descent.step()
    return losses


def test_a_step_begins_with_the_numbers_of_the_trace() -> None:
    network, picture = build("lenet"), pictures(1)
    found, step = trace(network, picture[0], 3), take_step(Moment(network), picture, np.array([3]))
    for name in network.layer_names:
        assert np.array_equal(step.outputs[name], found[f"{name}.output"])
        assert np.array_equal(step.gradients[name], found[f"{name}.gradient"])
    assert np.array_equal(step.gradients["input"], found["input.gradient"])
    assert step.loss_before == pytest.approx(found.loss, rel=1e-6)
    for name, change in step.changes.items():
        assert np.array_equal(change.gradient, found[f"{name}.gradient"])
        assert np.array_equal(change.before, found[name])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(("name", "count"), [("lenet", 1), ("lenet", 4), ("deep", 2)])
def test_steps_are_those_of_the_layers_and_the_optimiser(optimizer: str, name: str, count: int) -> None:
    images, right = pictures(count), labels(count)
    moment, losses = Moment(build(name), Recipe(optimizer, RATES[optimizer])), []
    for number in range(3):
        step = take_step(moment, images, right)
        losses.append(step.loss_before)
        moment = step.after
        assert moment.steps == number + 1
    expected = build(name)
    assert [*losses, step.loss_after] == by_hand(expected, optimizer, 3, images, right)
    for key, array in expected.named_arrays().items():
        assert np.array_equal(moment.network.named_arrays()[key], array), key


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_the_optimiser_remembers_is_told_of_each_weight(optimizer: str) -> None:
    images, right = pictures(2), labels(2)
    first = take_step(Moment(build("journal-8"), Recipe(optimizer, 0.01)), images, right)
    step = take_step(first.after, images, right)
    for before, now in zip(first.changes.values(), step.changes.values(), strict=True):
        assert before.memory_after.keys() == now.memory_before.keys()
        for name, array in before.memory_after.items():
            assert np.array_equal(array, now.memory_before[name])
        if "velocity" in now.memory_after:
            velocity = np.float32(0.9) * now.memory_before["velocity"] + now.gradient
            assert np.array_equal(now.memory_after["velocity"], velocity)
        if "mean" in now.memory_after:
            mean = 0.9 * now.memory_before["mean"].astype(float) + 0.1 * now.gradient
            assert np.allclose(now.memory_after["mean"], mean, rtol=1e-5, atol=1e-8)


def test_a_step_leaves_the_network_and_its_moment_as_they_are() -> None:
    network = build("lenet")
    before = network.weights()
    moment = take_step(Moment(network, Recipe("adam", 0.001)), pictures(1), labels(1)).after
    weights, memory = moment.network.weights(), {name: array.copy() for name, array in moment.memory.items()}
    take_step(moment, pictures(1), labels(1))
    for name, array in network.weights().items():
        assert np.array_equal(array, before[name])
        assert np.array_equal(moment.network.weights()[name], weights[name])
    assert all(np.array_equal(moment.memory[name], array) for name, array in memory.items())


def test_the_same_step_from_the_same_moment_gives_the_same_bits() -> None:
    moment = take_step(Moment(build("lenet"), Recipe("adam", 0.001)), pictures(1), labels(1)).after
    one, other = (take_step(moment, pictures(3), labels(3)) for _ in range(2))
    for name, change in one.changes.items():
        assert np.array_equal(change.after, other.changes[name].after)
    assert np.array_equal(batch_of(moment, np.arange(500)), batch_of(moment, np.arange(500)))
    assert len(set(batch_of(moment, np.arange(500)).tolist())) == BATCH
    assert not np.array_equal(batch_of(moment, np.arange(500)), batch_of(one.after, np.arange(500)))


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 0), (1, 2), ((2, 1), (1, 0))])
def test_the_terms_add_up_to_the_kernels_gradient(count: int, stride, padding) -> None:
    layers = [Conv2D(3, 3, stride=stride, padding=padding), ReLU(), Conv2D(4, (2, 3)), Flatten(), Dense(10)]
    network = Network(layers, card=ModelCard("own"))
    step = take_step(Moment(network), pictures(count), labels(count))
    for name, at in step.strongest.items():
        kind = "kernel" if name.startswith("conv") else "weight"
        gradient = step.changes[f"{name}.{kind}"].gradient
        assert abs(gradient[at]) == np.abs(gradient).max()
        assert step.terms[name].sum() == pytest.approx(gradient[at], rel=1e-4)
    f, c, i, j = step.strongest["conv2"]
    if count == 1:
        seen = step.outputs["relu1"][c]
        grad = step.gradients["conv2"][f]
        terms = [[seen[r + i, s + j] * grad[r, s] for s in range(grad.shape[1])] for r in range(grad.shape[0])]
        assert np.array_equal(step.terms["conv2"], np.array(terms))


def test_the_film_follows_the_picture_that_is_farthest_off() -> None:
    network, images, right = build("lenet"), pictures(6), labels(6)
    step = take_step(Moment(network), images, right)
    losses = [take_step(Moment(network), images[k : k + 1], right[k : k + 1]).loss_before for k in range(6)]
    assert step.followed == int(np.argmax(losses))
    assert step.label == right[step.followed]
    assert np.array_equal(step.image, images[step.followed])
    assert step.loss_before == pytest.approx(np.mean(losses), rel=1e-5)


def test_the_promise_is_the_slope_of_the_loss_along_the_step() -> None:
    step = take_step(Moment(build("lenet"), Recipe("sgd", 1e-4)), pictures(1), labels(1))
    assert step.promised == pytest.approx(step.loss_after - step.loss_before, rel=0.02)
    assert step.promised < 0


def test_another_optimiser_begins_without_a_memory_and_another_rate_keeps_it() -> None:
    moment = take_step(Moment(build("journal-8"), Recipe("momentum", 0.01)), pictures(1), labels(1)).after
    assert moment.with_recipe(Recipe("momentum", 0.1)).memory is moment.memory
    assert moment.with_recipe(Recipe("adam", 0.01)).memory == {}
    with pytest.raises(ConfigError, match="optimizer must be one of"):
        Recipe("newton")
    with pytest.raises(ConfigError, match="above 0"):
        Recipe(learning_rate=0)


def test_without_a_label_the_networks_own_answer_is_right() -> None:
    network = build("lenet")
    step = take_step(Moment(network), pictures(1), None)
    assert step.label == network.predict_proba(pictures(1))[0].argmax()


def test_an_epoch_is_its_steps() -> None:
    images, right = pictures(70), labels(70)
    moment = Moment(build("journal-8"), Recipe("momentum", 0.01))
    shares: list[float] = []
    epoch = take_epoch(moment, images, right, images[0], 4, on_progress=shares.append)
    order = np.random.default_rng((moment.network.card.seed, 0)).permutation(70)
    assert sorted(order.tolist()) == list(range(70))
    now, losses = moment, []
    for start in (0, 32, 64):
        step = take_step(now, images[order[start : start + 32]], right[order[start : start + 32]])
        losses.append(step.loss_before)
        now = step.after
    assert epoch.losses == pytest.approx(losses, rel=1e-4)
    assert epoch.after.steps == 3
    assert shares == [pytest.approx(32 / 70), pytest.approx(64 / 70), 1.0]
    for name, array in now.network.weights().items():
        np.testing.assert_allclose(epoch.after.network.weights()[name], array, rtol=1e-3, atol=1e-5)
    assert epoch.loss_after == pytest.approx(-np.log(epoch.probabilities_after[4]), rel=1e-4)


def test_what_cannot_be_learned_is_refused() -> None:
    moment = Moment(build("journal-8"))
    with pytest.raises(ShapeError, match="at least one picture"):
        take_step(moment, pictures(0), labels(0))
    with pytest.raises(ShapeError, match="0 to 9"):
        take_step(moment, pictures(1), np.array([10]))
    with pytest.raises(ShapeError, match="training part"):
        take_epoch(moment, pictures(0), labels(0), pictures(1)[0], 3)


# the film


def film_of(name: str = "lenet", optimizer: str = "sgd", count: int = 1) -> tuple[TrainingStep, tuple[Frame, ...]]:
    step = take_step(Moment(build(name), Recipe(optimizer, RATES[optimizer])), pictures(count), labels(count))
    return step, step_film(step)


def test_the_film_goes_from_the_loss_back_and_on_to_the_loss() -> None:
    step, frames = film_of()
    assert [frame.title for frame in frames] == [
        "The loss",
        "p - y",
        "dense2: the weights",
        "relu3: the mask",
        "dense1: the weights",
        "flatten1",
        "pool2: unpooling",
        "relu2: the mask",
        "conv2: the kernels",
        "pool1: unpooling",
        "relu1: the mask",
        "conv1: the kernels",
        "The update",
        "What has moved",
        "The loss again",
    ]
    p_minus_y = step.probabilities_before - np.eye(10, dtype=np.float32)[step.label]
    assert np.array_equal(frames[1].bars[0][1], p_minus_y)
    assert f"{step.loss_before:.4f} to {step.loss_after:.4f}" in frames[-1].sentence


def test_every_frame_shows_the_numbers_of_its_layer() -> None:
    step, frames = film_of()
    shown = {frame.title.partition(":")[0]: dict(frame.maps) for frame in frames if frame.maps}
    sources = dict(zip(step.before.network.layer_names, ["input", *step.before.network.layer_names], strict=False))
    for name, maps in shown.items():
        assert np.array_equal(maps["arrives"], step.gradients[name])
        assert np.array_equal(maps["goes back"], step.gradients[sources[name]])
        if name.startswith("relu"):  # the mask is what turns one into the other
            assert np.array_equal(maps["arrives"] * maps["mask"], maps["goes back"])
    conv = shown["conv1"]["its terms, by position"]
    assert conv.sum() == pytest.approx(step.changes["conv1.kernel"].gradient[step.strongest["conv1"]], rel=1e-4)


def test_the_table_names_what_moves_most_in_each_array() -> None:
    step, frames = film_of()
    rows = next(frame.table for frame in frames if frame.table)
    sizes = {name: np.linalg.norm(one.before) for name, one in step.changes.items()}
    shares = {name: np.linalg.norm(one.moved) / (sizes[name] or np.nan) for name, one in step.changes.items()}
    by_share = sorted(shares, key=lambda name: np.inf if np.isnan(shares[name]) else -shares[name])
    assert [row[0] for row in rows[1:]] == by_share
    change = step.changes["conv1.kernel"]
    f, _, row, column = np.unravel_index(np.abs(change.moved).argmax(), change.moved.shape)
    (conv1,) = (row for row in rows if row[0] == "conv1.kernel")
    assert conv1[1] == f"map {f}, row {row}, col {column}"
    assert number(conv1[3]) - number(conv1[2]) == pytest.approx(number(conv1[4]), abs=2e-3)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_calculation_of_the_update_leads_to_the_new_weight(optimizer: str) -> None:
    first = take_step(Moment(build("lenet"), Recipe(optimizer, RATES[optimizer])), pictures(1), labels(1))
    step = take_step(first.after, pictures(1), labels(1))
    frame = next(frame for frame in step_film(step) if frame.title == "The update")
    numbers = {name: number(text) for name, text in frame.lines}
    steps = [text for name, text in numbers.items() if name.startswith(("step =", "rate ×"))]
    shrunk = [text for name, text in numbers.items() if name.startswith("shrunk")]
    before = shrunk[0] if shrunk else numbers["value before"]
    assert len(steps) == 1
    assert before - steps[0] == pytest.approx(numbers["value after"], abs=1e-4)
    assert frame.lines[-1][1] == f"{max_moved(step):+.6f}"
    assert "The number that moves most" in frame.sentence
    name = max(step.changes, key=lambda one: np.abs(step.changes[one].moved).max())
    shape = step.gradients[name.partition(".")[0]].shape
    assert ("a sum over the" in frame.sentence) == (len(shape) == 3)


def max_moved(step: TrainingStep) -> float:
    """Return the new value of the weight that has moved most."""
    change = max(step.changes.values(), key=lambda one: np.abs(one.moved).max())
    return float(change.after[np.unravel_index(np.abs(change.moved).argmax(), change.moved.shape)])


def test_every_layer_kind_has_its_frame() -> None:
    layers = [Conv2D(2, 3), AveragePool2D(2), ReLU(), MaxPool2D(3, stride=2), Flatten(), Dense(1)]
    step = take_step(Moment(Network(layers, card=ModelCard("two"))), pictures(2), np.array([0, 1]))
    titles = [frame.title for frame in step_film(step)]
    assert "pool1: unpooling" in titles
    assert "pool2: unpooling" in titles
    _, frames = film_of("deep", count=2)
    assert sum(frame.title.startswith("batchnorm") for frame in frames) == 4
    assert not any(frame.title.startswith("dropout") for frame in frames)


def test_a_step_that_is_too_long_says_so() -> None:
    step = take_step(Moment(build("lenet"), Recipe("sgd", 1e30)), pictures(1), labels(1))
    step = take_step(step.after, pictures(1), labels(1))
    assert not np.isfinite(step.loss_after)
    assert sum("learning rate is too high" in frame.sentence for frame in step_film(step)) == 3


def test_the_film_of_an_epoch_tells_its_losses() -> None:
    images = pictures(64)
    epoch = take_epoch(Moment(build("journal-8")), images, labels(64), images[0], None)
    frames = epoch_film(epoch)
    assert [frame.title for frame in frames] == ["One epoch", "What has moved", "This picture"]
    assert np.array_equal(frames[0].bars[0][1], epoch.losses)
    assert "64 pictures of the training part in 2 steps" in frames[0].sentence


def test_unpooling_hands_the_derivative_to_the_winner() -> None:
    step, _ = film_of()
    arrives, goes, x = step.gradients["pool1"], step.gradients["relu1"], step.outputs["relu1"]
    views = windows(x[..., np.newaxis], (2, 2), (2, 2))[..., 0]
    found = windows(np.ascontiguousarray(goes)[..., np.newaxis], (2, 2), (2, 2))[..., 0]
    winner = views.reshape(4, *arrives.shape).argmax(axis=0)
    for index in np.ndindex(arrives.shape):
        assert found.reshape(4, *arrives.shape)[(winner[index], *index)] == arrives[index]
    assert goes.sum() == pytest.approx(arrives.sum(), rel=1e-4)


def test_the_loss_is_told_also_where_the_probability_is_0_in_float32() -> None:
    network = build("journal-8")
    dense = network.named_parameters()["dense1.bias"]
    dense.value[:] = -200 * (np.arange(10) == 3)
    image = np.zeros((28, 28), np.uint8)
    step = take_step(Moment(network), image[np.newaxis], np.array([3]))
    assert step.probabilities_before[3] == 0
    assert step.loss_of_followed == pytest.approx(step.loss_before)
    assert f"= {step.loss_before:.4f}" in step_film(step)[0].sentence
