"""How many pictures are answered: in pieces, half of them in a second thread."""

import contextvars
import threading
from collections.abc import Callable
from functools import partial

from model.network.arrays import FloatArray, ImageArray
from model.network.prepared_calls import PreparedCalls

__all__ = ["INFERENCE_BATCH", "answer_by_calls", "answer_by_layers"]

INFERENCE_BATCH = 64
"""Pictures computed at once by the layers: their feature maps still fit into the processor's cache."""
BLOCK = 32
"""Pictures computed at once by prepared calls."""
FEW = 16
"""A piece of up to so many pictures is answered faster one by one than as an incomplete block."""
TWO_CORES = 40_000_000
"""From this many multiplications, pictures are answered faster by two threads."""


def answer_by_calls(
    images: ImageArray, outputs: FloatArray, multiplications: int, calls_of: Callable[[int, int], PreparedCalls]
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
    if len(images) == 1:
        outputs[...] = calls_of(1, 0).logits(images)
        return

    def answer(thread: int, piece: slice) -> None:
        length = 1 if piece.stop - piece.start <= FEW else BLOCK
        calls = calls_of(length, thread)
        for start in range(piece.start, piece.stop, length):
            part = slice(start, min(start + length, piece.stop))
            outputs[part] = calls.logits(images[part])

    _answer_in_pieces(len(images), BLOCK, multiplications, answer)


def answer_by_layers(
    images: ImageArray,
    outputs: FloatArray,
    multiplications: int,
    forward_of: Callable[[int], Callable[[ImageArray], FloatArray]],
) -> None:
    """Answer pictures in batches, as `answer_by_calls` does in blocks.

    Parameters
    ----------
    images, outputs, multiplications
        As there.
    forward_of : callable
        Returns what computes the logits, shape (outputs, n), in the first thread, 0, or in the second, 1.
    """

    def answer(thread: int, piece: slice) -> None:
        outputs[piece] = forward_of(thread)(images[piece]).T

    _answer_in_pieces(len(images), INFERENCE_BATCH, multiplications, answer)


def _answer_in_pieces(count: int, block: int, multiplications: int, answer: Callable[[int, slice], None]) -> None:
    """Answer pictures piece by piece, half of them in a second thread where that is faster.

    Parameters
    ----------
    count : int
        Number of pictures.
    block : int
        Pictures of a piece, at most.
    multiplications : int
        For one picture.
    answer : callable
        Answers a piece in the first thread, 0, or in the second, 1.
    """

    def answer_all(thread: int, pieces: list[slice]) -> None:
        for piece in pieces:
            answer(thread, piece)

    mine, *others = _pieces_of(count, block, multiplications)
    if others:
        _do_both(partial(answer_all, 0, mine), partial(answer_all, 1, *others))
    else:
        answer_all(0, mine)


def _pieces_of(count: int, block: int, multiplications: int) -> list[list[slice]]:
    """Share pictures out: the pieces of each thread, of one or of two.

    They depend on pictures and network, not on the machine, so that any number of cores computes the same bits.

    Parameters
    ----------
    count, block, multiplications : int
        As for `_answer_in_pieces`.
    """
    is_for_two = count > 1 and count * multiplications >= TWO_CORES
    length = -(-count // 2) if is_for_two and count <= block else block
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
