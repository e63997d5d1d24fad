"""Small files of networks, of this program and of others, and what reads them."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers.damage import WITHIN
from helpers.damaged_graph import within_onnx
from helpers.readable import Readable, once
from helpers.runs import small_network
from model import EpochDone, TrainingConfig, train
from model.errors import ModelFileError
from model.exchange.importing import import_network
from model.exchange.onnx_export import encode_onnx
from model.exchange.state_import import StateMapping
from model.judging.ensemble import Ensemble
from model.readers.sources import open_data
from model.runs.checkpoints import Checkpoint, encode_checkpoint, load_checkpoint
from model.runs.ensemble_files import load_digit_reader, save_reader
from model.training.history import History
from model.training.training import TrainingState

__all__ = ["MAPPINGS", "READABLE_NETWORKS"]

OF_OTHERS = Path(__file__).parents[1] / "golden" / "of_other_programs"
MAPPINGS = {
    "pytorch": [
        *({"Conv2D": {"filters": 4, "padding": 1}}, "BatchNorm", "ReLU", "MaxPool2D"),
        *({"Conv2D": {"filters": 6, "kernel_size": 5, "stride": 2}}, "ReLU"),
        *("Flatten", "Dropout", {"Dense": {"outputs": 10}}),
    ],
    "keras": [
        *({"Conv2D": {"filters": 4, "padding": 1}}, "BatchNorm", "ReLU", {"AveragePool2D": {"window": 4}}),
        *("Flatten", "BatchNorm", {"Dense": {"outputs": 12}}, "BatchNorm", "ReLU", {"Dense": {"outputs": 10}}),
    ],
}
"""Of the files of weights alone in `OF_OTHERS`."""
WITHIN["onnx"] = within_onnx
"""Here, since only these files need the package."""


def of_others(ending: str) -> list[bytes]:
    return [file.read_bytes() for file in sorted(OF_OTHERS.glob(f"*.{ending}"))]


def mappings() -> list[bytes]:
    named = {"layers": MAPPINGS["pytorch"], "order": "pytorch", "arrays": {"conv1": "0", "dense1": "8"}}
    return [json.dumps(entry).encode() for entry in (named, {"layers": MAPPINGS["keras"]})]


def mapped(file: Path) -> None:
    mapping = StateMapping(str(file))
    for order in ("keras", "pytorch"):
        mapping.layers(order)


def read_state(file: Path) -> None:
    """Read weights that fit a mapping, if they are not damaged; any others fit none of our networks."""
    fits_none = list[str]()
    for layers in MAPPINGS.values():
        try:
            import_network(file, json.dumps({"layers": layers}))
        except ModelFileError as error:
            fits_none.append(str(error))
    if len(fits_none) == len(MAPPINGS):
        import_network(file)


def ensembles() -> list[bytes]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "x.safetensors"
        save_reader(Ensemble([small_network(0), small_network(1)]), file)
        return [file.read_bytes()]


def checkpoints() -> list[bytes]:
    """Write a run after the first of two epochs."""
    dataset, network = open_data("bundled").limited(60), small_network()
    state = TrainingState(network, TrainingConfig(batch_size=32, epochs=2, optimizer="adam", patience=3))
    history, events = History(), train(network, dataset, state=state)
    for event in events:
        history.add(event)
        if isinstance(event, EpochDone):
            break
    events.close()
    return [encode_checkpoint(Checkpoint(network, state, history, dataset.fingerprint, dataset.name, 1.0))]


READABLE_NETWORKS = {
    "onnx": Readable(
        "x.onnx", once(lambda: [*of_others("onnx"), encode_onnx(small_network())]), import_network, "onnx"
    ),
    "state": Readable("x.safetensors", once(lambda: of_others("safetensors")), read_state, "header"),
    "mapping": Readable("mapping.json", mappings, mapped, "json"),
    "ensemble": Readable("x.safetensors", cache(ensembles), load_digit_reader, "safetensors"),
    "checkpoint": Readable("x.safetensors", cache(checkpoints), load_checkpoint, "safetensors"),
}
"""By what they are called."""
