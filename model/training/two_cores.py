"""The second core: large batches are computed in two halves by two threads."""

import contextvars
import os
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import TYPE_CHECKING

from threadpoolctl import ThreadpoolController

from model.network.arrays import ImageArray, LabelArray
from model.network.gradients import fill_gradients

if TYPE_CHECKING:
    from model.network.network import Network

__all__ = ["TwoCores"]

_BLAS = ThreadpoolController()


class TwoCores:
    """A network and its twin, which has the same weights in the same memory, and gradients of its own.

    Parameters
    ----------
    network : Network
    """

    def __init__(self, network: "Network") -> None:
        self._network = network
        self._twin: Network | None = None
        self._executor: ThreadPoolExecutor | None = None
        self._process = 0

    def learn(
        self, images: ImageArray, labels: LabelArray, seed: int, label_smoothing: float
    ) -> tuple[float, int]:
        """Fill the network's gradients from both halves of a batch; return the mean loss, and right answers."""
        network, twin, half = self._network, self._twin_of_now(), (len(labels) + 1) // 2
        network.draw_dropout(seed, 0)
        twin.draw_dropout(seed, 1)
        context = contextvars.copy_context()  # what np.errstate says holds in the other thread too
        with _BLAS.limit(limits=1, user_api="blas"):  # BLAS makes way for our own two threads
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

    def end_thread(self) -> None:
        """End the second thread; the next batch begins another."""
        if self._executor and self._process == os.getpid():
            self._executor.shutdown()
        self._executor = None

    def __reduce__(self) -> tuple[type["TwoCores"], tuple["Network"]]:
        """Begin anew in a copy: threads and shared memory would not follow."""
        return TwoCores, (self._network,)

    def _twin_of_now(self) -> "Network":
        twin = self._twin = self._twin or self._network.copy()
        for mine, other in zip(self._network.parameters(), twin.parameters(), strict=True):
            other.value = mine.value
        twin.input_mean, twin.input_deviation = self._network.input_mean, self._network.input_deviation
        return twin

    def _executor_of_now(self) -> ThreadPoolExecutor:
        if self._executor is None or self._process != os.getpid():  # a forked process has no threads
            self._executor, self._process = ThreadPoolExecutor(1, "second core"), os.getpid()
        return self._executor
