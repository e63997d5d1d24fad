"""Whether a backward pass is the gradient of a person's own forward pass, by finite differences."""

from collections.abc import Callable

import numpy as np

from model.layer_check.functions import Array, Inputs

__all__ = ["is_own_gradient"]

STEP = 1e-4
TOLERANCE = 1e-6


def is_own_gradient(
    forward: Callable[[Inputs], Array | None], inputs: Inputs, argument: str, found: Array
) -> bool:
    """Tell whether a gradient is that of a forward pass, right or wrong.

    Parameters
    ----------
    forward : callable
        Takes the arguments of the forward pass, and returns its output, or None where it fails.
    inputs : dict
        The arguments of the backward pass, with ``dout``, away from ties and kinks.
    argument : str
        With respect to which the gradient is.
    found : ndarray
        The gradient that the backward pass returned.

    Notes
    -----
    The slope of ``sum(dout * out)`` along one number is ``(f(number + step) - f(number - step)) / (2 step)``.
    """
    if found.shape != inputs[argument].shape:
        return False
    slopes = np.zeros(found.shape)
    for index in np.ndindex(found.shape):
        sums = []
        for step in (STEP, -STEP):
            moved = inputs[argument].copy()
            moved[index] += step
            arguments = {name: value for name, value in inputs.items() if name != "dout"} | {argument: moved}
            out = forward(arguments)
            if out is None or out.shape != inputs["dout"].shape:
                return False
            sums.append(float((out * inputs["dout"]).sum()))
        slopes[index] = (sums[0] - sums[1]) / (2 * STEP)
    return np.allclose(
        found, slopes, rtol=TOLERANCE, atol=TOLERANCE * max(1.0, float(np.abs(slopes).max(initial=0)))
    )
