"""Work for two cores: the pieces that many pictures are answered in, and a second thread for half of them."""

import contextvars
import threading
from collections.abc import Callable, Sequence

from model.network.layers import Layer

__all__ = ["INFERENCE_BATCH", "do_both", "pieces_of", "share_arrays"]

INFERENCE_BATCH = 64
"""Pictures computed at once, at most: their feature maps still fit into the processor's cache."""
TWO_CORES = 40_000_000
"""From this many multiplications, pictures are answered faster by two threads."""


def pieces_of(count: int, multiplications: int) -> list[slice]:
    """Divide pictures into pieces of nearly one length: one, or an even number of them; none of no pictures.

    They depend on pictures and network, not on the machine, so that any number of cores computes the same bits.

    Parameters
    ----------
    count : int
        Number of pictures.
    multiplications : int
        For one of them.
    """
    if count * multiplications < TWO_CORES and count <= INFERENCE_BATCH:
        return [slice(0, count)] if count else []
    pieces = 2 * -(-count // (2 * INFERENCE_BATCH))
    return [slice(count * piece // pieces, count * (piece + 1) // pieces) for piece in range(pieces)]


def do_both(mine: Callable[[], object], others: Callable[[], object]) -> None:
    """Call two functions, the second in a thread of its own, and wait for both.

    What one of them raises is raised here.
    """
    errors: list[BaseException] = []
    context = contextvars.copy_context()  # np.errstate applies in the other thread too

    def call() -> None:
        try:
            context.run(others)
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=call, name="second core", daemon=True)
    thread.start()
    try:
        mine()
    finally:
        thread.join()
    for error in errors:
        raise error


def share_arrays(layers: Sequence[Layer], twins: Sequence[Layer]) -> None:
    """Let the twins of layers compute with the same weights, in the same memory."""
    for layer, twin in zip(layers, twins, strict=True):
        twin.statistics().update(layer.statistics())
        for name, parameter in layer.parameters().items():
            twin.parameters()[name].value = parameter.value
