"""Data sets as MATLAB files, among them EMNIST's."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.data.reading import OnProgress
from model.errors import DataFormatError
from model.readers.digit_arrays import FoundArrays
from model.readers.npz_files import paired

__all__ = ["read_mat"]


def read_mat(file: Path, on_progress: OnProgress) -> FoundArrays:
    """Read the arrays of a MATLAB file of version 4 to 7.2, also those inside of structures.

    Raises
    ------
    DataFormatError
        If it is another file, or a damaged one.
    """
    from scipy.io import loadmat  # noqa: PLC0415  takes half a second

    on_progress(0, 0)
    try:
        content = loadmat(file, simplify_cells=True)
    except NotImplementedError as error:
        raise DataFormatError(
            f"{file.name}: expected a MATLAB file up to version 7.2, found 7.3: save it with -v7"
        ) from error
    except OSError:
        raise
    except Exception as error:  # SciPy lets all kinds through where a file is damaged
        raise DataFormatError(
            f"{file.name}: expected a MATLAB file, found something else or a damaged one"
        ) from error
    arrays = _arrays({key: value for key, value in content.items() if not key.startswith("__")})
    return paired(arrays, {key: (array.shape, array.dtype) for key, array in arrays.items()}, file.name)


def _arrays(content: dict[str, Any], prefix: str = "") -> dict[str, npt.NDArray[Any]]:
    """Name arrays in structures by their path, as in ``dataset_train_images``."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for key, value in content.items():
        if isinstance(value, dict):
            arrays |= _arrays(value, f"{prefix}{key}_")
        elif isinstance(value, np.ndarray) and value.dtype.kind in "biufUS":
            arrays[prefix + key] = value
    return arrays
