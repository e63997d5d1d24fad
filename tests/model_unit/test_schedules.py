"""Factors of the learning rate over a run."""

import numpy as np
import pytest

from model.network.schedules import SCHEDULES, constant, cosine, one_cycle, step


@pytest.mark.parametrize("name", SCHEDULES)
def test_factors_stay_between_zero_and_one(name) -> None:
    factors = [SCHEDULES[name](progress) for progress in np.linspace(0, 1, 1001)[:-1]]
    assert min(factors) > 0
    assert max(factors) == pytest.approx(1)


def test_constant_and_step_as_worked_by_hand() -> None:
    assert [constant(p) for p in (0, 0.9)] == [1, 1]
    assert [step(p) for p in (0, 0.49, 0.5, 0.74, 0.75, 0.99)] == [1, 1, 0.1, 0.1, 0.01, 0.01]


def test_cosine_falls_from_one_through_a_half_to_zero() -> None:
    assert [cosine(p) for p in (0, 0.5, 1)] == pytest.approx([1, 0.5, 0])


def test_one_cycle_warms_up_and_then_falls_to_nearly_nothing() -> None:
    assert one_cycle(0) == pytest.approx(1 / 25)
    assert one_cycle(0.15) == pytest.approx((1 + 1 / 25) / 2)
    assert one_cycle(0.3) == 1
    assert one_cycle(0.65) == pytest.approx((1 + 1e-4) / 2)
    assert one_cycle(1) == pytest.approx(1e-4)
    rising = [one_cycle(p) for p in np.linspace(0, 0.3, 50)]
    falling = [one_cycle(p) for p in np.linspace(0.3, 1, 50)]
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)
