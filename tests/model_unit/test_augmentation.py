"""Pipelines at work: drawn anew for every picture, reproducible, and as strong as they say."""

import time

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.pictures import centre_of_mass, noise_pictures
from helpers.properties import thorough
from hypothesis import given
from hypothesis import strategies as st

import resources
from model import load_network
from model.data.augmentation import (
    AUGMENTATIONS,
    OPERATIONS,
    PRESETS,
    Pipeline,
    Step,
    amounts,
    augment,
    label_warning,
    shares_shape,
)
from model.errors import ConfigError

COLOUR = (9, 11, 3)
every_operation = pytest.mark.parametrize("name", OPERATIONS)


def strongest(name: str, probability: float = 1.0) -> Pipeline:
    return Pipeline("one", (Step(name, OPERATIONS[name].maximum, probability),))


def draw(step: Step, n: int = 4000) -> np.ndarray:
    return amounts(step, np.random.default_rng(0).uniform(-1, 1, shares_shape(step.operation, n)))


steps = st.sampled_from(list(OPERATIONS)).flatmap(
    lambda name: st.builds(
        Step,
        st.just(name),
        st.sampled_from([0.0, OPERATIONS[name].maximum / 2, OPERATIONS[name].maximum]),
        st.floats(0, 1),
        st.booleans(),
    )
)
pipelines = st.builds(
    Pipeline,
    st.just("any"),
    st.lists(steps, unique_by=lambda step: step.operation).map(tuple),
    st.booleans(),
)


@given(pipeline=pipelines, n=st.integers(0, 6), seed=st.integers(0, 1000))
@thorough
def test_shape_and_dtype_stay_the_input_is_untouched_and_a_seed_gives_the_same_bits(pipeline, n, seed) -> None:
    images = noise_pictures(n, seed)
    before = images.copy()
    result = augment(images, pipeline, np.random.default_rng(seed))
    assert result.shape == images.shape
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(images, before)
    np.testing.assert_array_equal(augment(images, pipeline, np.random.default_rng(seed)), result)
    if pipeline.is_identity:
        assert result is images


@every_operation
def test_no_strength_no_probability_and_a_step_that_is_off_change_nothing(name) -> None:
    images = noise_pictures(5, shape=COLOUR)
    rng = np.random.default_rng(0)
    beside = Step("noise" if name != "noise" else "shear", 0.0)
    for step in (
        Step(name, 0),
        Step(name, OPERATIONS[name].maximum, 0.0),
        Step(name, OPERATIONS[name].maximum, enabled=False),
    ):
        assert Pipeline("none", (step,)).is_identity
        np.testing.assert_array_equal(augment(images, Pipeline("none", (step, beside)), rng), images)
    assert (augment(images, strongest(name), rng) != images).any()


@every_operation
def test_about_the_share_of_pictures_changes_that_was_asked_for(name, mnist) -> None:
    images = mnist.images[:400] if name != "saturation" else noise_pictures(400, shape=COLOUR)
    changed = augment(images, strongest(name, 0.3), np.random.default_rng(2)) != images
    assert 0.22 < changed.reshape(400, -1).any(axis=1).mean() < 0.38


@pytest.mark.parametrize("name", [*OPERATIONS, "journal", "handwriting", "photo"])
def test_another_seed_and_another_picture_get_other_amounts(name, mnist) -> None:
    picture = mnist.images[:1] if name != "saturation" else noise_pictures(1, shape=COLOUR)
    images = np.repeat(picture, 30, axis=0)
    pipeline = PRESETS.get(name) or strongest(name, 0.5)
    first, second = (augment(images, pipeline, np.random.default_rng(seed)) for seed in (1, 2))
    assert not np.array_equal(first, second)
    assert len(np.unique(first, axis=0)) >= (2 if name == "flip" else 8)


@pytest.mark.parametrize("name", ["rotation", "shear", "scale", "contrast", "brightness", "saturation"])
def test_amounts_reach_evenly_from_minus_the_strength_to_the_strength(name) -> None:
    drawn = draw(Step(name, 0.4)) / 0.4
    assert np.abs(drawn).max() <= 1
    np.testing.assert_allclose(np.histogram(drawn, 4, (-1, 1))[0] / drawn.size, 0.25, atol=0.03)


@pytest.mark.parametrize("name", ["elastic", "noise"])
def test_bends_and_noise_reach_evenly_from_0_to_the_strength(name) -> None:
    drawn = draw(Step(name, 2.0)) / 2
    assert 0 <= drawn.min() < drawn.max() <= 1
    np.testing.assert_allclose(np.histogram(drawn, 4, (0, 1))[0] / drawn.size, 0.25, atol=0.03)


@pytest.mark.parametrize("name", ["translation", "crop"])
def test_moves_are_whole_pixels_all_of_them_as_often_and_apart_by_axis(name) -> None:
    drawn = draw(Step(name, 5.0))
    values, counts = np.unique(drawn, return_counts=True)
    assert values.tolist() == list(range(-5, 6))
    np.testing.assert_allclose(counts / drawn.size, 1 / 11, atol=0.02)
    assert len(np.unique(drawn, axis=0)) == 121


def test_strokes_get_thinner_by_a_quarter_of_what_they_get_thicker() -> None:
    drawn = draw(Step("thickness", 2.0))
    assert -0.5 <= drawn.min() < -0.49
    assert 1.98 < drawn.max() <= 2


@every_operation
def test_the_middle_of_the_range_is_nothing_and_its_end_the_strength(name) -> None:
    step = Step(name, OPERATIONS[name].maximum)
    assert not amounts(step, np.zeros(shares_shape(name, 3))).any()
    assert (amounts(step, np.ones(shares_shape(name, 3))) == step.strength).all()


def test_every_preset_is_known_and_others_are_refused() -> None:
    assert list(PRESETS) == list(AUGMENTATIONS) == ["none", "journal", "handwriting", "photo"]
    assert all(pipeline.name == name for name, pipeline in PRESETS.items())
    message = error_of(ConfigError, lambda: augment(noise_pictures(1), "blur", np.random.default_rng(0)))
    assert "blur" in message
    assert all(name in message for name in PRESETS)


def test_the_preset_of_the_journal_uses_each_of_its_four_operations_about_equally() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[10:18, 8:12] = 200
    image[10:12, 12:18] = 200  # no turn and no mirror image is the same
    result = augment(np.repeat(image[np.newaxis], 800, axis=0), "journal", np.random.default_rng(3))
    flipped = (result == image[:, ::-1]).all(axis=(1, 2))
    noisy = (result[:, :5, :5] > 0).any(axis=(1, 2)) | ((result > 200).any(axis=(1, 2)))
    moved = ((result == 0) | (result == 200)).all(axis=(1, 2)) & ~flipped
    turned = ~(flipped | noisy | moved)
    for kind in (flipped, noisy, moved, turned):
        assert 0.19 < kind.mean() < 0.31


def test_the_preset_for_handwriting_keeps_most_ink_and_the_digit(mnist) -> None:
    images, labels = mnist.images[:600], mnist.labels[:600]
    changed = augment(images, "handwriting", np.random.default_rng(0))
    ink = changed.sum(axis=(1, 2)) / images.sum(axis=(1, 2))
    assert ink.min() > 0.3
    assert ink.max() < 4
    assert 0.8 < np.median(ink) < 1.25
    inked = np.where(changed > 60, changed, 0)  # without the grain
    moved = np.array([centre_of_mass(one) for one in inked]) - [centre_of_mass(one) for one in images]
    assert np.abs(moved).max() < 6
    network = load_network(resources.DEFAULT_MODEL)
    flipped = augment(images, strongest("flip"), np.random.default_rng(0))
    assert (network.predict_proba(changed).argmax(axis=1) == labels).mean() > 0.93
    assert (network.predict_proba(flipped).argmax(axis=1) == labels).mean() < 0.6


@pytest.mark.parametrize(
    ("step", "word"),
    [
        (Step("flip", 1), "5"),
        (Step("rotation", 46), "9"),
        (Step("rotation", 180, 0.1), "9"),
        (Step("translation", 5), "margin"),
        (Step("scale", 0.45), "no longer fits"),
    ],
)
def test_what_may_destroy_a_label_is_warned_of_unless_it_is_off(step, word) -> None:
    assert word in (label_warning(step) or "")
    assert label_warning(Step(step.operation, step.strength, enabled=False)) is None
    assert label_warning(Step(step.operation, step.strength, 0.0)) is None
    assert label_warning(Step(step.operation, 0)) is None


def test_the_preset_for_handwriting_is_not_warned_of() -> None:
    assert not any(map(label_warning, PRESETS["handwriting"].steps))
    assert {step.operation for step in PRESETS["journal"].steps if label_warning(step)} == {"flip", "translation"}


def test_the_time_that_all_operations_take(mnist) -> None:
    """Print, for whoever looks: a busy machine would make a limit fail by chance."""
    started = time.perf_counter()
    for start in range(0, 5000, 512):
        augment(mnist.images[start : start + 512], "handwriting", np.random.default_rng(0))
    print(f"handwriting: {(time.perf_counter() - started) / 5000 * 1e6:.1f} µs a picture")
