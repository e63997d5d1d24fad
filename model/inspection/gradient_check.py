"""The gradients of a whole network against differences of its loss, layer by layer, in float64."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.inspection.plain_pass import in_float64, loss_of, losses_of, switches
from model.network.arrays import FloatArray, ImageArray
from model.network.network import Network
from model.network.one_blas_thread import one_blas_thread

__all__ = ["LIMIT", "CheckedLayer", "check_gradients"]

LIMIT = 1e-6
"""The largest relative error of a right gradient."""
STEP = 1e-5
"""How far a number is moved to either side."""
SAMPLE = 20
"""Numbers of each array that are checked, at the most."""
LEAST_SHARE = 0.01
"""An error is relative to the gradient itself, or to this share of the largest one in its array."""


@dataclass(frozen=True, slots=True)
class CheckedLayer:
    """The check of one layer: of its parameters, and of what it hands back to the layer before.

    Attributes
    ----------
    name : str
    parameters : int
        How many numbers training changes in it.
    checked : int
        Numbers that were moved, of its parameters and of its input.
    kinks : int
        Of those, how many were left out since a ReLU or a winner of a pool switches between the two sides.
    largest_error : float
        Of the others, relative; nan if all were left out.
    """

    name: str
    parameters: int
    checked: int
    kinks: int
    largest_error: float

    @property
    def passed(self) -> bool:
        """Whether no gradient is wrong."""
        return not self.largest_error > LIMIT


def check_gradients(
    network: Network,
    image: ImageArray,
    label: int | None = None,
    *,
    seed: int = 0,
    on_progress: Callable[[float], object] = lambda _share: None,
) -> tuple[CheckedLayer, ...]:
    """Compare a sample of the gradients of each layer with central differences of the loss.

    Parameters
    ----------
    network : Network
        A copy of it is checked, in float64, through its plain layers.
    image : ndarray of uint8, shape (28, 28)
    label : int, optional
        The class that the loss is measured against. If not given, the one that the network finds least likely:
        where the loss is large, so are the gradients, and rounding counts least.
    seed : int
        Chooses the sample.
    on_progress : callable
        Is given the share that is done after each layer; may raise.

    Returns
    -------
    tuple of CheckedLayer
        In the order of the layers. A wrong derivative in one layer makes those before it wrong as well: look at
        the last that fails.

    References
    ----------
    I. Goodfellow, Y. Bengio, A. Courville: Deep Learning, 2016, section 11.5.
    """
    rows = []
    with one_blas_thread():  # several are slower at products of this size
        check = _Check(in_float64(network), image, label, np.random.default_rng(seed))
        for index in range(len(network.layers)):
            rows.append(check.layer(index))
            on_progress((index + 1) / len(network.layers))
    return tuple(rows)


class _Check:
    """Both passes of a picture, and what comes of moving numbers."""

    def __init__(self, network: Network, image: ImageArray, label: int | None, rng: np.random.Generator) -> None:
        self.network, self.rng = network, rng
        x = network.to_input(image[np.newaxis]).copy()
        self.outputs = [x, *network.activations(x, remember=True).values()]
        logits = self.outputs[-1]
        least = int(logits[0, 0] < 0) if network.is_binary else int(logits.argmin())
        self.label = least if label is None else label
        _, grad_logits = loss_of(network, logits, np.array([self.label]))
        self.gradients = list(network.activation_gradients(grad_logits).values())
        self.weight_gradients = {name: one.grad.copy() for name, one in network.named_parameters().items()}

    def layer(self, index: int) -> CheckedLayer:
        """Check the parameters and the input of one layer."""
        layer, name = self.network.layers[index], self.network.layer_names[index]
        errors, checked, kinks, parameters = [0.0], 0, 0, 0
        for key, parameter in layer.parameters().items():
            parameters += parameter.value.size
            gradient = self.weight_gradients[f"{name}.{key}"]
            places = self._sample(parameter.value, gradient)
            moved = [self._with_moved_weight(index, parameter.value, place) for place in places]
            found, crossed = self._errors(index + 1, np.concatenate(moved, axis=-1), gradient, places)
            errors, checked, kinks = errors + found, checked + len(places), kinks + crossed
        gradient = self.gradients[index][..., 0]
        places = self._sample(self.outputs[index][..., 0], gradient)
        columns = np.repeat(self.outputs[index], 2 * len(places), axis=-1)
        for k, place in enumerate(places):
            columns[(*place, 2 * k)] += STEP
            columns[(*place, 2 * k + 1)] -= STEP
        found, crossed = self._errors(index, columns, gradient, places)
        errors, checked, kinks = errors + found, checked + len(places), kinks + crossed
        return CheckedLayer(name, parameters, checked, kinks, max(errors[1:], default=math.nan))

    def _sample(self, values: FloatArray, gradient: FloatArray) -> list[tuple[int, ...]]:
        """Choose numbers: those with the largest gradients, and some of each kind at random.

        The kinds are numbers above 0 and others, with a gradient and without: a mask that is missing, say, shows
        in a few numbers below 0 that have a gradient.
        """
        share, above, has = SAMPLE // 5, (values > 0).ravel(), (gradient != 0).ravel()
        count = min(share, gradient.size)
        chosen = [np.argpartition(np.abs(gradient).ravel(), -count)[-count:]]
        for kind in (above & has, above & ~has, ~above & has, ~above & ~has):
            places = np.flatnonzero(kind)
            chosen.append(self.rng.choice(places, min(share, len(places)), replace=False))
        unique = np.unique(np.concatenate(chosen))
        return [tuple(int(i) for i in np.unravel_index(int(k), gradient.shape)) for k in unique]

    def _with_moved_weight(self, index: int, value: FloatArray, place: tuple[int, ...]) -> FloatArray:
        """Compute the output of a layer with one weight moved to either side, as two columns."""
        layer, before, results = self.network.layers[index], value[place], []
        for step in (STEP, -STEP):
            value[place] = before + step
            results.append(layer.forward(self.outputs[index]).copy())
        value[place] = before
        return np.concatenate(results, axis=-1)

    def _errors(
        self, first: int, x: FloatArray, gradient: FloatArray, places: list[tuple[int, ...]]
    ) -> tuple[list[float], int]:
        """Compute on from a layer with two columns for each place; return relative errors, and how many kinks."""
        crossed: npt.NDArray[np.bool_] = np.zeros(len(places), np.bool_)
        for k in range(first, len(self.network.layers)):
            layer = self.network.layers[k]
            now, then = switches(layer, x), switches(layer, self.outputs[k])
            if now is not None and then is not None:
                moved = (now != then).reshape(-1, x.shape[-1]).any(axis=0)
                crossed |= moved[0::2] | moved[1::2]
            x = layer.forward(x).copy()
        losses = losses_of(self.network, x, self.label)
        differences = (losses[0::2] - losses[1::2]) / (2 * STEP)
        analytic = np.array([gradient[place] for place in places])
        least = max(LEAST_SHARE * float(np.abs(gradient).max()), np.finfo(np.float64).tiny)
        scale = np.maximum(np.maximum(np.abs(analytic), np.abs(differences)), least)
        errors = np.abs(analytic - differences) / scale
        return [float(error) for error in errors[~crossed]], int(crossed.sum())
