"""Other people's hands, what is no digit, and pictures that are learned from beside the data."""

import hashlib
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.properties import few
from helpers.runs import same_weights, small_network
from helpers.strokes import DIGIT_LINES, character, write_digits, write_letters
from hypothesis import given
from hypothesis import strategies as st

import resources
from model import Network, load_network
from model.data.edits import Edits
from model.data.extra_pictures import ExtraPictures
from model.data.splitting import SplitRule
from model.errors import DataFormatError, ShapeError
from model.handwriting.hands import (
    LIKE_NO_DIGIT,
    another_hand,
    extra_digits,
    extra_non_digits,
    regional_shape,
    scribble,
)
from model.handwriting.preprocessing import drawing_to_digit
from model.handwriting.strokes import load_strokes, paint, unit_box
from model.network.layers import Dense, Flatten
from model.network.losses import NO_DIGIT
from model.runs.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from model.training.history import History
from model.training.training import BatchDone, EpochDone, RunStarted, TrainingConfig, TrainingState, train


@pytest.fixture(scope="module")
def strokes(tmp_path_factory):
    return load_strokes(write_digits(tmp_path_factory.mktemp("hands") / "digits.npz"))


@pytest.fixture(scope="module")
def letters(tmp_path_factory):
    return load_strokes(write_letters(tmp_path_factory.mktemp("hands") / "letters.npz"))


@pytest.fixture
def extra(rng) -> ExtraPictures:
    labels = np.array([3, NO_DIGIT, 0, 9, NO_DIGIT, 1], np.uint8)
    return ExtraPictures(rng.integers(0, 256, (6, 28, 28)).astype(np.uint8), labels, "six pictures")


# hands


@given(digit=st.sampled_from(sorted(DIGIT_LINES)), seed=st.integers(0, 10_000))
@few
def test_another_hand_writes_the_same_strokes_otherwise(digit, seed) -> None:
    mine = character(DIGIT_LINES[digit])
    before = [stroke.copy() for stroke in mine]
    other, again = (another_hand(mine, np.random.default_rng(seed)) for _ in range(2))
    assert len(other) == len(mine)
    for stroke, original, repeated in zip(other, mine, again, strict=True):
        assert stroke.dtype == np.float32
        assert np.isfinite(stroke).all()
        assert 1 <= len(stroke) <= len(original) + 1
        np.testing.assert_array_equal(stroke, repeated)
    for stroke, original in zip(mine, before, strict=True):
        np.testing.assert_array_equal(stroke, original)
    own, others = (drawing_to_digit(paint(hand)) for hand in (mine, other))
    assert np.abs(own.astype(int) - others).mean() < 80
    assert not all(np.array_equal(stroke, usual) for stroke, usual in zip(other, unit_box(mine), strict=True))


def test_other_hands_are_still_read(strokes, rng) -> None:
    network = load_network(resources.DEFAULT_MODEL)
    extra = extra_digits(strokes, rng, copies=2)
    assert len(extra.labels) == 160
    np.testing.assert_array_equal(extra.labels, np.tile(strokes.labels, 2))
    assert extra.description == "160 digits from strokes of 4 people"
    assert (network.predict_proba(extra.images).argmax(axis=1) == extra.labels).mean() > 0.7
    first, second = extra.images[:80], extra.images[80:]
    assert not (first == second).all(axis=(1, 2)).any()  # no copy is like another


def test_regions_write_0_and_1_and_7_in_their_own_ways_and_nothing_else(rng) -> None:
    for digit, lines in DIGIT_LINES.items():
        added = {len(regional_shape(character(lines), digit, rng)) - len(lines) for _ in range(60)}
        expected = {0: {0, 1}, 1: {0, 1, 2}, 7: {0, 1}}.get(digit, {0})
        assert added == expected, digit
    crossed = [*character(DIGIT_LINES[7]), np.array([(2, 6), (6, 6)], np.float32)]
    assert all(len(regional_shape(crossed, 7, rng)) == 2 for _ in range(30))


def test_a_flag_and_a_foot_are_where_they_belong(rng) -> None:
    one = unit_box(character(DIGIT_LINES[1]))
    flags = feet = 0
    for _ in range(60):
        for stroke in regional_shape(one, 1, rng):
            if np.array_equal(stroke, one[0]):
                continue
            if stroke[:, 1].mean() < 0:
                flags += 1
                np.testing.assert_allclose(stroke[1], [0, -0.5], atol=1e-6)  # from the upper left to the top
                assert stroke[0, 0] < 0
            else:
                feet += 1
                assert stroke[0, 0] < 0 < stroke[1, 0]
                np.testing.assert_allclose(stroke[:, 1], 0.5, atol=0.05)
    assert flags > 10
    assert feet > 10


@given(seed=st.integers(0, 10_000))
@few
def test_a_scribble_is_ink(seed) -> None:
    strokes = scribble(np.random.default_rng(seed))
    assert all(np.isfinite(stroke).all() and stroke.shape[1] == 2 for stroke in strokes)
    assert np.count_nonzero(drawing_to_digit(paint(strokes))) > 20


def test_what_is_no_digit_is_letters_scribbles_and_digits_on_one_another(
    strokes, letters, rng, monkeypatch
) -> None:
    monkeypatch.setattr("model.handwriting.hands.SCRIBBLES", 5)
    monkeypatch.setattr("model.handwriting.hands.OVERLAYS", 7)
    extra = extra_non_digits(letters, strokes, rng)
    usable = np.isin(letters.labels, list(LIKE_NO_DIGIT)).sum()
    assert usable == 40 < len(letters.labels)  # the letter O is like a digit
    assert len(extra.labels) == usable + 5 + 7
    assert (extra.labels == NO_DIGIT).all()
    assert extra.images.any(axis=(1, 2)).all()


def test_no_letter_that_is_like_a_digit_teaches_refusal() -> None:
    assert not set("OoIlSsZzBbGgqQ|") & set(LIKE_NO_DIGIT)


def test_digits_of_one_kind_cannot_be_laid_on_one_another(strokes, letters, rng) -> None:
    for kind in ([1], [4], [1, 4]):
        alike = strokes.chosen(np.isin(strokes.labels, kind))
        assert "two" in error_of(DataFormatError, partial(extra_non_digits, letters, alike, rng))


def test_nothing_to_learn_from_is_said(strokes, letters, rng) -> None:
    nobody = strokes.chosen(strokes.writers == 99)
    assert "reserved for testing" in error_of(DataFormatError, lambda: extra_digits(nobody, rng))
    like_digits = letters.chosen(letters.labels == "O")
    for no_letters in (like_digits, strokes):
        message = error_of(DataFormatError, partial(extra_non_digits, no_letters, strokes, rng))
        assert "letters such as A" in message


# pictures beside the data


@pytest.mark.parametrize(
    "change",
    [
        {"labels": np.array([10], np.uint8)},
        {"labels": np.array([254], np.uint8)},
        {"labels": np.array([1], np.int64)},
        {"labels": np.array([1, 2], np.uint8)},
        {"images": np.zeros((1, 28, 27), np.uint8)},
        {"images": np.zeros((1, 28, 28), np.float32)},
    ],
)
def test_anything_but_pictures_with_labels_is_refused(change) -> None:
    good = {"images": np.zeros((1, 28, 28), np.uint8), "labels": np.array([NO_DIGIT], np.uint8)}
    ExtraPictures(**good, description="mine")
    assert error_of(DataFormatError, lambda: ExtraPictures(**good | change, description="mine")).startswith(
        "mine:"
    )


def test_two_lots_of_pictures_become_one(extra) -> None:
    both = extra + replace(extra, description="more")
    assert (len(both.images), both.description) == (12, "six pictures, more")
    np.testing.assert_array_equal(both.labels[6:], extra.labels)


def test_extra_pictures_are_in_no_part_and_in_no_count(digits, extra) -> None:
    more = replace(digits, extra=extra)
    assert (len(more), more.training_count, digits.training_count) == (60, 51 + 6, 51)
    np.testing.assert_array_equal(more.label_counts(), digits.label_counts())
    for part in ("train", "validation", "test", "all"):
        np.testing.assert_array_equal(more.part(part)[0], digits.part(part)[0])
    images, labels = more.training_pictures()
    np.testing.assert_array_equal(images, np.concatenate([digits.part("train")[0], extra.images]))
    np.testing.assert_array_equal(labels, np.concatenate([digits.part("train")[1], extra.labels]))
    for same, other in zip(digits.training_pictures(), digits.part("train"), strict=True):
        np.testing.assert_array_equal(same, other)


def test_limits_corrections_and_another_cut_keep_extra_pictures(digits, extra) -> None:
    more = replace(digits, extra=extra)
    edits = Edits(labels={0: 5})
    for changed in (
        more.limited(30),
        more.edited(edits),
        more.edited(edits).edited(Edits()),
        more.with_split_rule(SplitRule(7)),
        replace(digits.edited(edits), extra=extra).with_split_rule(SplitRule(7)),
        replace(digits.edited(edits), extra=extra).edited(Edits()),
    ):
        assert changed.extra is extra


def test_the_fingerprint_tells_extra_pictures_and_their_labels(digits, extra) -> None:
    other_labels = np.array([*extra.labels[:-1], 2], np.uint8)
    variants = [
        digits,
        replace(digits, extra=extra),
        replace(digits, extra=replace(extra, images=extra.images ^ 1)),
        replace(digits, extra=replace(extra, labels=other_labels)),
    ]
    assert len({data.fingerprint for data in variants}) == 4
    again = replace(digits, extra=replace(extra, description="under another name"))
    assert again.fingerprint == variants[1].fingerprint
    alone = hashlib.sha256()
    extra.update_digest(alone)
    assert alone.hexdigest() == hashlib.sha256(extra.images.tobytes() + extra.labels.tobytes()).hexdigest()


# learning from them

CONFIG = TrainingConfig(learning_rate=0.05, batch_size=8, epochs=3, seed=2, augmentation="handwriting", patience=5)


def test_training_sees_every_extra_picture_once_an_epoch_and_says_how_many(digits, extra) -> None:
    events = list(train(small_network(), replace(digits, extra=extra), replace(CONFIG, epochs=1)))
    started = events[0]
    assert isinstance(started, RunStarted)
    assert (started.images_per_epoch, started.batches_per_epoch) == (57, 8)
    assert sum(event.count for event in events if isinstance(event, BatchDone)) == 57


def test_extra_pictures_change_what_is_learned_and_their_order_is_of_the_seed(digits, extra) -> None:
    def learned(data, config=CONFIG):
        network = small_network()
        list(train(network, data, config))
        return network

    more = replace(digits, extra=extra)
    assert same_weights(learned(more), learned(more))
    assert not same_weights(learned(more), learned(digits))


@pytest.mark.parametrize("stop_after", [1, 2])
def test_a_run_with_extra_pictures_that_stopped_goes_on_with_the_same_bits(
    tmp_path, digits, extra, stop_after
) -> None:
    more, whole, first = replace(digits, extra=extra), small_network(), small_network()
    list(train(whole, more, CONFIG))
    state = TrainingState(first, CONFIG)
    events = train(first, more, state=state)
    for event in events:
        if isinstance(event, EpochDone) and event.epoch == stop_after:
            break
    events.close()
    kept = Checkpoint(first, state, History(), more.fingerprint, more.name, 0.0)
    save_checkpoint(kept, tmp_path / "c.safetensors")
    saved = load_checkpoint(tmp_path / "c.safetensors")
    assert saved.data_sha256 == more.fingerprint != digits.fingerprint
    list(train(saved.network, more, state=saved.state))
    assert same_weights(saved.network, whole)


def test_standardizing_counts_extra_pictures_too(digits, extra) -> None:
    network, config = small_network(), replace(CONFIG, epochs=1, standardize=True)
    list(train(network, replace(digits, extra=extra), config))
    images = np.concatenate([digits.part("train")[0], extra.images]) / 255
    assert network.input_mean == pytest.approx(images.mean())
    assert network.input_deviation == pytest.approx(images.std())


def test_a_network_learns_to_doubt_what_is_no_digit(mnist, rng) -> None:
    """Noise is answered for sure by who never saw any, and doubted by who learned that it is no digit."""
    noise = ExtraPictures(
        rng.integers(0, 256, (150, 28, 28)).astype(np.uint8), np.full(150, NO_DIGIT, np.uint8), ""
    )
    unseen = rng.integers(0, 256, (100, 28, 28)).astype(np.uint8)
    digits = mnist.limited(400)
    sureness = {}
    for name, extra in (("with", noise), ("without", None)):
        network = small_network()
        list(
            train(network, replace(digits, extra=extra), TrainingConfig(learning_rate=0.1, batch_size=8, epochs=4))
        )
        sureness[name] = network.predict_proba(unseen).max(axis=1).mean()
        images, labels = digits.part("train")
        assert (network.predict_proba(images).argmax(axis=1) == labels).mean() > 0.5
    assert sureness["with"] < 0.25
    assert sureness["without"] > 0.3


def test_labels_that_the_network_has_no_class_for_are_refused(digits, extra) -> None:
    few_digits = replace(digits, labels=digits.labels % 5, extra=extra)
    five = Network([Flatten(), Dense(5)])
    error_of(ShapeError, lambda: list(train(five, few_digits, CONFIG)))
    fitting = replace(
        extra, labels=np.where(extra.labels == NO_DIGIT, NO_DIGIT, extra.labels % 5).astype(np.uint8)
    )
    list(train(five, replace(few_digits, extra=fitting), replace(CONFIG, epochs=1)))


def test_a_network_of_one_logit_has_no_way_to_doubt(digits, extra) -> None:
    two = replace(digits, labels=digits.labels % 2, extra=replace(extra, labels=np.full(6, NO_DIGIT, np.uint8)))
    message = error_of(ShapeError, lambda: list(train(Network([Flatten(), Dense(1)]), two, CONFIG)))
    assert "one logit" in message
