"""How the learning rate changes over a run: each schedule is a function of how far the run has come.

A schedule returns the factor by which the chosen learning rate is multiplied, from 0 to 1.
"""

import math
from collections.abc import Callable

__all__ = ["SCHEDULES", "constant", "cosine", "one_cycle", "step"]

WARM_UP = 0.3
"""Share of a one-cycle run in which the learning rate rises."""
FIRST, LAST = 1 / 25, 1e-4
"""Factors at the two ends of a one-cycle run."""


def constant(progress: float) -> float:  # noqa: ARG001
    """Keep the learning rate as it is.

    Parameters
    ----------
    progress : float
        Share of the run's steps that are done, from 0 to below 1; the same in every schedule.
    """
    return 1.0


def step(progress: float) -> float:
    """Divide the learning rate by 10 after half of the run, and once more after three quarters.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun: Deep residual learning for image recognition, CVPR 2016, section 4.2.
    """
    if progress < 0.5:
        return 1.0
    return 0.1 if progress < 0.75 else 0.01


def cosine(progress: float) -> float:
    """Let the learning rate fall to zero along half a cosine wave.

    References
    ----------
    I. Loshchilov, F. Hutter: SGDR: stochastic gradient descent with warm restarts, ICLR 2017, equation 5.
    """
    return (1 + math.cos(math.pi * progress)) / 2


def one_cycle(progress: float) -> float:
    """Warm up from a 25th over the first 30 % of the run, then fall to nearly zero, both along a cosine.

    References
    ----------
    L. N. Smith, N. Topin: Super-convergence: very fast training of neural networks using large learning rates,
    2018.
    """
    if progress < WARM_UP:
        return 1 + (FIRST - 1) * cosine(progress / WARM_UP)
    return LAST + (1 - LAST) * cosine((progress - WARM_UP) / (1 - WARM_UP))


SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": constant,
    "step": step,
    "cosine": cosine,
    "one-cycle": one_cycle,
}
