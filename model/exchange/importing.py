"""Opens networks from other programs: recognises their files, and says why some are not opened."""

import json
from pathlib import Path

from model.errors import ModelFileError
from model.exchange.imported import Imported, Scaling
from model.runs.storage import ENSEMBLE_KEY, HEADER_KEY, SUFFIX

__all__ = ["ONNX_SUFFIX", "import_network", "is_of_another_program"]

ONNX_SUFFIX = ".onnx"
PICKLES = (".pt", ".pth", ".pkl", ".pickle", ".bin", ".ckpt", ".joblib")
OF_KERAS = (".h5", ".hdf5", ".keras")
LONGEST_HEADER = 1 << 20


def import_network(path: Path, mapping: str = "", scaling: str = "") -> Imported:
    """Make a network from another program's file.

    Parameters
    ----------
    path : Path
        ONNX, or a safetensors file of weights.
    mapping : str
        See `StateMapping`; for weights alone.
    scaling : str
        See `Scaling.of`; empty if the file defines it, or the input goes from 0 to 1.

    Raises
    ------
    ModelFileError
        If it cannot be read, is of another kind, or does not fit.
    DataFormatError
        If it is larger than the bound of `model.bounds`.
    ConfigError
        If mapping or scaling are not understood, or do not fit the file.
    """
    told = Scaling.of(scaling) if scaling else None
    ending = path.suffix.lower()
    if ending in PICKLES:
        raise ModelFileError(
            f"{path.name} may hold a pickle, which can run code and is never opened: save the weights with"
            " safetensors.torch.save_file(model.state_dict(), FILE)"
        )
    if ending in OF_KERAS:
        raise ModelFileError(
            f"{path.name} is a Keras file: save its weights with safetensors.numpy.save_file({{w.path: w.numpy()"
            " for w in model.weights}, FILE)"
        )
    try:
        if ending == ONNX_SUFFIX:
            if mapping:
                raise ModelFileError(f"{path.name} defines its own layers: leave out --mapping")
            from model.exchange.onnx_import import import_onnx  # noqa: PLC0415  the window need not wait for it

            return import_onnx(path, told)
        if is_of_another_program(path):
            from model.exchange.state_import import StateMapping, import_state  # noqa: PLC0415  as above

            return import_state(path, StateMapping(mapping) if mapping else None, told)
    except FileNotFoundError:
        raise ModelFileError(f"{path}: there is no such file") from None
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {error.strerror or error}") from error
    if ending == SUFFIX:
        raise ModelFileError(f"{path.name} is a model file of this program: open it without importing")
    raise ModelFileError(f"{path.name}: expected an ONNX file, or weights in a file that ends in {SUFFIX}")


def is_of_another_program(path: Path) -> bool:
    """Return whether a file is another program's network, by its ending or its first bytes.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    if path.suffix.lower() in (ONNX_SUFFIX, *PICKLES, *OF_KERAS):
        return True
    if path.suffix.lower() != SUFFIX:
        return False
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= LONGEST_HEADER:
            return False
        try:
            header = json.loads(file.read(length))
            known = header.get("__metadata__", {})
            return bool(header) and HEADER_KEY not in known and ENSEMBLE_KEY not in known
        except (ValueError, AttributeError, TypeError, RecursionError):
            return False
