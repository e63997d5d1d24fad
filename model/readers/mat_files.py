"""Data sets as MATLAB files, among them EMNIST's."""

from dataclasses import replace
from pathlib import Path

from model.damaged_files import told_as
from model.data.reading import OnProgress
from model.errors import DataFormatError
from model.readers.digit_arrays import FoundArrays
from model.readers.forms import beginning_of
from model.readers.mat_elements import HEAD, arrays_in, is_of_elements
from model.readers.mat_records import is_of_records, records_in
from model.readers.npz_files import paired

__all__ = ["read_mat"]


def read_mat(file: Path, on_progress: OnProgress) -> FoundArrays:
    """Read the arrays of a MATLAB file of version 4 to 7.2, also those inside of structures.

    Raises
    ------
    DataFormatError
        If it is another file, a damaged one, or one that is too large.
    """
    on_progress(0, 0)
    damage = f"{file.name}: expected a MATLAB file, found something else or a damaged one: save it again with -v7"
    with told_as(DataFormatError, damage):
        head = beginning_of(file, HEAD)
        if is_of_elements(head):
            arrays = arrays_in(file)
        elif is_of_records(head):
            arrays = records_in(file)
        elif head[124:126] in (b"\0\2", b"\2\0"):
            raise DataFormatError(
                f"{file.name}: expected a MATLAB file up to version 7.2, found 7.3: save it with -v7"
            )
        else:
            raise ValueError("no version")
        heads = {key: (array.shape, array.dtype) for key, array in arrays.items()}
        return replace(paired(arrays, heads, file.name), are_from_1=True)
