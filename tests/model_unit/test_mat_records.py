"""Our own reading of MATLAB files of version 4, beside SciPy's."""

import struct
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from scipy.io import loadmat, savemat

from model.data.reading import no_progress
from model.errors import DataFormatError
from model.readers.mat_files import read_mat
from model.readers.mat_records import records_in

RNG = np.random.default_rng(0)
PIXELS, LABELS = RNG.integers(0, 256, (20, 64), np.uint8), np.arange(20) % 10
CONTENT = {
    "pixels": PIXELS,
    "labels": LABELS.astype(float),
    "shorts": np.arange(-6, 6, dtype=np.int16).reshape(3, 4),
    "single": RNG.random((3, 5)).astype(np.float32),
    "words": np.array(["one", "two", "höh"]),
    "a number": 3,
    "complex": np.ones((2, 2)) * 1j,
    "sparse": scipy.sparse.eye(4).tocsc(),
    "last": np.arange(4),
}


def record(kind: int, rows: int, columns: int, name: bytes, content: bytes, order: str = "<") -> bytes:
    return struct.pack(f"{order}5i", kind, rows, columns, 0, len(name)) + name + content


def test_arrays_are_those_that_scipy_reads(tmp_path: Path) -> None:
    file = tmp_path / "x.mat"
    savemat(file, CONTENT, format="4")
    read_by_scipy = loadmat(file, squeeze_me=True)
    found = records_in(file)
    assert found.keys() == {"pixels", "labels", "shorts", "single", "words", "last"}
    for key, array in found.items():
        np.testing.assert_array_equal(array, read_by_scipy[key])
        assert array.dtype == read_by_scipy[key].dtype

    numbers = np.arange(6, dtype=">i2").reshape(2, 3)
    file.write_bytes(record(1030, 2, 3, b"big\0", numbers.tobytes(order="F"), ">"))
    np.testing.assert_array_equal(records_in(file)["big"], numbers)


def test_pictures_are_read_and_whatever_a_damaged_file_announces_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.mat"
    savemat(file, {"pixels": PIXELS, "labels": LABELS}, format="4")
    [part] = read_mat(file, no_progress).parts
    np.testing.assert_array_equal(part.images, PIXELS)
    np.testing.assert_array_equal(part.labels, LABELS)

    whole = file.read_bytes()
    for end in (1, 19, 21, 40, len(whole) - 1):
        file.write_bytes(whole[:end])
        with pytest.raises(DataFormatError, match=r"^x\.mat: expected a MATLAB file, found .*damaged"):
            read_mat(file, no_progress)
    damaged = 0
    for place in range(27):  # of all that is announced: whatever it says, it fills no memory and ends no process
        for value in (0x7F, 0xFF, 0x80):
            file.write_bytes(whole[:place] + bytes([value]) + whole[place + 1 :])
            try:
                read_mat(file, no_progress)
            except DataFormatError:
                damaged += 1
    assert damaged > 50
    for codes in (np.array([np.nan]), np.array([-1.0]), np.array([55_296.0])):
        file.write_bytes(record(1, 1, 1, b"t\0", codes.tobytes()))
        with pytest.raises(ValueError, match="characters that are none"):
            records_in(file)
