"""Files of ensembles: one safetensors file with all networks, each with its own header and recorded answers.

The text under the key ``digitgui.ensemble`` holds the format version, name and line of doubt of the whole, and the
header of each network as `model.runs.storage` writes it; the names of the first one's arrays begin with ``0/``.
"""

import json
from pathlib import Path
from typing import Any

import numpy.typing as npt
import safetensors.numpy

from model.atomic_files import write_atomically
from model.damaged_files import told_as
from model.errors import CorruptError, VersionError
from model.judging.ensemble import AnyNetwork, Ensemble
from model.network.model_card import ModelCard
from model.runs.storage import (
    ENSEMBLE_KEY,
    HEADER_KEY,
    as_json,
    check_reads_digits,
    header_of,
    opened,
    parts_of,
    read_network,
    save_network,
)

__all__ = ["load_digit_reader", "load_reader", "save_reader"]

FORMAT_VERSION = 1


def save_reader(network: AnyNetwork, path: str | Path, *, durable: bool = True) -> None:
    """Write a network or an ensemble to a file, whole or not at all; as `save_network`."""
    if not isinstance(network, Ensemble):
        save_network(network, path, durable=durable)
        return
    tensors: dict[str, npt.NDArray[Any]] = {}
    headers = []
    for number, member in enumerate(network.networks):
        arrays, header = parts_of(member, path)
        tensors |= {f"{number}/{name}": array for name, array in arrays.items()}
        headers.append(header)
    known = {
        "format_version": FORMAT_VERSION,
        "name": network.card.name,
        "refuse_below": network.card.refuse_below,
        "networks": headers,
    }
    content = safetensors.numpy.save(tensors, {ENSEMBLE_KEY: as_json(known, path)})
    write_atomically(path, content, durable=durable)


def load_reader(path: str | Path) -> AnyNetwork:
    """Open a network or an ensemble; everything is checked as by `load_network`.

    Raises
    ------
    VersionError
        If a newer program wrote the file.
    CorruptError
        If the file is damaged, incomplete, or no model file at all.
    ModelFileError
        If it cannot be read.
    """
    path = Path(path)
    network: AnyNetwork
    with opened(path) as file:
        metadata = file.metadata() or {}
        if ENSEMBLE_KEY not in metadata:
            network = read_network(path, header_of(path, metadata), file)
        else:
            with told_as(CorruptError, f"{path.name}: this file of an ensemble is damaged: copy it again"):
                network = _ensemble(path, json.loads(metadata[ENSEMBLE_KEY]), file)
    return network


def load_digit_reader(path: str | Path) -> AnyNetwork:
    """Open a network or an ensemble that reads digits: as `load_reader`.

    Raises
    ------
    ModelFileError
        If it is for other pictures, or other classes.
    """
    network = load_reader(path)
    check_reads_digits(network, path)
    return network


def _ensemble(path: Path, known: dict[str, Any], file: Any) -> Ensemble:
    """Read all networks of an open file."""
    if int(known["format_version"]) > FORMAT_VERSION:
        raise VersionError(f"{path.name} was written by a newer version: update the program")
    card = ModelCard(str(known["name"]), refuse_below=float(known["refuse_below"]))
    headers = [header_of(path, {HEADER_KEY: json.dumps(header)}) for header in known["networks"]]
    if {name.partition("/")[0] for name in file.keys()} != {*map(str, range(len(headers)))}:  # noqa: SIM118
        raise ValueError("arrays of other networks than its header lists")
    return Ensemble([read_network(path, one, file, f"{number}/") for number, one in enumerate(headers)], card)
