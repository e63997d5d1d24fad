"""Teaching a hand: it is learned, little is forgotten, and the report says both."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.errors import error_of
from hypothesis import given
from hypothesis import strategies as st

from model import Dataset, Network, build
from model.data.edits import Edits
from model.data.extra_pictures import ExtraPictures
from model.errors import ConfigError, DataFormatError, ShapeError
from model.handwriting.hands import non_digits
from model.network.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, ReLU
from model.network.losses import NO_DIGIT, softmax_cross_entropy
from model.training import teaching, teaching_report
from model.training.teaching import REPLAYED, TeachingConfig, TeachingProgress, own_halves, teach
from model.training.teaching_report import (
    FEW,
    MEASURED,
    Score,
    TeachingReport,
    base_parts,
    between,
    count_right,
    teach_and_report,
)
from model.training.training import TrainingConfig, train

QUICK = TeachingConfig(steps=80)


@pytest.fixture(scope="module")
def small_base(mnist) -> Dataset:
    return mnist.limited(1200)


@pytest.fixture(scope="module")
def network(small_base) -> Network:
    """Train for two seconds: about 95 % right."""
    result = build("lenet", 0)
    for _event in train(result, small_base, TrainingConfig(0.002, 32, epochs=4, optimizer="adam")):
        pass
    return result


@pytest.fixture(scope="module")
def hand(mnist) -> Dataset:
    """Take a hand that slants far to the left, which the network has not seen."""
    test = mnist.split.test[:240]
    images = mnist.images[test].copy()
    for row in range(28):
        images[:, row] = np.roll(images[:, row], (row - 14) * 2 // 3, axis=1)
    return Dataset(images, mnist.labels[test], "slanted", "hand", 120)


def run(network: Network, hand: Dataset, base: Dataset, config: TeachingConfig = QUICK):
    steps, shares = teach_and_report(network, hand, base, config), []
    while True:
        try:
            shares.append(next(steps).share)
        except StopIteration as end:
            return *end.value, shares


@pytest.fixture(scope="module")
def lesson(network, hand, small_base):
    before = network.weights()
    taught, report, shares = run(network, hand, small_base)
    for name, value in network.weights().items():
        np.testing.assert_array_equal(value, before[name])  # the network itself stays as it is
    return taught, report, shares


def test_a_hand_is_learned_and_what_was_known_is_kept(lesson, hand) -> None:
    taught, report, shares = lesson
    assert report.hand_is_held_out
    assert report.hand_before.count == 120
    assert report.hand_before.accuracy < 0.7
    assert report.hand_after.errors < 0.75 * report.hand_before.errors
    assert report.base_before.accuracy > 0.85
    assert report.fall < 0.05
    learned, _ = own_halves(hand)
    wrong = int((taught.predict_proba(learned[0]).argmax(axis=1) != learned[1]).sum())
    assert (report.learned_after.errors, report.learned_after.count) == (wrong, len(learned[1]))
    assert report.learned_before.errors > wrong
    assert report.as_dict()["after"]["learned_errors"] == wrong
    are = f"{wrong} of 120 {'is' if wrong == 1 else 'are'} still misread" if wrong else "all 120 are read right"
    assert report.sentence().endswith(f" Of those it learned from, {are}.")
    few = replace(report, learned_after=Score(np.array([7]), np.array([9])))
    assert few.sentence().endswith(" Of those it learned from, 2 of 9 are still misread.")
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_without_replay_more_is_forgotten(network, hand, small_base, lesson) -> None:
    taught, _ = own_halves(hand)
    steps = teach(network, taught, taught, QUICK)  # replays the hand itself
    while True:
        try:
            next(steps)
        except StopIteration as end:
            forgetful = end.value
            break
    *_, known = base_parts(small_base)
    assert count_right(forgetful, known).errors > 1.5 * count_right(lesson[0], known).errors


def unsure(network: Network) -> float:
    """Tell of how many pictures of no digit, other than those that are replayed, a network is unsure."""
    return float((network.predict_proba(non_digits(300, np.random.default_rng(99))).max(axis=1) < 0.5).mean())


def test_what_was_doubted_is_doubted_still(hand, small_base, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = non_digits(400, np.random.default_rng(0))
    extra = ExtraPictures(pictures, np.full(400, NO_DIGIT, np.uint8), "no digits")
    doubting = build("lenet", 0)
    config = TrainingConfig(0.002, 32, epochs=5, optimizer="adam")
    for _event in train(doubting, replace(small_base, extra=extra), config):
        pass
    assert unsure(doubting) > 0.8
    taught, report, _ = run(doubting, hand, small_base)
    assert report.hand_after.errors < 0.75 * report.hand_before.errors
    monkeypatch.setattr(teaching, "FIGURES_SHARE", 0.0)
    surer, _, _ = run(doubting, hand, small_base)
    assert unsure(doubting) - unsure(taught) < 0.5 * (unsure(doubting) - unsure(surer))


def test_a_network_that_never_doubted_does_not_learn_to(network, lesson) -> None:
    assert unsure(network) < 0.5
    assert unsure(lesson[0]) < 0.5


def test_only_the_last_layers_change(network, lesson) -> None:
    before, after = network.weights(), lesson[0].weights()
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == {name for name in before if name.startswith("dense")}


def test_the_seed_decides(network, hand, small_base, lesson) -> None:
    again, _, _ = run(network, hand, small_base)
    other, _, _ = run(network, hand, small_base, TeachingConfig(steps=80, seed=1))
    for name, value in lesson[0].weights().items():
        np.testing.assert_array_equal(value, again.weights()[name])
    assert not np.array_equal(other.weights()["dense2.weight"], again.weights()["dense2.weight"])


def test_normalisation_and_dropout_come_back_as_they_were(hand, small_base) -> None:
    layers = [
        Conv2D(2, 5, stride=3),
        BatchNorm(),
        ReLU(),
        Flatten(),
        Dropout(0.5),
        Dense(8),
        BatchNorm(),
        Dense(10),
    ]
    network = Network(layers, input_mean=0.1, input_deviation=0.5)
    network.named_arrays()["batchnorm2.running_mean"][:] = np.arange(8)
    taught, _, _ = run(network, hand, small_base, TeachingConfig(steps=3))
    assert [repr(layer) for layer in taught.layers] == [repr(layer) for layer in network.layers]
    assert (taught.input_mean, taught.input_deviation) == (0.1, 0.5)
    arrays = taught.named_arrays()
    np.testing.assert_array_equal(arrays["batchnorm2.running_mean"], np.arange(8))
    assert not np.array_equal(arrays["batchnorm2.scale"], np.ones(8))
    assert not np.array_equal(arrays["dense1.weight"], network.named_arrays()["dense1.weight"])


def test_what_is_taught_are_the_gradients_of_answers_with_fixed_statistics_and_nothing_dropped(rng) -> None:
    layers = [Flatten(), Dense(3), BatchNorm(), Dropout(0.5), Dense(2)]
    network = Network(layers, (1, 2, 2), dtype=np.float64)
    network.named_arrays()["batchnorm1.running_mean"][:] = 0.3, -0.2, 0.1
    network.named_arrays()["batchnorm1.running_variance"][:] = 0.5, 2.0, 1.5
    images, labels = rng.integers(0, 256, (5, 2, 2)).astype(np.uint8), np.array([0, 1, 1, 0, 1], np.uint8)
    logits = network.forward(network.to_input(images), remember=True)
    network.backward(softmax_cross_entropy(logits, labels)[1])
    for parameter in network.parameters():
        grad, flat = parameter.grad.copy().ravel(), parameter.value.reshape(-1)
        for index in range(flat.size):
            losses = []
            for change in (1e-6, -2e-6):
                flat[index] += change
                losses.append(softmax_cross_entropy(network.logits(images).T, labels)[0])
            flat[index] += 1e-6
            assert grad[index] == pytest.approx((losses[0] - losses[1]) / 2e-6, abs=1e-6)
    assert network.named_arrays()["batchnorm1.running_mean"].tolist() == [0.3, -0.2, 0.1]


def test_what_is_left_out_is_neither_taught_nor_measured(hand) -> None:
    edited = hand.edited(Edits(labels={0: 9, 125: 8}, excluded=frozenset({1, 121})))
    (taught, labels), (test, test_labels) = own_halves(edited)
    assert (len(taught), len(test)) == (119, 119)
    assert labels[0] == 9
    np.testing.assert_array_equal(taught[1], hand.images[2])
    assert test_labels[4] == 8


def test_weights_between_two_networks(network, lesson) -> None:
    start, end = network.weights(), lesson[0].weights()
    middle = between(network, lesson[0], 0.25).weights()
    for name, value in middle.items():
        np.testing.assert_allclose(value, 0.75 * start[name] + 0.25 * end[name], atol=1e-6)
    assert between(network, lesson[0], 1.0) is lesson[0]


def test_a_hand_without_halves_is_taught_as_a_whole_and_the_report_says_so(network, hand, small_base) -> None:
    whole = Dataset(hand.images[:12], hand.labels[:12], "twelve", "hand")
    _, report, _ = run(network, whole, small_base, TeachingConfig(steps=2))
    assert not report.hand_is_held_out
    assert report.hand_after.count == 12
    assert report.sentence().startswith("Too few of your digits to test: these 12 were used for teaching")
    many = TeachingReport(report.base_before, report.base_after, score(3, FEW), score(0, FEW), False)
    assert many.sentence().startswith("None of your digits were held back for testing: these 20 were used")


def test_no_base_digit_is_in_two_of_what_is_replayed_chosen_by_and_reported(mnist) -> None:
    parts = [{image.tobytes() for image in images} for images, _ in base_parts(mnist)]
    (_, replayed_labels), (choosing, _), (reported, _) = base_parts(mnist)
    assert np.bincount(replayed_labels).tolist() == [REPLAYED // 10] * 10
    assert (len(choosing), len(reported)) == (MEASURED // 2, MEASURED // 2)
    assert not parts[0] & parts[1]
    assert not parts[0] & parts[2]
    assert not parts[1] & parts[2]
    official = Dataset(mnist.images[:400], mnist.labels[:400], "official", "x", 300)
    test = {image.tobytes() for image in mnist.images[300:400]}
    for images, _ in base_parts(official):
        assert not test & {image.tobytes() for image in images}


def test_what_chooses_how_much_stays_is_not_what_is_reported(
    network, hand, small_base, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[bytes] = []

    def count(pupil: Network, samples) -> Score:
        counted.append(samples[0].tobytes())
        return count_right(pupil, samples)

    monkeypatch.setattr(teaching_report, "count_right", count)
    monkeypatch.setattr(teaching_report, "GOOD_FALL", -1.0)  # no amount is good enough: all are tried
    _, report, _ = run(network, hand, small_base, TeachingConfig(steps=2))
    _, choosing, others = (images.tobytes() for images, _ in base_parts(small_base))
    taught, own = (images.tobytes() for images, _ in own_halves(hand))
    assert counted == [choosing] * 4 + [others] * 2 + [own] * 2 + [taught] * 2
    assert report.base_after.count == len(base_parts(small_base)[2][1])


def score(errors: int, count: int) -> Score:
    counts = np.full(10, count // 10)
    return Score(counts - np.eye(10, dtype=int)[3] * errors, counts)


@given(before=st.integers(0, 50), after=st.integers(0, 50))
def test_a_fall_of_more_than_three_in_a_thousand_is_refused(before: int, after: int) -> None:
    report = TeachingReport(score(before, 2000), score(after, 2000), score(1, 50), score(0, 50), True)
    assert report.is_acceptable == (after - before <= 6)
    assert bool(report.refusal()) != report.is_acceptable
    assert report.fall == pytest.approx((after - before) / 2000)


def test_the_report_tells_how_sure_it_is_and_which_digits_changed() -> None:
    few = TeachingReport(score(5, 2000), score(5, 2000), score(1, FEW - 10), score(0, FEW - 10), True)
    many = TeachingReport(score(5, 2000), score(4, 2000), score(1, FEW), score(1, FEW), True)
    assert "too few" in few.sentence()
    assert "too few" not in many.sentence()
    assert many.changes() == ["Misread digits from other people: 3s fell from 5 to 4."]
    worse = TeachingReport(score(1, 2000), score(2, 2000), score(1, FEW), score(0, FEW), True)
    assert worse.changes() == [
        "Misread digits of yours: 3s fell from 1 to 0.",
        "Misread digits from other people: 3s rose from 1 to 2.",
    ]
    figures = many.as_dict()
    assert figures["before"]["hand_errors"] == 1
    assert figures["after"]["base_accuracy"] == pytest.approx(0.998)


def test_wrong_input_says_what_is_wrong(network, hand, small_base) -> None:
    taught, _ = own_halves(hand)
    nothing = taught[0][:0], taught[1][:0]
    assert "found none" in error_of(DataFormatError, lambda: next(teach(network, nothing, taught)))
    two = Network([Flatten(), Dense(2)])
    assert "0 to 1" in error_of(ShapeError, lambda: next(teach(two, taught, taught)))
    headless = Network([Conv2D(10, 28), Flatten()])
    assert "dense layers" in error_of(ConfigError, lambda: next(teach(headless, taught, taught)))
    empty = hand.edited(Edits(excluded=frozenset(range(120))))
    assert "training part is empty" in error_of(DataFormatError, lambda: own_halves(empty))
    tiny = Dataset(small_base.images[:4], small_base.labels[:4], "tiny", "x")
    assert "too small" in error_of(DataFormatError, lambda: base_parts(tiny))
    for wrong in ({"steps": 0}, {"share": 0.0}, {"share": 1.0}, {"learning_rate": 0.0}, {"seed": -1}):
        error_of(ConfigError, lambda wrong=wrong: TeachingConfig(**wrong))


def test_teaching_can_be_ended_at_any_time(network, hand, small_base) -> None:
    steps = teach_and_report(network, hand, small_base)
    assert isinstance(next(steps), TeachingProgress)
    steps.close()


def test_one_digit_alone_gets_half_its_share_of_a_batch(
    network, hand, small_base, monkeypatch: pytest.MonkeyPatch
) -> None:
    (images, labels), _ = own_halves(hand)
    shares = []

    def learn(*arguments):
        shares.append(arguments[3].own)
        yield from ()

    monkeypatch.setattr(teaching, "_learn", learn)
    replay, *_ = base_parts(small_base)
    for chosen in (labels == 7, labels < 8, labels < 10):
        for _ in teach(network, (images[chosen], labels[chosen]), replay, TeachingConfig(steps=1)):
            pass
    assert shares == [16, 26, 32]
