"""How gradients change the weights, in order of increasing complexity.

An optimizer knows arrays, not layers: it is made with the parameters of a network, and every `step` changes
their values in place from their gradients.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from model.errors import ConfigError
from model.network.arrays import FloatArray
from model.network.layer import Parameter

__all__ = ["OPTIMIZERS", "SGD", "Adam", "AdamW", "Momentum", "Nesterov", "Optimizer", "clip_gradients"]


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
            raise ConfigError(f"must be above 0, got {learning_rate}", "learning_rate")
        self.parameters = list(parameters)
        self.learning_rate = learning_rate
        self._scratch = [np.empty_like(parameter.value) for parameter in self.parameters]

    @abstractmethod
    def step(self) -> None:
        """Change every parameter once."""

    def state(self) -> dict[str, FloatArray]:
        """Return by name the arrays that the next step depends on, to be copied or overwritten."""
        return {}

    def _slots(self) -> list[FloatArray]:
        return [np.zeros_like(parameter.value) for parameter in self.parameters]


class SGD(Optimizer):
    """Plain stochastic gradient descent: ``value -= learning_rate * grad``.

    Examples
    --------
    >>> weight = Parameter(np.array([1.0, 2.0]), grad=np.array([0.5, -0.5]))
    >>> SGD([weight], learning_rate=0.1).step()
    >>> weight.value
    array([0.95, 2.05])
    """

    def step(self) -> None:
        for parameter, scratch in zip(self.parameters, self._scratch, strict=True):
            np.multiply(parameter.grad, self.learning_rate, out=scratch)
            parameter.value -= scratch


class Momentum(Optimizer):
    """Gradient descent that remembers its direction.

    ``velocity = momentum * velocity + grad``, then ``value -= learning_rate * velocity``.

    References
    ----------
    B. T. Polyak: Some methods of speeding up the convergence of iteration methods, 1964.

    Examples
    --------
    >>> weight = Parameter(np.array([1.0]), grad=np.array([1.0]))
    >>> optimizer = Momentum([weight], learning_rate=0.1)
    >>> optimizer.step()
    >>> optimizer.step()  # goes 1.9 times as far
    >>> weight.value.round(3)
    array([0.71])
    """

    def __init__(self, parameters: Sequence[Parameter], *, learning_rate: float, momentum: float = 0.9) -> None:
        super().__init__(parameters, learning_rate=learning_rate)
        self.momentum = momentum
        self._velocities = self._slots()

    def state(self) -> dict[str, FloatArray]:
        return {f"velocity.{index}": velocity for index, velocity in enumerate(self._velocities)}

    def step(self) -> None:
        for parameter, velocity, scratch in zip(self.parameters, self._velocities, self._scratch, strict=True):
            velocity *= self.momentum
            velocity += parameter.grad
            np.multiply(velocity, self.learning_rate, out=scratch)
            parameter.value -= scratch


class Nesterov(Momentum):
    """Momentum that looks ahead: the gradient is added once more where the velocity is going to lead.

    ``velocity = momentum * velocity + grad``, then ``value -= learning_rate * (grad + momentum * velocity)``.

    References
    ----------
    I. Sutskever, J. Martens, G. Dahl, G. Hinton: On the importance of initialization and momentum in deep
    learning, ICML 2013, section 2, in the form that keeps the weights at the place looked at.

    Examples
    --------
    >>> weight = Parameter(np.array([1.0]), grad=np.array([1.0]))
    >>> Nesterov([weight], learning_rate=0.1).step()
    >>> weight.value.round(3)
    array([0.81])
    """

    def step(self) -> None:
        for parameter, velocity, scratch in zip(self.parameters, self._velocities, self._scratch, strict=True):
            velocity *= self.momentum
            velocity += parameter.grad
            np.multiply(velocity, self.momentum, out=scratch)
            scratch += parameter.grad
            scratch *= self.learning_rate
            parameter.value -= scratch


class Adam(Optimizer):
    """Steps scaled by running means of the gradient and of its square.

    References
    ----------
    D. P. Kingma, J. Ba: Adam: a method for stochastic optimization, ICLR 2015, algorithm 1.

    Examples
    --------
    The first step goes as far as the learning rate says, however large the gradient is.

    >>> weight = Parameter(np.array([1.0, 1.0]), grad=np.array([0.001, 1000.0]))
    >>> Adam([weight], learning_rate=0.1).step()
    >>> weight.value.round(3)
    array([0.9, 0.9])
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
        self._steps = np.zeros(1)

    def state(self) -> dict[str, FloatArray]:
        means = {f"mean.{index}": mean for index, mean in enumerate(self._means)}
        squares = {f"square.{index}": square for index, square in enumerate(self._squares)}
        return means | squares | {"steps": self._steps}

    def step(self) -> None:
        self._steps += 1
        steps = int(self._steps[0])
        rate = self.learning_rate / (1 - self.beta1**steps)
        root = math.sqrt(1 - self.beta2**steps)
        for parameter, mean, square, scratch in zip(
            self.parameters, self._means, self._squares, self._scratch, strict=True
        ):
            # in place throughout: fresh megabytes in every step cost more than the arithmetic
            np.subtract(parameter.grad, mean, out=scratch)
            scratch *= 1 - self.beta1
            mean += scratch
            np.square(parameter.grad, out=scratch)
            scratch -= square
            scratch *= 1 - self.beta2
            square += scratch
            np.sqrt(square, out=scratch)
            scratch /= root
            scratch += self.epsilon
            np.divide(mean, scratch, out=scratch)
            scratch *= rate
            parameter.value -= scratch


class AdamW(Adam):
    """Adam, with weights that shrink by themselves: ``value -= learning_rate * weight_decay * value``.

    Unlike an L2 penalty that is not divided by the size of the gradients. Parameters with one axis (biases,
    scales) do not shrink.

    References
    ----------
    I. Loshchilov, F. Hutter: Decoupled weight decay regularization, ICLR 2019, algorithm 2.

    Examples
    --------
    Without a gradient, weights shrink and biases stay.

    >>> weight, bias = Parameter.of(np.ones((1, 1))), Parameter.of(np.ones(1))
    >>> AdamW([weight, bias], learning_rate=0.1, weight_decay=0.5).step()
    >>> weight.value, bias.value
    (array([[0.95]]), array([1.]))
    """

    def __init__(
        self,
        parameters: Sequence[Parameter],
        *,
        learning_rate: float = 0.001,
        weight_decay: float = 0.01,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(parameters, learning_rate=learning_rate, beta1=beta1, beta2=beta2, epsilon=epsilon)
        self.weight_decay = weight_decay

    def step(self) -> None:
        for parameter in self.parameters:
            if parameter.value.ndim > 1:
                parameter.value *= 1 - self.learning_rate * self.weight_decay
        super().step()


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adam": Adam,
    "adamw": AdamW,
}


def clip_gradients(parameters: Sequence[Parameter], max_norm: float) -> float:
    """Shorten all gradients together where they are longer than ``max_norm``; their direction stays.

    Returns
    -------
    float
        The Euclidean norm of all gradients before.

    References
    ----------
    R. Pascanu, T. Mikolov, Y. Bengio: On the difficulty of training recurrent neural networks, ICML 2013,
    algorithm 1.
    """
    squares = sum(float(np.square(parameter.grad, dtype=np.float64).sum()) for parameter in parameters)
    norm = math.sqrt(squares)
    if norm > max_norm:
        for parameter in parameters:
            parameter.grad *= max_norm / norm
    return norm
