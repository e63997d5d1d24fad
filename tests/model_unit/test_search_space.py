"""Which settings a sweep tries."""

import numpy as np
import pytest
from helpers.errors import error_of
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingGridSearchCV, ParameterGrid

from model.errors import ConfigError
from model.sweeps.search_space import Range, every_combination, random_sample, rungs

CHOICES = {"lr": [0.1, 0.01], "arch": ["journal-8", "lenet"], "seed": [0, 1, 2]}


def test_every_combination_stands_there_once_and_the_last_setting_changes_fastest() -> None:
    found = every_combination(CHOICES)
    assert found[:4] == [
        {"lr": 0.1, "arch": "journal-8", "seed": 0},
        {"lr": 0.1, "arch": "journal-8", "seed": 1},
        {"lr": 0.1, "arch": "journal-8", "seed": 2},
        {"lr": 0.1, "arch": "lenet", "seed": 0},
    ]
    expected = list(ParameterGrid(CHOICES))
    assert len(found) == len(expected) == 12
    assert all(one in found for one in expected)


def test_a_sample_is_of_different_combinations_the_same_for_the_same_seed() -> None:
    sample = random_sample(CHOICES, 5, seed=3)
    assert len({str(one) for one in sample}) == 5
    assert all(one in every_combination(CHOICES) for one in sample)
    assert random_sample(CHOICES, 5, seed=3) == sample
    assert random_sample(CHOICES, 5, seed=4) != sample
    assert random_sample(CHOICES, 100, seed=3) == every_combination(CHOICES)


def test_ranges_are_drawn_from_evenly_or_over_orders_of_magnitude() -> None:
    choices = {"lr": Range(1e-4, 1.0, log=True), "l2": Range(0.0, 0.5), "batch_size": Range(1, 3)}
    sample = random_sample(choices, 400, seed=0)
    rates, penalties = np.array([one["lr"] for one in sample]), np.array([one["l2"] for one in sample])
    assert np.all((rates >= 1e-4) & (rates <= 1))
    assert np.median(rates) == pytest.approx(1e-2, rel=0.5)
    assert penalties.mean() == pytest.approx(0.25, abs=0.03)
    assert {one["batch_size"] for one in sample} == {1, 2, 3}
    assert all(type(one["batch_size"]) is int and type(one["lr"]) is float for one in sample)
    assert all(one["lr"] == float(f"{one['lr']:.4g}") for one in sample)


def test_a_range_of_few_whole_numbers_gives_each_only_once() -> None:
    sample = random_sample({"batch_size": Range(1, 3)}, 20, seed=0)
    assert sorted(one["batch_size"] for one in sample) == [1, 2, 3]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("count", "expected"), [(17, 17), (20, 20), (30, 20)])
def test_as_many_are_drawn_as_were_asked_for_or_all_that_there_are(seed, count, expected) -> None:
    sample = random_sample({"seed": Range(1, 10, log=True), "arch": ["journal-8", "lenet"]}, count, seed)
    assert len({(one["seed"], one["arch"]) for one in sample}) == len(sample) == expected


def test_numbers_that_rounding_makes_equal_are_drawn_for_a_while_only() -> None:
    assert len(random_sample({"lr": Range(0.1, 0.10001)}, 3, seed=0)) == 1


def test_what_is_no_range_is_refused() -> None:
    assert "smaller to a larger" in error_of(ConfigError, lambda: Range(1, 1))
    assert "above 0" in error_of(ConfigError, lambda: Range(0.0, 1.0, log=True))
    assert "lr is a range" in error_of(ConfigError, lambda: every_combination({"lr": Range(0.1, 0.2)}))


class _Counts(ClassifierMixin, BaseEstimator):
    """Does nothing; takes part in scikit-learn's own halving."""

    def __init__(self, candidate=0, epochs=1) -> None:
        self.candidate = candidate
        self.epochs = epochs

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.zeros(len(X), int)


def halving_of_scikit_learn(candidates: int, epochs: int) -> HalvingGridSearchCV:
    return HalvingGridSearchCV(
        _Counts(),
        {"candidate": list(range(candidates))},
        resource="epochs",
        max_resources=epochs,
        min_resources="exhaust",
        cv=2,
        factor=3,
        refit=False,
    ).fit(np.zeros((8, 1)), np.arange(8) % 2)


@pytest.mark.parametrize(
    ("candidates", "epochs"), [(16, 20), (12, 15), (9, 9), (30, 5), (1, 7), (2, 1), (4, 100), (27, 2)]
)
def test_as_many_go_on_as_with_scikit_learn_and_the_last_get_the_epochs_that_were_asked_for(
    candidates, epochs
) -> None:
    theirs, ours = halving_of_scikit_learn(candidates, epochs), rungs(candidates, epochs)
    assert [rung.candidates for rung in ours] == theirs.n_candidates_
    assert ours[-1].epochs == epochs
    assert [before.epochs for before in ours[:-1]] == [after.epochs // 3 for after in ours[1:]]
    assert ours[0].epochs >= 1


@pytest.mark.parametrize(("candidates", "epochs"), [(9, 9), (12, 18), (4, 6), (30, 54)])
def test_where_powers_of_three_divide_the_rungs_are_those_of_scikit_learn(candidates, epochs) -> None:
    theirs = halving_of_scikit_learn(candidates, epochs)
    assert [rung.epochs for rung in rungs(candidates, epochs)] == theirs.n_resources_
