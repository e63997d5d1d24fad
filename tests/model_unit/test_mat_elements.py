"""Our own reading of MATLAB files, beside SciPy's."""

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse
from scipy.io import loadmat, savemat

from model.readers.mat_elements import arrays_in

RNG = np.random.default_rng(0)
CONTENT = {
    "fractions": RNG.random((5, 4, 3)),
    "row": np.arange(5),
    "bytes": RNG.integers(0, 256, (3, 20), np.uint8),
    "long": np.arange(6).reshape(2, 3),
    "single": np.ones((3, 3), np.float32),
    "words": np.array(["one", "two", "three"]),
    "inside": {"of": {"it": np.ones((2, 9)), "words": np.array(["zz", "ÿy"])}, "row": np.arange(4.0)},
    "a word": "hello",
    "a number": 3,
    "cell": np.array(["a", 3, np.arange(3)], object),
    "sparse": scipy.sparse.eye(4).tocsc(),
}


def as_scipy_reads(content: dict[str, Any], way: str = "") -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {}
    for key, value in content.items():
        if isinstance(value, dict):
            arrays |= as_scipy_reads(value, f"{way}{key}_")
        elif isinstance(value, np.ndarray) and value.dtype.kind in "biufUS":
            arrays[way + key] = value
    return arrays


@pytest.mark.parametrize("packed", [False, True])
def test_arrays_are_those_that_scipy_reads(tmp_path: Path, packed: bool) -> None:
    file = tmp_path / "x.mat"
    savemat(file, CONTENT, do_compression=packed)
    whole = loadmat(file, simplify_cells=True)
    expected = as_scipy_reads({key: value for key, value in whole.items() if not key.startswith("__")})
    found = arrays_in(file)
    assert found.keys() == expected.keys()
    assert len(found) == 9
    for key, array in expected.items():
        np.testing.assert_array_equal(found[key], array)


def test_complex_numbers_are_passed_over(tmp_path: Path) -> None:
    savemat(tmp_path / "x.mat", {"some": np.ones((2, 2)) * 1j, "row": np.arange(5)})
    assert arrays_in(tmp_path / "x.mat").keys() == {"row"}


def test_texts_take_little_more_than_they_are_and_too_long_ones_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.mat"
    savemat(file, {"words": np.array(["ab", "é😀" * 250_000])})
    tracemalloc.start()
    assert arrays_in(file)["words"].tolist() == ["ab".ljust(500_000), "é😀" * 250_000]
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    savemat(file, {"words": np.array(["ab", "x" * 10_000_001])})
    with pytest.raises(ValueError, match="more than 20 MB of text"):
        arrays_in(file)
