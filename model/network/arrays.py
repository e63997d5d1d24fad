"""Names for the arrays that travel through ``model``."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["FloatArray", "ImageArray", "IndexArray", "LabelArray", "Shape", "Workspace", "row_sums"]

Shape: TypeAlias = tuple[int, ...]
FloatArray: TypeAlias = npt.NDArray[np.floating[Any]]
ImageArray: TypeAlias = npt.NDArray[np.uint8]
LabelArray: TypeAlias = npt.NDArray[np.uint8]
IndexArray: TypeAlias = npt.NDArray[np.intp]


class Workspace:
    """Memory that a layer writes its results to, kept from one batch to the next.

    Asking the system for fresh megabytes in every step costs more than the arithmetic at this size, so each
    named array lives on one growing block. What `array` returns holds old numbers, and is overwritten by the
    next call with the same name.
    """

    def __init__(self) -> None:
        self._blocks: dict[str, npt.NDArray[Any]] = {}
        self._arrays: dict[str, npt.NDArray[Any]] = {}

    def __reduce__(self) -> tuple[type["Workspace"], tuple[()]]:
        """Start with empty memory in a copy: views of the memory would not follow."""
        return Workspace, ()

    def array(self, name: str, shape: Shape, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return an uninitialised array of this shape and dtype on the block of this name.

        As long as shape and dtype stay the same it is the same object, so that prepared views of it can be
        checked.
        """
        last = self._arrays.get(name)
        if last is not None and last.shape == shape and last.dtype == dtype:
            return last
        size = 1
        for length in shape:
            size *= length
        block = self._blocks.get(name)
        if block is None or block.size < size or block.dtype != dtype:
            block = self._blocks[name] = np.empty(size, dtype)
        array = self._arrays[name] = block[:size].reshape(shape)
        return array

    def constant_zeros(self, name: str, shape: Shape, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return an array of zeros that must not be written to, and so is filled only once."""
        last = self._arrays.get(name)
        array = self.array(name, shape, dtype)
        if array is not last:
            array.fill(0)
        return array

    def zeros(self, name: str, shape: Shape, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return an array of zeros of this shape and dtype on the block of this name."""
        array = self.array(name, shape, dtype)
        array.fill(0)
        return array


def row_sums(rows: FloatArray) -> FloatArray:
    """Add up every row: as a product, which is several times as fast as ``sum`` over long rows."""
    return rows @ np.ones(rows.shape[1], rows.dtype)
