"""How many pictures are answered: in pieces, half of them in a second thread."""

import contextvars
import threading
from collections.abc import Callable
from functools import partial

from model.network.arrays import FloatArray, ImageArray
from model.network.prepared_calls import PreparedCalls

__all__ = ["INFERENCE_BATCH", "answer_in_pieces"]

INFERENCE_BATCH = 64
"""Pictures computed at once by the layers: their feature maps still fit into the processor's cache."""
BLOCK = 32
"""Pictures of a piece, at most."""
FEW = 16
"""A piece of up to so many pictures is answered faster one by one than as an incomplete block."""
TWO_CORES = 40_000_000
"""From this many multiplications, pictures are answered faster by two threads."""


def answer_in_pieces(
    images: ImageArray,
    outputs: FloatArray,
    multiplications: int,
    calls_of: Callable[[int, int], PreparedCalls],
) -> None:
    """Answer pictures in blocks, and few one by one.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width), or (n, height, width, channels) if several
    outputs : ndarray, shape (n, outputs)
        Is filled with the network's outputs.
    multiplications : int
        For one picture.
    calls_of : callable
        Returns the calls for so many pictures, 1 or `BLOCK`, of the first thread, 0, or of the second, 1.
    """

    def answer(thread: int, pieces: list[slice]) -> None:
        for piece in pieces:
            length = 1 if piece.stop - piece.start <= FEW else BLOCK
            calls = calls_of(length, thread)
            for start in range(piece.start, piece.stop, length):
                part = slice(start, min(start + length, piece.stop))
                outputs[part] = calls.logits(images[part])

    mine, *others = _pieces_of(len(images), multiplications)
    if others:
        _do_both(partial(answer, 0, mine), partial(answer, 1, *others))
    else:
        answer(0, mine)


def _pieces_of(count: int, multiplications: int) -> list[list[slice]]:
    """Share pictures out: the pieces of each thread, of one or of two.

    They depend on pictures and network, not on the machine, so that any number of cores computes the same bits.

    Parameters
    ----------
    count : int
        Number of pictures.
    multiplications : int
        For one of them.
    """
    is_for_two = count > 1 and count * multiplications >= TWO_CORES
    length = -(-count // 2) if is_for_two and count <= BLOCK else BLOCK
    pieces = [slice(start, min(start + length, count)) for start in range(0, count, length)]
    return [pieces[::2], pieces[1::2]] if is_for_two else [pieces]


def _do_both(mine: Callable[[], object], others: Callable[[], object]) -> None:
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
