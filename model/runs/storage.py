"""Model files: safetensors with a JSON header, without code, checked by recorded answers when opened.

The header, under the key ``digitgui`` of the safetensors metadata, holds the format version, the layers, the
version of the preprocessing, the names of the classes (``labels``), how pictures are prepared, and where the
weights come from. Beside the weights lie a few pictures (``golden.images``) and the logits that this network gave
for them (``golden.logits``), which are computed again when the file is opened.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors
import safetensors.numpy

from model.atomic_files import write_atomically
from model.damaged_files import told_as
from model.errors import CorruptError, ModelFileError, VersionError
from model.handwriting.preprocessing import VERSION as PREPROCESSING_VERSION
from model.judging.ensemble import AnyNetwork, reads_digits
from model.network.arrays import FloatArray, ImageArray, Shape
from model.network.layers import LAYER_KINDS, Layer, layer_from_config, number_layers
from model.network.model_card import CHANGES, ModelCard
from model.network.network import Network

__all__ = [
    "FORMAT_VERSION",
    "RUN_PREFIX",
    "SUFFIX",
    "checksum",
    "encode_network",
    "golden_images",
    "load_digit_network",
    "load_network",
    "provenance_in",
    "save_network",
]

FORMAT_VERSION, DIGITS_VERSION = 3, 2
"""2 added: standardised input, BatchNorm, Dropout, one logit. 3 has other classes or pictures than MNIST's digits:
programs that know nothing of them would take them for digits, and refuse it. Digits are still written as 2."""
DTYPES = {"float32": "F32", "float64": "F64"}
"""Names of the types that weights may have, in NumPy and in safetensors."""
SUFFIX = ".safetensors"
HEADER_KEY = "digitgui"
ENSEMBLE_KEY = "digitgui.ensemble"
"""In place of the header where a file holds several networks: `model.runs.ensemble_files` reads it."""
RUN_PREFIX = "run."
"""Begins the names of arrays that belong to an unfinished run: `model.runs.checkpoints` reads them."""
GOLDEN_IMAGES = 4
MAX_PARAMETERS = 50_000_000
MAX_FEATURES = 5_000_000
"""More parameters, and numbers in all layers together for one picture, than any network of this program has."""


def save_network(network: Network, path: str | Path, *, durable: bool = True) -> None:
    """Write a network to a file, whole or not at all.

    Parameters
    ----------
    network : Network
    path : path
        Is replaced if it exists, once the new file lies complete beside it.
    durable : bool
        As in `write_atomically`.

    Raises
    ------
    ModelFileError
        If the file cannot be written, or the network could not be opened again.

    Examples
    --------
    >>> import model
    >>> model.save_network(model.build("journal-8"), "mine.safetensors")
    >>> model.load_network("mine.safetensors")
    <Network 'journal-8': 1×28×28 to 10 classes, 5 layers, 13,610 parameters>
    """
    write_atomically(path, encode_network(network, path), durable=durable)


def encode_network(
    network: Network, path: str | Path, arrays: Mapping[str, npt.NDArray[Any]] | None = None, **metadata: str
) -> bytes:
    """Turn a network into the bytes of a model file.

    Parameters
    ----------
    network : Network
    path : path
        Named in errors.
    arrays : mapping, optional
        Further arrays, under names that begin with ``run.``.
    **metadata : str
        Further texts beside the header.

    Raises
    ------
    ModelFileError
        If the network could not be opened again.
    """
    tensors, header = parts_of(network, path)
    return safetensors.numpy.save(tensors | dict(arrays or {}), {HEADER_KEY: as_json(header, path), **metadata})


def parts_of(network: Network, path: str | Path) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Take a network apart into the arrays and the header of a file; as `encode_network`."""
    if not all(np.isfinite(array).all() for array in network.named_arrays().values()):
        raise ModelFileError(f"{path} was not written: the network holds infinite numbers and answers nothing")
    images = golden_images(network.input_shape)
    tensors: dict[str, npt.NDArray[Any]] = {
        name: np.ascontiguousarray(value) for name, value in network.weights().items()
    }
    header = {
        "format_version": DIGITS_VERSION if reads_digits(network) else FORMAT_VERSION,
        "name": network.card.name,
        "input_shape": network.input_shape,
        "seed": network.card.seed,
        "dtype": np.dtype(network.dtype).name,
        "initializer": network.initializer,
        "input_mean": network.input_mean,
        "input_deviation": network.input_deviation,
        "refuse_below": network.card.refuse_below,
        "layers": [{"kind": type(layer).__name__, "config": layer.config()} for layer in network.layers],
        "labels": list(network.class_names),
        "preparation": network.preparation,
        "preprocessing_version": PREPROCESSING_VERSION,
        "weights_sha256": checksum(tensors),
        "provenance": network.card.provenance,
    }
    return tensors | {"golden.images": images, "golden.logits": network.logits(images)}, header


def as_json(header: dict[str, Any], path: str | Path) -> str:
    """Write a header as text.

    Raises
    ------
    ModelFileError
        If it holds values that JSON does not know.
    """
    try:
        return json.dumps(header, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ModelFileError(
            f"{path} was not written: its provenance cannot be written as JSON ({error})"
        ) from error


def load_network(path: str | Path) -> Network:
    """Open a network from a file.

    Everything that the header declares is checked before memory is taken for it, and the network must give the
    answers that it gave when it was saved.

    Parameters
    ----------
    path : path

    Returns
    -------
    Network

    Raises
    ------
    VersionError
        If a newer program wrote the file.
    CorruptError
        If the file is damaged, incomplete, or no model file at all.
    ModelFileError
        If it cannot be read.

    Examples
    --------
    >>> import model
    >>> model.save_network(model.build("lenet", seed=3), "lenet.safetensors")
    >>> model.load_network("lenet.safetensors").card.seed
    3
    """
    path = Path(path)
    with opened(path) as file:
        metadata = file.metadata() or {}
        if ENSEMBLE_KEY in metadata:
            raise ModelFileError(
                f"{path.name} holds an ensemble, which can answer and be evaluated, but not be trained, taught,"
                " calibrated or exported: name the file of one of its networks"
            )
        return read_network(path, header_of(path, metadata), file)


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open a safetensors file; all errors while it is read become a `ModelFileError`."""
    damage = f"{path.name} is no model file of digitgui, or it is damaged: open another, or copy it again"
    try:
        if path.is_dir():
            raise ModelFileError(f"{path} is a folder: expected a model file, which ends in {SUFFIX}")
        with told_as(CorruptError, damage), safetensors.safe_open(path, framework="numpy") as file:
            yield file
    except FileNotFoundError:
        raise ModelFileError(f"{path}: there is no such file") from None
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {error.strerror or error}") from error


def read_network(path: Path, header: dict[str, Any], file: Any, prefix: str = "") -> Network:
    """Read one network of an open file, whose arrays have names that begin so; as `load_network`."""
    names = [name for name in file.keys() if name.startswith(prefix)]  # noqa: SIM118
    names = [name for name in names if not name.startswith(RUN_PREFIX)]
    network = _build(path, header, {name.removeprefix(prefix): file.get_slice(name) for name in names})
    tensors = {name.removeprefix(prefix): file.get_tensor(name) for name in names}
    golden_images, golden_logits = tensors.pop("golden.images"), tensors.pop("golden.logits")
    if checksum(tensors) != header.get("weights_sha256"):
        raise CorruptError(f"{path.name}: its weights have changed since it was saved: copy it again")
    network.set_weights(tensors)
    _check_answers(path, network, golden_images, golden_logits)
    return network


def provenance_in(path: Path) -> dict[str, Any]:
    """Read where the weights of a model file come from, without opening the network; empty if that fails."""
    try:
        with told_as(CorruptError, path.name), safetensors.safe_open(path, framework="numpy") as file:
            return _provenance(header_of(path, file.metadata() or {}))
    except (ModelFileError, OSError):
        return {}


def _provenance(header: dict[str, Any]) -> dict[str, Any]:
    """Read where the weights come from; earlier versions kept the accuracy of before a teaching."""
    known = dict(header["provenance"])
    if any(known.get(key) for key in CHANGES):
        known.pop("report", None)
    return known


def load_digit_network(path: str | Path) -> Network:
    """Open a network for 28×28 pictures and ten digits; as `load_network`.

    Raises
    ------
    ModelFileError
        If it is one for other pictures, or other classes.
    """
    network = load_network(path)
    check_reads_digits(network, path)
    return network


def check_reads_digits(network: AnyNetwork, path: str | Path) -> None:
    """Raise `ModelFileError` if a network is one for other pictures, such as photographs, or other classes."""
    if not reads_digits(network):
        raise ModelFileError(
            f"{Path(path).name}: expected a network for 28×28 pictures of ink and ten digits, found one for"
            f" {network.input_shape[1]}×{network.input_shape[2]} ({network.preparation}) and {network.classes}"
            " classes"
        )


def header_of(path: Path, metadata: Mapping[str, str]) -> dict[str, Any]:
    """Read the header of a network.

    Raises
    ------
    VersionError
        If a newer program wrote it.
    CorruptError
        If it is none.
    """
    with told_as(CorruptError, f"{path.name}: this safetensors file does not hold a network of digitgui"):
        header = dict(json.loads(metadata[HEADER_KEY]))
        version = header["format_version"]
        if not isinstance(version, int) or version < 1:
            raise ValueError(version)
    if version > FORMAT_VERSION:
        raise VersionError(
            f"{path.name} has format {version}, this program reads up to {FORMAT_VERSION}: update the program"
        )
    expected = header.get("preprocessing_version")
    if isinstance(expected, int) and expected > PREPROCESSING_VERSION:
        raise VersionError(f"{path.name} expects a newer preprocessing of drawings: update the program")
    return header


def _build(path: Path, header: dict[str, Any], slices: Mapping[str, Any]) -> Network:
    """Make the network that a header declares, once everything it declares has been checked."""
    with told_as(CorruptError, f"{path.name}: its header is damaged ({{error}}): copy it again"):
        _check_kinds(path, header)
        _check_declared(header, slices)
        return Network(
            _layers(header),
            tuple(header["input_shape"]),
            ModelCard(
                str(header["name"]),
                header["seed"],
                _provenance(header),
                float(header.get("refuse_below", 0.5)),
                tuple(header.get("labels", ())),
                header.get("preparation"),
            ),
            np.dtype(header["dtype"]),
            str(header.get("initializer", "he")),
            float(header.get("input_mean", 0.0)),
            float(header.get("input_deviation", 1.0)),
            draw_weights=False,
        )


def _check_kinds(path: Path, header: dict[str, Any]) -> None:
    """Raise `VersionError` for a layer that this program does not know."""
    for kind in (str(entry["kind"]) for entry in header["layers"]):
        if kind not in LAYER_KINDS and kind.isidentifier():
            raise VersionError(
                f"{path.name} has a layer {kind}, which this program does not know: a later version made the file,"
                " so update the program"
            )


def _check_declared(header: dict[str, Any], slices: Mapping[str, Any]) -> None:
    """Compare the needs of the layers with the content of the file, before any array is allocated.

    Raises
    ------
    ValueError
        If they differ, or need more memory than any network of this program.
    """
    dtype = DTYPES[header["dtype"]]
    layers, shape = _layers(header), tuple(header["input_shape"])
    if len(shape) != 3 or not all(type(length) is int and 0 < length <= MAX_FEATURES for length in shape):
        raise ValueError(f"input of shape {shape}")
    pictures = (GOLDEN_IMAGES, *shape[1:]) if shape[0] == 1 else (GOLDEN_IMAGES, *shape[1:], shape[0])
    needed: dict[str, tuple[Shape, str]] = {"golden.images": (pictures, "U8")}
    features = math.prod(shape)
    for name, layer in zip(number_layers(layers), layers, strict=True):
        for array, array_shape in (layer.parameter_shapes(shape) | layer.statistic_shapes(shape)).items():
            needed[f"{name}.{array}"] = (array_shape, dtype)
        features += layer.working_size(shape)
        if features > MAX_FEATURES:
            raise ValueError(f"with {name} it is larger than any network of this program")
        shape = layer.output_shape(shape)
    needed["golden.logits"] = ((GOLDEN_IMAGES, max(2, shape[0])), dtype)
    if sum(math.prod(needed_shape) for needed_shape, _ in needed.values()) > MAX_PARAMETERS:
        raise ValueError("more parameters than any network of this program")
    found = {name: (tuple(piece.get_shape()), piece.get_dtype()) for name, piece in slices.items()}
    if found != needed:
        wrong = sorted(name for name in {*found, *needed} if found.get(name) != needed.get(name))
        raise ValueError(f"its arrays do not fit its layers, see {', '.join(wrong[:3])}")


def _layers(header: dict[str, Any]) -> list[Layer]:
    return [layer_from_config(str(entry["kind"]), dict(entry["config"])) for entry in header["layers"]]


def _check_answers(path: Path, network: Network, images: ImageArray, expected: FloatArray) -> None:
    computed = network.logits(images)
    tolerance = 1e-3 * max(1.0, float(np.abs(expected).max()))
    if not np.allclose(computed, expected, rtol=0, atol=tolerance):
        raise CorruptError(
            f"{path.name}: this network no longer gives the answers it gave when it was saved: copy it again"
        )


def golden_images(input_shape: tuple[int, ...]) -> ImageArray:
    """Make pictures that reach every weight: an empty one, a full one, and two of noise."""
    channels, *shape = input_shape
    if channels > 1:
        shape.append(channels)
    noise = np.random.default_rng(0).integers(0, 256, (GOLDEN_IMAGES - 2, *shape), np.uint8)
    return np.concatenate([np.zeros_like(noise[:1]), np.full_like(noise[:1], 255), noise])


def checksum(tensors: Mapping[str, npt.NDArray[Any]]) -> str:
    """SHA-256 of the names and contents of arrays, as hexadecimal."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(tensors[name]).data)
    return digest.hexdigest()
