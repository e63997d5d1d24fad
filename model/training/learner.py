"""A network while it learns: the gradients of batches, large ones in two halves by two threads."""

import contextvars
import os
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from functools import partial
from types import TracebackType

import numpy as np

from model.errors import ShapeError
from model.network.arrays import ImageArray, LabelArray
from model.network.gradients import SMALLEST_PIECE, fill_gradients
from model.network.layers import Dropout
from model.network.losses import MOST_CLASSES
from model.network.network import Network
from model.network.one_blas_thread import one_blas_thread

__all__ = ["Learner", "check_labels", "draw_dropout"]

TWO_CORES = 7_500_000
"""From this many multiplications in its forward pass, a batch is faster with two threads."""


class Learner:
    """Computes what a network learns from: the loss of a batch, and the gradient of every parameter.

    As long as it is used in a ``with`` statement, BLAS keeps to one thread in the whole process; at its end the
    second thread is gone, too.

    Parameters
    ----------
    network : Network
        Its gradients are filled; its weights are changed by an optimizer only, as in
        ``SGD(network.parameters()).step()``.
    dropout_rng : numpy.random.Generator, optional
        Chooses what `Dropout` drops; begun with the network's seed if not given.

    Raises
    ------
    ShapeError
        If the network has more than `MOST_CLASSES` classes.

    Notes
    -----
    A batch that is large for its network is computed in two halves by two threads. That depends on the batch, not
    on the machine; `BatchNorm` normalises each half by itself, and follows the first.
    """

    def __init__(self, network: Network, dropout_rng: np.random.Generator | None = None) -> None:
        if network.classes > MOST_CLASSES:
            raise ShapeError(f"a network learns at most {MOST_CLASSES} classes, this one has {network.classes}")
        self.network = network
        self.dropout_rng = dropout_rng or np.random.default_rng(network.card.seed)
        self._drops_out = any(isinstance(layer, Dropout) for layer in network.layers)
        self._twin: Network | None = None  # the same weights in the same memory, and gradients of its own
        self._executor: ThreadPoolExecutor | None = None
        self._process = 0
        self._entered = ExitStack()

    def __enter__(self) -> "Learner":
        """Hold BLAS to one thread."""
        self._entered.enter_context(one_blas_thread())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the second thread, and restore BLAS's own threads."""
        self.end_thread()
        self._entered.close()

    def loss_and_gradients(self, images: ImageArray, labels: LabelArray) -> float:
        """Compute the mean loss of a batch and fill the gradient of every parameter.

        Parameters
        ----------
        images : ndarray of uint8, shape (n, height, width), or (n, height, width, channels) if several
            White ink on black, 0 to 255.
        labels : ndarray of int, shape (n,)

        Returns
        -------
        float
            Mean softmax cross-entropy in nats; of a network with one logit, mean sigmoid cross-entropy.

        Raises
        ------
        ShapeError
            If the network does not take such pictures or labels.
        """
        check_labels(self.network, labels)
        return self.train_batch(images, labels)[0]

    def train_batch(
        self, images: ImageArray, labels: LabelArray, *, label_smoothing: float = 0.0
    ) -> tuple[float, int]:
        """Do the same as `loss_and_gradients`, also with pictures of no class, and count the right answers.

        Parameters
        ----------
        images, labels
            As there; a label may also be `model.network.losses.NO_DIGIT`.
        label_smoothing : float
            As in `model.network.losses.softmax_cross_entropy`.

        Returns
        -------
        loss : float
        correct : int
        """
        n = len(labels)
        if n != len(images) or n == 0:
            raise ShapeError(f"expected one label for each picture, got {n} for {len(images)}")
        seed = int(self.dropout_rng.integers(2**63)) if self._drops_out else 0
        if n * self.network.multiplications >= TWO_CORES and n >= 2 * SMALLEST_PIECE:
            return self._train_halves(images, labels, seed, label_smoothing)
        draw_dropout(self.network, seed, 0)
        return fill_gradients(self.network, images, labels, batch_size=n, label_smoothing=label_smoothing)

    def end_thread(self) -> None:
        """End the second thread; the next large batch begins another."""
        if self._executor and self._process == os.getpid():
            self._executor.shutdown()
        self._executor = None

    def _train_halves(
        self, images: ImageArray, labels: LabelArray, seed: int, label_smoothing: float
    ) -> tuple[float, int]:
        """Fill the network's gradients from both halves of a batch; return the mean loss, and right answers."""
        network, twin, half = self.network, self._twin_of_now(), (len(labels) + 1) // 2
        draw_dropout(network, seed, 0)
        draw_dropout(twin, seed, 1)
        context = contextvars.copy_context()  # np.errstate applies in the other thread too
        with one_blas_thread():  # BLAS makes way for our own two threads
            fill = partial(fill_gradients, batch_size=len(labels), label_smoothing=label_smoothing)
            other = self._executor_of_now().submit(context.run, fill, twin, images[half:], labels[half:])
            try:
                loss, correct = fill(network, images[:half], labels[:half])
            finally:
                wait([other])
        other_loss, other_correct = other.result()
        for mine, others in zip(network.parameters(), twin.parameters(), strict=True):
            mine.grad += others.grad
        return loss + other_loss, correct + other_correct

    def _twin_of_now(self) -> Network:
        twin = self._twin = self._twin or self.network.copy()
        for mine, other in zip(self.network.parameters(), twin.parameters(), strict=True):
            other.value = mine.value
        twin.input_mean, twin.input_deviation = self.network.input_mean, self.network.input_deviation
        return twin

    def _executor_of_now(self) -> ThreadPoolExecutor:
        if self._executor is None or self._process != os.getpid():  # a forked process has no threads
            self._executor, self._process = ThreadPoolExecutor(1, "second core"), os.getpid()
        return self._executor


def check_labels(network: Network, labels: LabelArray) -> None:
    """Raise `ShapeError` unless these are a row of classes of a network."""
    kind = labels.dtype.kind
    if len(labels) and not (
        labels.ndim == 1
        and kind in "iu"
        and (kind == "u" or np.minimum.reduce(labels) >= 0)
        and np.maximum.reduce(labels) < network.classes
    ):
        raise ShapeError(
            f"expected a row of labels as whole numbers from 0 to {network.classes - 1},"
            f" got {labels.dtype} of shape {labels.shape}, from {labels.min()} to {labels.max()}"
        )


def draw_dropout(network: Network, seed: int, half: int) -> None:
    """Give every `Dropout` the generator of its next mask."""
    dropouts = [layer for layer in network.layers if isinstance(layer, Dropout)]
    for index, layer in enumerate(dropouts):
        layer.rng = np.random.default_rng((seed, half, index))
