"""The right answer to each question is what the layers compute."""

import numpy as np
import pytest

from model import build
from model.inspection.questions import Question, question_of_rate, questions_of
from model.inspection.trace import Trace, Unit, trace
from model.network.layers import Dense, Flatten, MaxPool2D, ReLU
from model.network.network import Network

SIGNS = {-1: "Below 0", 0: "Exactly 0", 1: "Above 0"}


@pytest.fixture(scope="module")
def found() -> Trace:
    image = np.zeros((28, 28), np.uint8)
    image[6:22, 12:16] = 255
    return trace(build("lenet", seed=4), image, 3)


def about(questions: list[Question], words: str) -> Question:
    (one,) = [question for question in questions if words in question.text]
    return one


def places(found: Trace, layer: str, count: int = 40) -> list[Unit]:
    shape, rng = found[f"{layer}.output"].shape, np.random.default_rng(0)
    return [Unit(layer, tuple(int(rng.integers(0, size)) for size in shape)) for _ in range(count)]


def test_the_cell_that_wins_is_the_largest(found: Trace) -> None:
    for unit in places(found, "pool1"):
        question = about(questions_of(found, unit), "passed on")
        row, column = (int(word) for word in question.answers[question.right].replace(",", "").split()[1::2])
        assert found["relu1.output"][unit.index[0], row, column] == found.value(unit)
        assert f"{found.value(unit):.3f}" in question.reason


def test_ties_are_named_and_go_to_the_first() -> None:
    network = Network([MaxPool2D(2), ReLU(), Flatten(), Dense(10)])
    found = trace(network, np.full((28, 28), 9, np.uint8), 1)
    question = about(questions_of(found, Unit("pool1", (0, 3, 4))), "passed on")
    assert question.answers[question.right] == "row 6, column 8"
    assert "4 cells tie" in question.reason


def test_what_comes_out_of_a_relu(found: Trace) -> None:
    for unit in places(found, "relu2"):
        question = about(questions_of(found, unit), "ReLU")
        assert float(question.answers[question.right]) == pytest.approx(found.value(unit), rel=1e-3)
        assert len(set(question.answers)) == len(question.answers)


def test_the_sign_of_a_sum(found: Trace) -> None:
    for unit in [*places(found, "conv2"), *places(found, "dense1")]:
        question = about(questions_of(found, unit), "products")
        assert question.answers[question.right] == SIGNS[int(np.sign(found.value(unit)))]


def test_a_sum_can_be_exactly_0() -> None:
    network = build("journal-8")
    network.named_parameters()["conv1.bias"].value[:] = 0
    empty = trace(network, np.zeros((28, 28), np.uint8), 1)
    question = about(questions_of(empty, Unit("conv1", (2, 3, 3))), "products")
    assert question.answers[question.right] == "Exactly 0"
    assert "The sum is 0." in question.reason


def test_the_slope_of_a_pixel_is_what_the_loss_does() -> None:
    network = build("journal-8", dtype=np.float64, seed=2)
    image = np.random.default_rng(0).integers(40, 200, (28, 28), dtype=np.uint8)
    found, seen = trace(network, image, 3), set()
    for row, column in np.random.default_rng(1).integers(0, 28, (30, 2)):
        brighter = image.copy()
        brighter[row, column] += 1
        change = trace(network, brighter, 3).loss - found.loss
        question = about(questions_of(found, Unit("input", (0, int(row), int(column)))), "grew a little")
        answer = question.answers[question.right]
        if abs(change) > 1e-5:  # smaller ones may cross a kink
            assert answer == ("The loss grows" if change > 0 else "The loss falls")
        seen.add(answer)
    assert len(seen) >= 2


def test_a_logit_is_explained_by_its_probability(found: Trace) -> None:
    question = about(questions_of(found, Unit("dense2", (3,))), "grew a little")
    assert question.answers[question.right] == "The loss falls"
    assert "p − y" in question.reason
    assert "− 1" in question.reason


def test_no_gradient_has_its_reason(found: Trace) -> None:
    dead = np.argwhere(found["conv2.output"] <= 0)[0]
    question = about(questions_of(found, Unit("conv2", tuple(map(int, dead)))), "grew a little")
    assert question.answers[question.right] == "The loss stays the same"
    assert "relu2 makes 0 of what is not above 0" in question.reason


def test_what_stops_a_gradient_is_found_further_behind(found: Trace) -> None:
    above = found["conv1.output"] > 0
    lost = np.argwhere(above & (found["relu1.gradient"] == 0))
    reasons = {
        about(questions_of(found, Unit("conv1", tuple(place))), "grew a little").reason for place in lost.tolist()
    }
    assert (
        "The gradient here is 0: relu1 passes the number on, but pool1 passes another number of its window on."
        in (reasons)
    )
    assert not any("nothing behind it" in reason for reason in reasons)
    for layer in ("conv1", "relu1", "pool1", "conv2", "flatten1", "dense1"):  # each ends, with a reason
        for unit in places(found, layer):
            reason = about(questions_of(found, unit), "grew a little").reason
            assert ("The gradient here is 0: " in reason) == (found.gradient(unit) == 0)


@pytest.mark.parametrize(
    ("losses", "right"),
    [((2.0, 1.9, 1.2), "falls further"), ((2.0, 1.2, 1.9), "falls less"), ((2.0, 1.9, 2.5), "grows")],
)
def test_ten_times_the_rate(losses, right) -> None:
    question = question_of_rate(*losses)
    assert right in question.answers[question.right]
    assert f"{losses[2]:.4f}" in question.reason


def test_a_loss_that_is_no_number_has_grown() -> None:
    assert (
        "grows" in question_of_rate(2.0, 1.9, float("nan")).answers[question_of_rate(2.0, 1.9, float("nan")).right]
    )
