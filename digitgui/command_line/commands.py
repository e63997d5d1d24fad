"""The sub-commands, which need no window.

With ``--json`` standard output is one JSON object and nothing else; progress goes to standard error.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from digitgui import __version__
from digitgui.command_line import teach_command
from digitgui.command_line.calibrate_command import add_calibrate_options, run_calibrate
from digitgui.command_line.evaluate_command import add_evaluate_options, check_together, run_evaluate
from digitgui.command_line.report_command import add_report_options, run_report
from digitgui.command_line.sweep_command import add_sweep_options, plan_of, run_sweep
from digitgui.command_line.terminal import plain, say
from digitgui.command_line.train_command import add_options, config_of, run_train
from digitgui.installation.shipped import open_model
from model.data.augmentation import Pipeline
from model.errors import ConfigError, CorruptError, ModelError, ModelFileError
from model.judging.doubt import doubt
from model.network.network import Network
from model.readers.picture_files import ReadPicture, read_picture
from model.runs.checkpoints import load_checkpoint
from model.runs.exchange import save_onnx

__all__ = ["run"]


def run(arguments: Sequence[str]) -> int:
    """Run one sub-command.

    Parameters
    ----------
    arguments : sequence of str
        As after ``digitgui`` on the command line.

    Returns
    -------
    int
        0 done, 1 the work failed (one line on standard error says why); wrong usage exits with 2.
    """
    options = _parser().parse_args(arguments)
    try:
        _complete(options)
    except ConfigError as error:
        options.parser.error(str(error))
    command: Callable[[argparse.Namespace], dict[str, Any]] = options.command
    status = 0
    try:
        result = command(options)
    except teach_command.RefusedError as error:
        say(f"digitgui: {error}")
        result, status = error.result, 1
    except ModelError as error:
        say(f"digitgui: {error}")
        return 1
    except MemoryError:
        say("digitgui: this needs more memory than there is: try a smaller data set or --limit")
        return 1
    except KeyboardInterrupt:
        say("digitgui: stopped")
        return 1
    except BrokenPipeError:  # whoever reads has read enough
        sys.stdout = None
        return 1
    if options.json:
        print(json.dumps(result, default=plain, allow_nan=False))
    return status


def _complete(options: argparse.Namespace) -> None:
    """Join options that belong together; raise `ConfigError` if they cannot be."""
    if options.command is run_evaluate:
        check_together(options)
    elif options.command is run_sweep:
        options.plan = plan_of(options)
    elif options.command is run_train:
        options.config = config_of(options)
        if options.refuse and not options.strokes:
            raise ConfigError("--refuse needs --strokes: digits as pen strokes, to tell the letters from")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="digitgui",
        description="A laboratory for a convolutional network. Without an argument it opens the window.",
    )
    parser.add_argument("--version", action="version", version=f"digitgui {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    add_options(_add(commands, "train", run_train, help="train a network and save it"))
    add_evaluate_options(_add(commands, "evaluate", run_evaluate, help="measure a model on labelled pictures"))
    add_sweep_options(
        _add(commands, "sweep", run_sweep, help="train with many combinations of settings and compare them")
    )
    _add_predict(commands)
    teach_command.add_options(
        _add(commands, "teach", teach_command.run_teach, help="teach a network a person's hand")
    )
    _add_info(commands)
    _add_export(commands)
    add_calibrate_options(_add(commands, "calibrate", run_calibrate, help="make probabilities mean what they say"))
    add_report_options(_add(commands, "report", run_report, help="write all there is to know of a run as HTML"))
    return parser


def _add(commands: Any, name: str, command: Callable[[argparse.Namespace], dict[str, Any]], **texts: str) -> Any:
    parser = commands.add_parser(name, description=texts["help"], **texts)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.set_defaults(command=command, parser=parser)
    return parser


def _add_predict(commands: Any) -> None:
    parser = _add(commands, "predict", _run_predict, help="read a digit, or a number, from each picture")
    parser.add_argument("model", metavar="MODEL", help="a model file, or default")
    parser.add_argument(
        "images",
        metavar="IMAGE",
        nargs="+",
        type=Path,
        help="a picture of one digit, or of a number, any size, either polarity; a photo of paper too",
    )


def _add_info(commands: Any) -> None:
    parser = _add(commands, "info", _run_info, help="tell what a model file holds")
    parser.add_argument("model", metavar="MODEL", help="a model file, or default")


def _add_export(commands: Any) -> None:
    parser = _add(commands, "export", _run_export, help="write a model for other programs")
    parser.add_argument("model", metavar="MODEL", help="a model file, or default")
    parser.add_argument("--onnx", metavar="FILE", type=Path, required=True, help="an ONNX file, written here")


def _run_predict(options: argparse.Namespace) -> dict[str, Any]:
    network = open_model(options.model)
    pictures = [read_picture(file) for file in options.images]
    probabilities = network.predict_proba(np.stack([picture.digit for picture in pictures]))
    predictions = []
    for file, picture, row in zip(options.images, pictures, probabilities, strict=True):
        empty = not picture.digit.any()
        why = "nothing is drawn on it" if empty else doubt(row, network.card.refuse_below)
        number = _number(network, picture)
        predictions.append(
            {
                "file": str(file),
                "digit": None if empty else int(row.argmax()),
                "probabilities": [float(p) for p in row],
                "rejected": bool(why),
                "reason": why,
                **number,
            }
        )
        if not options.json:
            answer = "" if empty else f"{row.argmax()}  ({row.max():.1%})"
            if number:
                answer, why = f"{number['number']}  (a number of {len(number['digits'])} digits)", ""
            print(f"{file}: {answer}{'  ' if answer and why else ''}{why}")
    return {"model": options.model, "predictions": predictions}


def _number(network: Network, picture: ReadPicture) -> dict[str, Any]:
    """Read a number of several digits; boxes are left, top, right and bottom in pixels of the picture."""
    if picture.size == (28, 28):  # a picture of one digit, as data sets have it
        return {}
    from model.handwriting.segmentation import read_number  # noqa: PLC0415  a tenth of a second to import

    digits = read_number(network, picture.gray)
    if len(digits) < 2:
        return {}
    scale = max(picture.size) / max(picture.gray.shape)
    boxes = [(one.left, one.top, one.right, one.bottom) for one in (digit.segment for digit in digits)]
    return {
        "number": "".join(str(digit.digit) for digit in digits),
        "digits": [
            {
                "box": [round(scale * edge) for edge in box],
                "digit": digit.digit,
                "probabilities": [float(p) for p in digit.probabilities],
            }
            for box, digit in zip(boxes, digits, strict=True)
        ],
    }


def _run_info(options: argparse.Namespace) -> dict[str, Any]:
    network = open_model(options.model)
    rows = network.table()
    run = _unfinished_run(options.model)
    scaling = {"input_mean": network.input_mean, "input_deviation": network.input_deviation}
    if not options.json:
        print(f"{options.model}: {network.card.name}, {network.parameter_count:,} parameters")
        if run:
            print(f"  a checkpoint, after epoch {run['epochs_done']} of {run['config']['epochs']}: train --resume")
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
        "input_shape": network.input_shape,
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


def _print_provenance(provenance: dict[str, Any]) -> None:
    """Print where the weights come from, but for the long tables; of the augmentation, its sentences."""
    for key, entry in provenance.items():
        if key == "augmentation":
            _print_augmentation(entry)
        elif key == "calibration" and isinstance(entry, dict):
            print(f"  {key}: { ({name: figure for name, figure in entry.items() if name != 'curve'}) }")
        elif key == "settings" and isinstance(entry, dict) and isinstance(entry.get("augmentation"), dict):
            print(f"  {key}: {entry | {'augmentation': entry['augmentation'].get('name')}}")
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
    """Tell how far the run of a checkpoint has come; None for a finished model."""
    try:
        state = load_checkpoint(model).state
    except (CorruptError, ModelFileError):
        return None
    return {"epochs_done": state.epochs_done, "config": state.config.as_dict()}


def _run_export(options: argparse.Namespace) -> dict[str, Any]:
    if options.onnx.resolve() == Path(options.model).resolve():
        raise ModelFileError(f"{options.onnx} is the model itself: give the ONNX file another name")
    save_onnx(open_model(options.model), options.onnx)
    say(f"written to {options.onnx}")
    return {"model": options.model, "onnx": str(options.onnx)}
