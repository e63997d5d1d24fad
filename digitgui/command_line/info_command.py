"""The sub-command ``info``: describe a model file."""

import argparse
from pathlib import Path
from typing import Any

from digitgui.installation.shipped import open_model
from model import Network
from model.data.augmentation import Pipeline
from model.errors import ConfigError, ModelFileError
from model.network.architecture import read_architecture
from model.network.task import DIGITS
from model.readers.sources import open_data
from model.runs.checkpoints import load_checkpoint


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument(
        "model", metavar="MODEL", help="a model file, or default; or a .json file with the layers of a network"
    )
    parser.add_argument(
        "--data",
        metavar="SOURCE",
        help="with a .json file: what the layers are for pictures and classes such as these (default: ten digits)",
    )
    parser.set_defaults(complete=_complete)


def _complete(options: argparse.Namespace) -> None:
    if options.data and not options.model.endswith(".json"):
        raise ConfigError("--data is for a .json file with layers: a model file knows its pictures and classes")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Describe the network, and return the facts about it."""
    if options.model.endswith(".json"):
        return _describe_layers(options)
    network = open_model(options.model)
    rows = network.table()
    run = _unfinished_run(options.model)
    scaling = {"input_mean": network.input_mean, "input_deviation": network.input_deviation}
    if not options.json:
        print(f"{options.model}: {network.card.name}, {network.parameter_count:,} parameters")
        if run:
            print(
                f"  a checkpoint after epoch {run['epochs_done']} of {run['config']['epochs']}: see train --resume"
            )
        print(f"  {_about(network)}")
        if scaling != {"input_mean": 0.0, "input_deviation": 1.0}:
            print(
                f"  input standardised by mean {network.input_mean:.4f}, deviation {network.input_deviation:.4f}"
            )
        for row in rows:
            shape = " × ".join(map(str, row.output_shape))
            print(f"  {row.name:<10} {shape:<12} {row.parameters:>9,}  {row.description}")
        _print_provenance(network.card.provenance)
    return {
        "model": options.model,
        "name": network.card.name,
        "parameters": network.parameter_count,
        "multiplications": network.multiplications,
        "input_shape": network.input_shape,
        "classes": network.class_names,
        "preparation": network.preparation,
        **scaling,
        "refuse_below": network.card.refuse_below,
        "initializer": network.initializer,
        "unfinished_run": run,
        "layers": [
            {
                "name": row.name,
                "layer": row.description,
                "output_shape": row.output_shape,
                "parameters": row.parameters,
            }
            for row in rows
        ],
        "provenance": network.card.provenance,
    }


def _about(network: Network) -> str:
    """Say what pictures it takes, and which classes it knows."""
    channels, height, width = network.input_shape
    colour = {1: "grey", 3: "colour"}.get(channels, f"{channels} channels")
    return f"pictures of {width} × {height} in {colour} ({network.preparation}); {', '.join(network.class_names)}"


def _describe_layers(options: argparse.Namespace) -> dict[str, Any]:
    """Describe what a network of one's own would be; raise `ModelError` if it cannot be built."""
    architecture = read_architecture(Path(options.model))
    task = open_data(options.data).task if options.data else DIGITS
    architecture.check(task.input_shape, task.count)
    rows = architecture.fitted(task.input_shape, task.count)
    parameters = sum(row.parameters for row in rows)
    multiplications = sum(row.multiplications for row in rows)
    if not options.json:
        print(
            f"{options.model}: {architecture.name}, {parameters:,} parameters, {multiplications:,} multiplications"
        )
        print(f"  {task.sentence()}")
        for row in rows:
            shape = " × ".join(map(str, row.output_shape or ()))
            print(f"  {row.name:<10} {shape:<12} {row.parameters:>9,} {row.multiplications:>12,}  {row.layer!r}")
    return {
        "model": options.model,
        "name": architecture.name,
        "parameters": parameters,
        "multiplications": multiplications,
        "input_shape": task.input_shape,
        "classes": task.class_names,
        "layers": [
            {
                "name": row.name,
                "layer": repr(row.layer),
                "output_shape": row.output_shape,
                "parameters": row.parameters,
                "multiplications": row.multiplications,
            }
            for row in rows
        ],
    }


def _print_provenance(provenance: dict[str, Any]) -> None:
    """Print where the weights come from, without the long tables; the augmentation in sentences."""
    for key, entry in provenance.items():
        if key == "augmentation":
            _print_augmentation(entry)
        elif key == "calibration" and isinstance(entry, dict):
            print(f"  {key}: { ({name: figure for name, figure in entry.items() if name != 'curve'}) }")
        elif key == "settings" and isinstance(entry, dict) and isinstance(entry.get("augmentation"), dict):
            print(f"  {key}: {entry | {'augmentation': entry['augmentation'].get('name')}}")
        elif key == "fault":
            print("  a fault was planted in this training, for a lesson: --json names it")
        elif key not in ("history", "report"):
            print(f"  {key}: {entry}")


def _print_augmentation(entry: object) -> None:
    try:
        pipeline = Pipeline.from_dict(entry)
    except ConfigError:  # written by another program
        print(f"  augmentation: {entry}")
        return
    print(f"  augmentation: {pipeline.name}{', one of these for each picture' * pipeline.one_per_picture}")
    for sentence in pipeline.sentences():
        print(f"    {sentence}")


def _unfinished_run(model: str) -> dict[str, Any] | None:
    """Return how far the run of a checkpoint has come; None for a finished model."""
    try:
        state = load_checkpoint(model).state
    except ModelFileError:
        return None
    return {"epochs_done": state.epochs_done, "config": state.config.as_dict()}
