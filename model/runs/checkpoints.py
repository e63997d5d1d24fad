"""Checkpoints: model files that also hold the run, so that it goes on as if it had never stopped.

A checkpoint opens as a model everywhere. Beside the network it has the arrays of the optimizer and the best
weights so far, under names that begin with ``run.``, and a second text in its metadata: settings, counters, the
states of the random streams, the history.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors

from model.atomic_files import write_atomically
from model.damaged_files import told_as
from model.data.pipeline import OPERATIONS
from model.errors import CorruptError, ModelFileError, VersionError
from model.network.network import Network
from model.plain_values import read_known
from model.runs.storage import RUN_PREFIX, checksum, encode_network, load_network
from model.training.history import FineCurve, History
from model.training.settings import SETTINGS, Choice
from model.training.training import Best, TrainingState
from model.training.training_config import TrainingConfig

__all__ = ["Checkpoint", "encode_checkpoint", "load_checkpoint", "save_checkpoint"]

RUN_KEY = "digitgui.run"
FORMAT = 3
"""Format of the run beside the network. Format 1, which was not written down, had no fine curve and another
history; 2 had other names for the figures of an epoch."""
OPTIMIZER, BEST = f"{RUN_PREFIX}optimizer.", f"{RUN_PREFIX}best."


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A run between two epochs.

    Attributes
    ----------
    network : Network
    state : TrainingState
        For `model.training.training.train`.
    history : History
    data_sha256, data_name : str
        `Dataset.fingerprint` of the data it was trained on, and its name: the run continues on no other data.
    seconds : float
        Time spent so far.
    read : dict
        The whole description in the file: what only a later version knows is written again, except for what it had
        beside the points of a curve.
    """

    network: Network
    state: TrainingState
    history: History
    data_sha256: str
    data_name: str
    seconds: float
    read: dict[str, Any] = field(default_factory=dict)


def save_checkpoint(checkpoint: Checkpoint, path: str | Path) -> None:
    """Write a checkpoint, whole or not at all; call it right after an `EpochDone`, between two steps.

    Raises
    ------
    ModelFileError
        If the file cannot be written.
    """
    write_atomically(path, encode_checkpoint(checkpoint))


def encode_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Turn a run into the bytes of a checkpoint, which later steps no longer change."""
    state = checkpoint.state
    arrays = {OPTIMIZER + name: array for name, array in state.optimizer.state().items()}
    if state.best:
        arrays |= {BEST + name: array for name, array in state.best.weights.items()}
    run = checkpoint.read | {
        "format": FORMAT,
        "config": state.config.as_dict(),
        "learning_rate": state.learning_rate,
        "followed_learning_rate": state.followed_learning_rate,
        "epochs_done": state.epochs_done,
        "steps_done": state.steps_done,
        "streams": {name: rng.bit_generator.state for name, rng in _streams(state).items()},
        "best": [state.best.epoch, state.best.loss] if state.best else None,
        "history": checkpoint.history.as_dict(),
        "fine_curve": asdict(checkpoint.history.fine),
        "data_sha256": checkpoint.data_sha256,
        "data_name": checkpoint.data_name,
        "seconds": checkpoint.seconds,
        "arrays_sha256": checksum(arrays),
    }
    return encode_network(checkpoint.network, "the checkpoint", arrays, **{RUN_KEY: json.dumps(run)})


def load_checkpoint(path: str | Path) -> Checkpoint:
    """Open a checkpoint.

    Raises
    ------
    CorruptError
        If it is damaged, or a model file without a run.
    VersionError
        If a newer program wrote it.
    ModelFileError
        As for `load_network`: it may be readable later.
    """
    path = Path(path)
    network = load_network(path)
    try:
        with (
            told_as(CorruptError, f"{path.name} holds no run that can be continued: {{error}}"),
            safetensors.safe_open(path, framework="numpy") as file,
        ):
            text = (file.metadata() or {}).get(RUN_KEY)
            names = [name for name in file.keys() if name.startswith(RUN_PREFIX)]  # noqa: SIM118
            arrays = {name: file.get_tensor(name) for name in names}
            if text is None:
                raise ValueError("it is a finished network, not a checkpoint")
            run = json.loads(text)
            _check_version(path, run)
            if checksum(arrays) != run["arrays_sha256"]:
                raise ValueError("its arrays have changed")
            state = _state(network, run, arrays)
            data = str(run["data_sha256"]), str(run["data_name"])
            return Checkpoint(network, state, _history(run), *data, float(run["seconds"]), run)
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {error.strerror or error}") from error


def _check_version(path: Path, run: dict[str, Any]) -> None:
    """Raise `VersionError` for a file of a newer program that this one does not understand."""
    version = run.get("format", 1)
    if version > FORMAT:
        raise VersionError(
            f"{path.name} holds a run of format {version}, this program reads up to {FORMAT}: update the program"
        )
    unknown = _unknown_names(run["config"])
    if unknown:
        raise VersionError(
            f"{path.name} was made by a later version, with settings that this program does not know,"
            f" {', '.join(unknown)}: update the program"
        )


def _unknown_names(config: dict[str, Any]) -> list[str]:
    """Name the settings, their choices, and the operations of their pipeline that this version does not have."""
    unknown = sorted(config.keys() - set(TrainingConfig.__slots__))
    for name, value in config.items():
        setting = SETTINGS.get(name)
        if isinstance(setting, Choice) and isinstance(value, str) and value not in setting.names:
            unknown.append(f"{name} {value}")
    pipeline = config.get("augmentation")
    if isinstance(pipeline, dict):
        operations = [str(step["operation"]) for step in pipeline["steps"]]
        unknown += [f"augmentation {name}" for name in operations if name not in OPERATIONS]
    return unknown


def _streams(state: TrainingState) -> dict[str, np.random.Generator]:
    streams = state.streams
    return {name: getattr(streams, name) for name in streams.__slots__}


def _state(network: Network, run: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> TrainingState:
    state = TrainingState(network, TrainingConfig(**run["config"]))
    state.learning_rate = float(run["learning_rate"])
    state.followed_learning_rate = float(run["followed_learning_rate"])
    for rate in (state.learning_rate, state.followed_learning_rate):
        SETTINGS["learning_rate"].check("learning_rate", rate)
    state.epochs_done, state.steps_done = int(run["epochs_done"]), int(run["steps_done"])
    if not 0 <= state.epochs_done <= state.config.epochs or state.steps_done < 0:
        raise ValueError(f"epoch {state.epochs_done}, step {state.steps_done}")
    for name, rng in _streams(state).items():
        rng.bit_generator.state = run["streams"][name]
    slots = state.optimizer.state()
    for name, slot in slots.items():
        saved = arrays[OPTIMIZER + name]
        if saved.shape != slot.shape:
            raise ValueError(f"{name} has shape {saved.shape}")
        np.copyto(slot, saved)
    if run["best"]:
        weights = {name.removeprefix(BEST): array for name, array in arrays.items() if name.startswith(BEST)}
        if {name: array.shape for name, array in weights.items()} != {
            name: array.shape for name, array in network.named_arrays().items()
        }:
            raise ValueError("its best weights belong to another network")
        state.best = Best(int(run["best"][0]), float(run["best"][1]), weights)
    return state


def _history(run: dict[str, Any]) -> History:
    saved = run["history"]
    if "format" not in run:
        saved = saved | {"train_loss_per_100_steps": saved["step_losses"]}
    history = History.from_dict(saved)
    if "fine_curve" in run:
        history.fine = fine = read_known(FineCurve, run["fine_curve"])
        if not len(fine.steps) == len(fine.losses) == len(fine.accuracies):
            raise ValueError("its fine curve has different numbers of steps, losses and accuracies")
    return history
