"""How many pictures are answered: in pieces, half of them in a second thread."""

from collections.abc import Callable, Sequence
from functools import partial

from model.network.arrays import FloatArray, ImageArray
from model.network.prepared_calls import PreparedCalls
from model.network.second_core import SecondCore

__all__ = ["INFERENCE_BATCH", "answer_by_calls", "answer_by_layers"]

INFERENCE_BATCH = 64
"""Pictures computed at once by the layers: their feature maps still fit into the processor's cache."""
BLOCKS = (32, 16)
"""Pictures computed at once by prepared calls."""
BLOCKS_OF_LITTLE = (128, 32)
"""The same if a picture takes little work: two threads wait for each other between calls, which must be long."""
LITTLE = 2_000_000
"""Multiplications for a picture, at most."""
FEW = 8
"""A piece of up to so many pictures is answered faster one by one than as an incomplete block."""
TWO_CORES = 12_000_000
"""From this many multiplications, pictures are answered faster by two threads."""
ENOUGH = 192
"""But by prepared calls, those of little work only if there are so many."""

_SECOND_CORE = SecondCore()


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
        Returns the calls for so many pictures, 1 or a block, of the first thread, 0, or of the second, 1.
    """
    if len(images) == 1:
        outputs[...] = calls_of(1, 0).logits(images)
        return

    blocks = BLOCKS_OF_LITTLE if multiplications <= LITTLE else BLOCKS

    def answer(thread: int, piece: slice) -> None:
        count = piece.stop - piece.start
        length = 1 if count <= FEW else min(block for block in blocks if block >= count)
        calls = calls_of(length, thread)
        for start in range(piece.start, piece.stop, length):
            part = slice(start, min(start + length, piece.stop))
            outputs[part] = calls.logits(images[part])

    _answer_in_pieces(len(images), blocks, multiplications, answer)


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

    _answer_in_pieces(len(images), (INFERENCE_BATCH,), multiplications, answer)


def _answer_in_pieces(
    count: int, blocks: Sequence[int], multiplications: int, answer: Callable[[int, slice], None]
) -> None:
    """Answer pictures piece by piece, half of them in a second thread where that is faster.

    Parameters
    ----------
    count : int
        Number of pictures.
    blocks : sequence of int
        Pictures of a piece, the most first; it may have fewer.
    multiplications : int
        For one picture.
    answer : callable
        Answers a piece in the first thread, 0, or in the second, 1.
    """

    def answer_all(thread: int, pieces: list[slice]) -> None:
        for piece in pieces:
            answer(thread, piece)

    mine, *others = _pieces_of(count, blocks, multiplications)
    if others:
        _do_both(partial(answer_all, 0, mine), partial(answer_all, 1, *others))
    else:
        answer_all(0, mine)


def _pieces_of(count: int, blocks: Sequence[int], multiplications: int) -> list[list[slice]]:
    """Share pictures out: the pieces of each thread, of one or of two.

    They depend on pictures and network, not on the machine, so that any number of cores computes the same bits.

    Parameters
    ----------
    count, blocks, multiplications
        As for `_answer_in_pieces`.
    """
    is_enough = count >= ENOUGH or blocks != BLOCKS_OF_LITTLE
    if count < 2 or not is_enough or count * multiplications < TWO_CORES:
        return [_cut(0, count, blocks)]
    middle = -(-count // 2)
    return [_cut(0, middle, blocks), _cut(middle, count, blocks)]


def _cut(start: int, stop: int, blocks: Sequence[int]) -> list[slice]:
    """Cut a run of pictures into the largest blocks of which more than half is filled."""
    pieces = []
    while start < stop:
        block = next((block for block in blocks if 2 * (stop - start) > block), blocks[-1])
        pieces.append(slice(start, min(start + block, stop)))
        start = pieces[-1].stop
    return pieces


def _do_both(mine: Callable[[], object], others: Callable[[], object]) -> None:
    """Call two functions at the same time."""
    _SECOND_CORE.do_both(mine, others)
