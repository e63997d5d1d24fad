"""How weights follow their gradients, in order of increasing complexity.

An optimizer knows arrays, not layers: it is made with the parameters of a network, and every `step` changes
their values in place from their gradients.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from model.arrays import FloatArray
from model.errors import ConfigError
from model.layers import Parameter

__all__ = ["OPTIMIZERS", "SGD", "Adam", "Momentum", "Optimizer"]


class Optimizer(ABC):
    """Changes parameters by their gradients.

    Parameters
    ----------
    parameters : sequence of Parameter
    learning_rate : float
        How far one step goes; may be changed between steps.
    """

    def __init__(self, parameters: Sequence[Parameter], *, learning_rate: float) -> None:
        if not learning_rate > 0:
            raise ConfigError(f"learning_rate must be above 0, got {learning_rate}")
        self.parameters = list(parameters)
        self.learning_rate = learning_rate

    @abstractmethod
    def step(self) -> None:
        """Change every parameter once."""

    def _slots(self) -> list[FloatArray]:
        return [np.zeros_like(parameter.value) for parameter in self.parameters]


class SGD(Optimizer):
    """Plain stochastic gradient descent: ``value -= learning_rate * grad``."""

    def step(self) -> None:
        for parameter in self.parameters:
            parameter.value -= self.learning_rate * parameter.grad


class Momentum(Optimizer):
    """Gradient descent that remembers its direction.

    ``velocity = momentum * velocity + grad``, then ``value -= learning_rate * velocity``.

    References
    ----------
    B. T. Polyak: Some methods of speeding up the convergence of iteration methods, 1964.
    """

    def __init__(self, parameters: Sequence[Parameter], *, learning_rate: float, momentum: float = 0.9) -> None:
        super().__init__(parameters, learning_rate=learning_rate)
        self.momentum = momentum
        self._velocities = self._slots()

    def step(self) -> None:
        for parameter, velocity in zip(self.parameters, self._velocities, strict=True):
            velocity *= self.momentum
            velocity += parameter.grad
            parameter.value -= self.learning_rate * velocity


class Adam(Optimizer):
    """Steps scaled by running means of the gradient and of its square.

    References
    ----------
    D. P. Kingma, J. Ba: Adam: a method for stochastic optimization, ICLR 2015, algorithm 1.
    """

    def __init__(
        self,
        parameters: Sequence[Parameter],
        *,
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(parameters, learning_rate=learning_rate)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self._means, self._squares = self._slots(), self._slots()
        self._steps = 0

    def step(self) -> None:
        self._steps += 1
        mean_correction = 1 - self.beta1**self._steps
        square_correction = 1 - self.beta2**self._steps
        for parameter, mean, square in zip(self.parameters, self._means, self._squares, strict=True):
            grad = parameter.grad
            mean += (1 - self.beta1) * (grad - mean)
            square += (1 - self.beta2) * (grad * grad - square)
            denominator = np.sqrt(square / square_correction) + self.epsilon
            parameter.value -= self.learning_rate / mean_correction * mean / denominator


OPTIMIZERS: dict[str, type[Optimizer]] = {"sgd": SGD, "momentum": Momentum, "adam": Adam}
