"""Operations on a network do exactly what they say, on a copy, and can be undone bit for bit."""

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.model_files import LENET

from model import Network, build, load_network
from model.errors import ConfigError
from model.inspection.kernels import KERNELS, known_kernel
from model.inspection.surgery import (
    AddNoise,
    Part,
    Prune,
    Replace,
    Reset,
    Scale,
    Surgery,
    in_words,
    part_of,
    parts_of,
)
from model.inspection.trace import Unit, trace

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
CONV, DENSE = Part("conv2", 3), Part("dense1", 40)


def same(one: Network, other: Network) -> bool:
    ours, theirs = one.weights(), other.weights()
    return all(ours[name].tobytes() == theirs[name].tobytes() for name in ours)


def changes(surgery: Surgery) -> dict[str, np.ndarray]:
    """Return where weights differ, by the names of those arrays in which some do."""
    before, after = surgery.original.weights(), surgery.changed.weights()
    found = {name: before[name] != after[name] for name in before}
    return {name: places for name, places in found.items() if places.any()}


@pytest.fixture
def surgery() -> Surgery:
    return Surgery(load_network(LENET))


@pytest.mark.parametrize(("part", "weights"), [(CONV, "kernel"), (DENSE, "weight")])
def test_switched_off_a_map_is_nothing_and_scaled_it_is_so_many_times_as_large(
    surgery: Surgery, mnist, part: Part, weights: str
) -> None:
    before = trace(surgery.original, mnist.images[0])[f"{part.layer}.output"][part.number]
    surgery.apply(Scale(part, 2.5))
    after = trace(surgery.changed, mnist.images[0])[f"{part.layer}.output"][part.number]
    np.testing.assert_allclose(after, 2.5 * before, rtol=1e-4, atol=1e-5)
    found = changes(surgery)
    assert set(found) == {f"{part.layer}.{weights}", f"{part.layer}.bias"}
    for places in found.values():
        assert places[part.number].any()
        places[part.number] = False
        assert not places.any()
    surgery.apply(Scale(part, 0))
    assert not trace(surgery.changed, mnist.images[0])[f"{part.layer}.output"][part.number].any()


def test_a_kernel_is_replaced_in_every_channel(surgery: Surgery, mnist) -> None:
    surgery.apply(Replace(CONV, "vertical edges"))
    kernel, bias = surgery.changed.weights()["conv2.kernel"], surgery.changed.weights()["conv2.bias"]
    np.testing.assert_array_equal(kernel[3], np.repeat((SOBEL / 16)[np.newaxis], 16, axis=0).astype(np.float32))
    assert bias[3] == 0
    assert set(changes(surgery)) == {"conv2.kernel", "conv2.bias"}
    surgery.apply(Replace(Part("conv1", 2), "identity"))
    traced = trace(surgery.changed, mnist.images[1])
    np.testing.assert_allclose(traced["conv1.output"][2], traced["input"][0, 1:-1, 1:-1], atol=1e-6)


def test_known_kernels_are_the_textbook_ones() -> None:
    assert np.array_equal(known_kernel("vertical edges", 3, 3), SOBEL)
    assert np.array_equal(known_kernel("horizontal edges", 3, 3), SOBEL.T)
    assert np.array_equal(known_kernel("blur", 3, 3) * 16, [[1, 2, 1], [2, 4, 2], [1, 2, 1]])
    assert np.array_equal(known_kernel("identity", 3, 3), [[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    for name in KERNELS:
        assert known_kernel(name, 5, 4).shape == (5, 4)
    assert known_kernel("vertical edges", 5, 5).sum() == 0
    assert np.array_equal(known_kernel("vertical edges", 5, 5)[0], [-1, -2, 0, 2, 1])
    assert known_kernel("blur", 1, 7).sum() == pytest.approx(1)
    error_of(ConfigError, lambda: known_kernel("vertical edges", 3, 1))
    assert "blur" in error_of(ConfigError, lambda: known_kernel("sharp", 3, 3))


@pytest.mark.parametrize("part", [CONV, DENSE])
def test_random_weights_are_fresh_ones_of_the_size_that_training_begins_with(surgery: Surgery, part: Part) -> None:
    surgery.apply(Replace(part, "random", seed=1))
    weights = "kernel" if part is CONV else "weight"
    drawn = surgery.changed.weights()[f"{part.layer}.{weights}"][part.number]
    assert drawn.std() == pytest.approx(np.sqrt(2 / drawn.size), rel=0.25)
    assert surgery.changed.weights()[f"{part.layer}.bias"][part.number] == 0
    surgery.apply(Replace(part, "random", seed=2))
    assert not np.array_equal(surgery.changed.weights()[f"{part.layer}.{weights}"][part.number], drawn)


def test_a_part_is_reset_and_the_others_stay_changed(surgery: Surgery) -> None:
    surgery.apply(AddNoise(0.5))
    surgery.apply(Scale(CONV, 0))
    surgery.apply(Reset(CONV))
    for name in ("conv2.kernel", "conv2.bias"):
        np.testing.assert_array_equal(surgery.changed.weights()[name][3], surgery.original.weights()[name][3])
    assert not np.array_equal(
        surgery.changed.weights()["conv2.kernel"][2], surgery.original.weights()["conv2.kernel"][2]
    )


@pytest.mark.parametrize("share", [0, 0.25, 0.9, 1])
def test_the_smallest_weights_are_pruned(surgery: Surgery, share: float) -> None:
    before = surgery.original.weights()
    surgery.apply(Prune(share))
    after = surgery.changed.weights()
    weights = [name for name in before if name.endswith(("kernel", "weight"))]
    sizes = np.concatenate([np.abs(before[name]).ravel() for name in weights])
    left = np.concatenate([after[name].ravel() != 0 for name in weights])
    assert (~left).sum() == round(share * len(sizes))
    if 0 < share < 1:
        assert sizes[~left].max() <= sizes[left].min()
    for name in before:
        kept = after[name] != 0 if name in weights else np.ones_like(before[name], bool)
        assert np.array_equal(before[name][kept], after[name][kept])


def test_of_equal_weights_as_many_are_pruned_as_asked() -> None:
    network = build("journal-8")
    for parameter in network.parameters():
        parameter.value[...] = 0.5
    surgery = Surgery(network)
    surgery.apply(Prune(0.5))
    zeros = sum(int((surgery.changed.weights()[name] == 0).sum()) for name in ("conv1.kernel", "dense1.weight"))
    assert zeros == round(0.5 * (72 + 13_520))


def test_noise_is_as_strong_in_each_layer_as_asked(surgery: Surgery) -> None:
    surgery.apply(AddNoise(0.3, seed=4))
    before, after = surgery.original.weights(), surgery.changed.weights()
    for name, weights in before.items():
        if name.endswith("bias"):
            assert np.array_equal(weights, after[name])
        else:
            added = after[name] - weights
            assert added.std() / weights.std() == pytest.approx(0.3, rel=0.25), name
    again = Surgery(surgery.original)
    again.apply(AddNoise(0.3, seed=4))
    assert same(again.changed, surgery.changed)


def test_each_operation_is_undone_bit_for_bit() -> None:
    network = load_network(LENET)
    surgery, states = Surgery(network), [network.copy()]
    operations = (
        *(Scale(CONV, 0), Replace(CONV, "random"), AddNoise(0.2), Prune(0.5), Scale(DENSE, -1.5)),
        *(Replace(Part("conv1", 0), "blur"), Reset(CONV)),
    )
    for operation in operations:
        surgery.apply(operation)
        states.append(surgery.changed.copy())
    assert surgery.operations == operations
    assert not same(states[-1], states[-2])
    while surgery.operations:
        states.pop()
        surgery.undo()
        assert same(surgery.changed, states[-1])
    surgery.undo()
    assert same(surgery.changed, network)
    assert surgery.operations == ()


def test_what_does_not_fit_is_refused_and_changes_nothing(surgery: Surgery) -> None:
    before = surgery.changed
    for operation in (
        *(Scale(Part("conv2", 32), 0), Scale(Part("conv2", -1), 0), Scale(Part("relu1", 0), 0)),
        *(Scale(Part("conv9", 0), 0), Replace(DENSE, "blur"), Replace(CONV, "sharp")),
        *(Prune(1.5), Prune(-0.1), AddNoise(-1)),
    ):
        error_of(ConfigError, lambda operation=operation: surgery.apply(operation))
        assert surgery.changed is before
        assert surgery.operations == ()
    assert not changes(surgery)


def test_a_number_belongs_to_the_kernel_that_it_comes_from() -> None:
    network = build("lenet")
    assert parts_of(network) == {"conv1": 16, "conv2": 32, "dense1": 128, "dense2": 10}
    assert part_of(network, Unit("conv1", (3, 4, 5))) == Part("conv1", 3)
    assert part_of(network, Unit("pool1", (15, 4, 5))) == Part("conv1", 15)
    assert part_of(network, Unit("flatten1", (51,))) == Part("conv2", 2)  # of maps of 5 × 5
    assert part_of(network, Unit("relu3", (100,))) == Part("dense1", 100)
    assert part_of(network, Unit("dense2", (7,))) == Part("dense2", 7)
    assert part_of(network, Unit("input", (0, 4, 5))) is None
    assert part_of(network, Unit("conv7", (0, 4, 5))) is None
    assert part_of(build("deep"), Unit("batchnorm3", (100, 0, 0))) == Part("conv5", 100)


def test_operations_are_told_in_words() -> None:
    network = build("lenet")
    told = {
        Scale(CONV, 0): "conv2, map 3: switched off",
        Scale(DENSE, 1.5): "dense1, unit 40: times 1.5",
        Replace(CONV, "vertical edges"): "conv2, map 3: replaced by vertical edges",
        Replace(CONV, "random"): "conv2, map 3: random weights",
        Reset(CONV): "conv2, map 3: reset",
        Prune(0.25): "All layers: the smallest 25 % of the weights set to 0",
        AddNoise(0.1): "All layers: noise added, 10 % of the deviation of the weights",
    }
    assert {operation: in_words(operation, network) for operation in told} == told
