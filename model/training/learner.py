"""A network while it learns: the gradients of batches, large ones in pieces by several threads."""

import contextvars
import os
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from types import TracebackType

import numpy as np

from model.errors import ShapeError
from model.network.arrays import ImageArray, LabelArray
from model.network.gradients import fill_gradients
from model.network.layers import Dropout, lend_arrays
from model.network.losses import MOST_CLASSES
from model.network.network import Network
from model.network.one_blas_thread import one_blas_thread

__all__ = ["Learner", "check_labels", "count_pieces", "draw_dropout"]

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
TWO_CORES = 7_500_000
"""From this many multiplications in its forward pass, a batch may be faster with two threads."""
LARGE = 5_000_000
"""Multiplications for one picture, from which few pictures keep a thread busy."""


class Learner:
    """Computes what a network learns from: the loss of a batch, and the gradient of every parameter.

    As long as it is used in a ``with`` statement, BLAS keeps to one thread in the whole process; at its end the
    other threads are gone, too.

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
    A batch that is large for its network is computed in `count_pieces`, by as many threads as there are cores, and
    the gradients of the pieces are added in their order. So any number of cores computes the same bits.
    `BatchNorm` normalises each piece by itself, and follows the first.

    Examples
    --------
    A loop of one's own:

    >>> import model
    >>> data, network = model.open_data("bundled"), model.build("journal-8")
    >>> optimizer = model.SGD(network.parameters(), learning_rate=0.1)
    >>> with model.Learner(network) as learner:
    ...     first = learner.loss_and_gradients(data.images[:32], data.labels[:32])
    ...     optimizer.step()
    ...     second = learner.loss_and_gradients(data.images[:32], data.labels[:32])
    >>> second < first
    True
    """

    def __init__(self, network: Network, dropout_rng: np.random.Generator | None = None) -> None:
        if network.classes > MOST_CLASSES:
            raise ShapeError(f"a network learns at most {MOST_CLASSES} classes, this one has {network.classes}")
        self.network = network
        self.dropout_rng = dropout_rng or np.random.default_rng(network.card.seed)
        self._drops_out = any(isinstance(layer, Dropout) for layer in network.layers)
        self._twins: list[Network] = []  # the same weights in the same memory, and gradients of their own
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
        """End the other threads, and restore BLAS's own."""
        self.end_threads()
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
        pieces = count_pieces(n, self.network.multiplications)
        if pieces > 1:
            return self._train_pieces(images, labels, seed, label_smoothing, pieces)
        draw_dropout(self.network, seed, 0)
        return fill_gradients(self.network, images, labels, batch_size=n, label_smoothing=label_smoothing)

    def end_threads(self) -> None:
        """End the other threads; the next large batch begins new ones."""
        if self._executor and self._process == os.getpid():
            self._executor.shutdown()
        self._executor = None

    def _train_pieces(
        self, images: ImageArray, labels: LabelArray, seed: int, label_smoothing: float, count: int
    ) -> tuple[float, int]:
        """Fill the network's gradients from all pieces of a batch; return the mean loss, and right answers."""
        networks, n = [self.network, *self._twins_of_now(count - 1)], len(labels)
        found = [(0.0, 0)] * count
        turns = iter(range(count))  # each thread takes the next piece as soon as it has done one

        def work() -> None:
            for index in turns:
                piece = slice(-(-n * index // count), -(-n * (index + 1) // count))
                network = networks[index]
                draw_dropout(network, seed, index)
                found[index] = fill_gradients(
                    network, images[piece], labels[piece], batch_size=n, label_smoothing=label_smoothing
                )

        with one_blas_thread():  # BLAS makes way for our own threads
            others = [  # np.errstate applies in them, too
                self._executor_of_now().submit(contextvars.copy_context().run, work)
                for _ in range(min(count, CORES) - 1)
            ]
            try:
                work()
            finally:
                wait(others)
        for other in others:
            other.result()
        for twin in networks[1:]:
            for mine, others_own in zip(self.network.parameters(), twin.parameters(), strict=True):
                mine.grad += others_own.grad
        return sum(loss for loss, _ in found), sum(correct for _, correct in found)

    def _twins_of_now(self, count: int) -> list[Network]:
        while len(self._twins) < count:
            self._twins.append(self.network.copy())
        for twin in self._twins[:count]:
            lend_arrays(self.network.layers, twin.layers)
            twin.input_mean, twin.input_deviation = self.network.input_mean, self.network.input_deviation
        return self._twins[:count]

    def _executor_of_now(self) -> ThreadPoolExecutor:
        if self._executor is None or self._process != os.getpid():  # a forked process has no threads
            self._executor, self._process = ThreadPoolExecutor(max(1, CORES - 1), "another core"), os.getpid()
        return self._executor


def count_pieces(pictures: int, multiplications: int) -> int:
    """Count the pieces of a batch, which threads compute at the same time.

    That depends on the batch and the network, not on the machine.

    Parameters
    ----------
    pictures : int
    multiplications : int
        In the forward pass of one of them.

    Returns
    -------
    int
        1, 2, 4 or 8.
    """
    if pictures * multiplications < TWO_CORES:
        return 1
    least = {
        8: 512,
        4: 256,
        2: 16 if multiplications >= LARGE else 64,
    }  # smaller pieces would not pay on two cores
    return next((pieces for pieces, enough in least.items() if pictures >= enough), 1)


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


def draw_dropout(network: Network, seed: int, piece: int) -> None:
    """Give every `Dropout` the generator of its next mask."""
    dropouts = [layer for layer in network.layers if isinstance(layer, Dropout)]
    for index, layer in enumerate(dropouts):
        layer.rng = np.random.default_rng((seed, piece, index))
