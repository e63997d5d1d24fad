"""The network of the student's journal, trained as the journal does it: one picture at a time, in Python loops.

3×3 convolution, ReLU, 2×2 max pooling, one dense layer with softmax, plain gradient descent. It is here to be
compared with, in its results and in its speed; the mathematics are right (pictures scaled by 255, one winner for
each pooling window, softmax that cannot overflow), the loops over pixels are the journal's.
"""

import numpy as np
import numpy.typing as npt

__all__ = ["JournalLoops"]

Array = npt.NDArray[np.float64]
KERNEL, POOL, SIDE, DIGITS = 3, 2, 28, 10


class JournalLoops:
    """One convolution and one dense layer for pictures of 28×28.

    Attributes
    ----------
    kernels, kernel_biases : ndarray, shapes (filters, 3, 3) and (filters,)
    weights, biases : ndarray, shapes (10, filters * 13 * 13) and (10,)
    """

    def __init__(self, filters: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.convolved_side = SIDE - KERNEL + 1
        self.pooled_side = self.convolved_side // POOL
        inputs = filters * self.pooled_side**2
        self.kernels = rng.standard_normal((filters, KERNEL, KERNEL)) * np.sqrt(2 / KERNEL**2)
        self.kernel_biases = np.zeros(filters)
        self.weights = rng.standard_normal((DIGITS, inputs)) * np.sqrt(2 / inputs)
        self.biases = np.zeros(DIGITS)

    def train_step(self, image: npt.NDArray[np.uint8], label: int, learning_rate: float) -> float:
        """Take one step of gradient descent on one picture; return the loss before it."""
        picture = image / 255
        convolved = self._convolve(picture)
        rectified = np.maximum(convolved, 0)
        pooled = self._pool(rectified)
        flat = pooled.ravel()
        probabilities = self._softmax(self.weights @ flat + self.biases)

        grad_logits = probabilities.copy()
        grad_logits[label] -= 1
        grad_pooled = (self.weights.T @ grad_logits).reshape(pooled.shape)
        grad_convolved = self._unpool(rectified, grad_pooled) * (convolved > 0)
        grad_kernels, grad_kernel_biases = self._kernel_gradients(picture, grad_convolved)

        self.weights -= learning_rate * np.outer(grad_logits, flat)
        self.biases -= learning_rate * grad_logits
        self.kernels -= learning_rate * grad_kernels
        self.kernel_biases -= learning_rate * grad_kernel_biases
        return float(-np.log(probabilities[label]))

    def _convolve(self, picture: Array) -> Array:
        side = self.convolved_side
        out = np.zeros((len(self.kernels), side, side))
        for i in range(side):
            for j in range(side):
                patch = picture[i : i + KERNEL, j : j + KERNEL]
                out[:, i, j] = np.sum(patch * self.kernels, axis=(1, 2)) + self.kernel_biases
        return out

    def _pool(self, maps: Array) -> Array:
        side = self.pooled_side
        out = np.zeros((len(maps), side, side))
        for i in range(side):
            for j in range(side):
                out[:, i, j] = np.amax(self._window(maps, i, j), axis=(1, 2))
        return out

    def _unpool(self, maps: Array, grad_out: Array) -> Array:
        grad_in = np.zeros(maps.shape)
        for i in range(self.pooled_side):
            for j in range(self.pooled_side):
                window = self._window(maps, i, j)
                for f in range(len(maps)):
                    row, column = divmod(int(np.argmax(window[f])), POOL)  # argmax takes the first of equals
                    grad_in[f, POOL * i + row, POOL * j + column] = grad_out[f, i, j]
        return grad_in

    def _kernel_gradients(self, picture: Array, grad_out: Array) -> tuple[Array, Array]:
        grad_kernels, grad_biases = np.zeros(self.kernels.shape), np.zeros(self.kernel_biases.shape)
        for i in range(self.convolved_side):
            for j in range(self.convolved_side):
                patch = picture[i : i + KERNEL, j : j + KERNEL]
                for f in range(len(self.kernels)):
                    grad_kernels[f] += patch * grad_out[f, i, j]
                    grad_biases[f] += grad_out[f, i, j]
        return grad_kernels, grad_biases

    @staticmethod
    def _window(maps: Array, i: int, j: int) -> Array:
        return maps[:, POOL * i : POOL * (i + 1), POOL * j : POOL * (j + 1)]

    @staticmethod
    def _softmax(logits: Array) -> Array:
        exponentials = np.exp(logits - logits.max())
        probabilities: Array = exponentials / exponentials.sum()
        return probabilities
