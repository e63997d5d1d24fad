"""The sub-commands, which need no window: train, evaluate, predict, info.

With ``--json`` standard output is one JSON object and nothing else; progress goes to standard error.
"""

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from digitgui import __version__
from digitgui.provenance import describe_run
from digitgui.shipped import open_data, open_model
from model import ARCHITECTURES, Dataset, Network, build, save_network
from model.augmentation import AUGMENTATIONS
from model.dataset import PARTS
from model.errors import ConfigError, ModelError, ModelFileError
from model.evaluation import Evaluation, evaluate
from model.history import STEPS_PER_POINT, History
from model.optimizers import OPTIMIZERS
from model.sources import read_digit
from model.storage import SUFFIX
from model.training import (
    LIMITS,
    BatchDone,
    EpochDone,
    FinishReason,
    RunFinished,
    TrainingConfig,
    TrainingEvent,
    finish,
    train,
)

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
    parser = _parser()
    options = parser.parse_args(arguments)
    if "epochs" in options:
        try:
            options.config = _config(options)
        except ConfigError as error:
            parser.error(str(error))
    command: Callable[[argparse.Namespace], dict[str, Any]] = options.command
    try:
        result = command(options)
    except ModelError as error:
        _say(f"digitgui: {error}")
        return 1
    except MemoryError:
        _say("digitgui: this needs more memory than there is: try a smaller data set or --limit")
        return 1
    except KeyboardInterrupt:
        _say("digitgui: stopped")
        return 1
    if options.json:
        print(json.dumps(result, default=_plain, allow_nan=False))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="digitgui",
        description="A laboratory for a convolutional network. Without an argument it opens the window.",
    )
    parser.add_argument("--version", action="version", version=f"digitgui {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    _add_train(commands)
    _add_evaluate(commands)
    _add_predict(commands)
    _add_info(commands)
    return parser


def _add(commands: Any, command: Callable[[argparse.Namespace], dict[str, Any]], **texts: str) -> Any:
    parser = commands.add_parser(command.__name__.removeprefix("_run_"), description=texts["help"], **texts)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.set_defaults(command=command)
    return parser


def _add_train(commands: Any) -> None:
    parser = _add(commands, _run_train, help="train a network and save it")
    default = TrainingConfig()
    source = "bundled, a folder with one sub-folder a digit, a folder of IDX files, an .npz or a .csv"
    parser.add_argument("--data", metavar="SOURCE", default="bundled", help=f"{source} (default: bundled)")
    parser.add_argument("--arch", choices=ARCHITECTURES, default="journal-24", help="default: %(default)s")
    parser.add_argument("--epochs", type=int, default=default.epochs, metavar="N", help=_help("epochs"))
    parser.add_argument(
        "--lr", type=float, default=default.learning_rate, metavar="X", help=_help("learning_rate")
    )
    parser.add_argument(
        "--batch-size", type=int, default=default.batch_size, metavar="N", help=_help("batch_size")
    )
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default=default.optimizer, help="default: %(default)s")
    parser.add_argument(
        "--augment", choices=AUGMENTATIONS, default=default.augmentation, help="default: %(default)s"
    )
    parser.add_argument("--limit", type=_positive, metavar="N", help="use a balanced subset of N pictures")
    parser.add_argument("--seed", type=int, default=default.seed, metavar="N", help=_help("seed"))
    parser.add_argument(
        "--max-seconds", type=_positive_time, metavar="S", help="stop after S seconds and keep the result"
    )
    parser.add_argument("--out", metavar="FILE", type=Path, help=f"save the network here (ends in {SUFFIX})")


def _add_evaluate(commands: Any) -> None:
    parser = _add(commands, _run_evaluate, help="measure a model on labelled pictures")
    parser.add_argument("model", metavar="MODEL", help="a model file, or default")
    parser.add_argument("--data", metavar="SOURCE", default="bundled", help="as for train (default: bundled)")
    parser.add_argument("--split", choices=[*PARTS, "all"], default="test", help="default: %(default)s")


def _add_predict(commands: Any) -> None:
    parser = _add(commands, _run_predict, help="read a digit from each picture")
    parser.add_argument("model", metavar="MODEL", help="a model file, or default")
    parser.add_argument(
        "images",
        metavar="IMAGE",
        nargs="+",
        type=Path,
        help="a picture of one digit, any size, either polarity",
    )


def _add_info(commands: Any) -> None:
    parser = _add(commands, _run_info, help="tell what a model file holds")
    parser.add_argument("model", metavar="MODEL", help="a model file, or default")


def _run_train(options: argparse.Namespace) -> dict[str, Any]:
    config: TrainingConfig = options.config
    _check_target(options.out)
    network = build(options.arch, config.seed)
    dataset = _open_data(options.data)
    if options.limit:
        dataset = dataset.limited(options.limit, config.seed)
    _say(
        f"{options.arch}: {network.parameter_count:,} parameters,"
        f" {len(dataset.split.train):,} pictures to train on ({dataset.name})"
    )
    started = time.perf_counter()
    history = History()
    finished = _follow(network, dataset, config, history, options.max_seconds)
    seconds = time.perf_counter() - started
    network.provenance = describe_run(dataset, config, history, finished, seconds)
    if options.out:
        save_network(network, options.out)
        _say(f"saved as {options.out}")
    else:
        _say("not saved: no --out was given")
    if finished.reason is FinishReason.DIVERGED:
        _say("the loss became infinite, so training ended early: try a smaller --lr")
    elif not finished.has_learned:
        _say("the network has not learned: its answers are hardly better than guessing; try a smaller --lr")
    return {
        "arch": options.arch,
        "reason": finished.reason,
        "seconds": round(seconds, 3),
        "images_per_second": round(history.images_seen / seconds, 1),
        "out": str(options.out) if options.out else None,
        **network.provenance,
    }


def _follow(
    network: Network, dataset: Dataset, config: TrainingConfig, history: History, max_seconds: float | None
) -> RunFinished:
    """Train to the end, or until the time is over or somebody presses Ctrl+C; tell of progress meanwhile."""
    deadline = math.inf if max_seconds is None else time.perf_counter() + max_seconds
    events = train(network, dataset, config)
    try:
        for event in events:
            _tell(event, history)
            if isinstance(event, RunFinished):
                _tell_report(event.report, event.report_part)
                return event
            if time.perf_counter() > deadline:
                _say(f"stopped after {max_seconds:g} s")
                break
    except KeyboardInterrupt:
        _say("stopped; what was learned so far is kept")
    finally:
        events.close()
    finished = finish(network, dataset, FinishReason.STOPPED)
    _tell_report(finished.report, finished.report_part)
    return finished


def _tell(event: TrainingEvent, history: History) -> None:
    grown = history.add(event)
    match event:
        case BatchDone() if grown:
            _say(f"step {event.step}: train loss {history.step_losses[-1]:.3f} over {STEPS_PER_POINT} steps")
        case EpochDone():
            _say(
                f"epoch {event.epoch}: train loss {event.train_loss:.4f}, accuracy {event.train_accuracy:.2%};"
                f" held-out loss {event.monitor_loss:.4f}, accuracy {event.monitor_accuracy:.2%};"
                f" {event.seconds:.1f} s"
            )


def _run_evaluate(options: argparse.Namespace) -> dict[str, Any]:
    network = open_model(options.model)
    dataset = _open_data(options.data)
    evaluation = evaluate(network, *dataset.part(options.split))
    if not options.json:
        print(f"{options.model} on the {options.split} part of {dataset.name}")
        print(_as_text(evaluation))
    return {"model": options.model, "data": dataset.name, "split": options.split, **_as_dict(evaluation)}


def _run_predict(options: argparse.Namespace) -> dict[str, Any]:
    network = open_model(options.model)
    digits = [read_digit(file) for file in options.images]
    probabilities = network.predict_proba(np.stack(digits))
    predictions = []
    for file, digit, row in zip(options.images, digits, probabilities, strict=True):
        empty = not digit.any()
        predictions.append(
            {
                "file": str(file),
                "digit": None if empty else int(row.argmax()),
                "probabilities": [float(p) for p in row],
                "rejected": empty,
            }
        )
        if not options.json:
            print(f"{file}: " + ("nothing is drawn on it" if empty else f"{row.argmax()}  ({row.max():.1%})"))
    return {"model": options.model, "predictions": predictions}


def _run_info(options: argparse.Namespace) -> dict[str, Any]:
    network = open_model(options.model)
    rows = network.table()
    if not options.json:
        print(f"{options.model}: {network.name}, {network.parameter_count:,} parameters")
        for row in rows:
            shape = " × ".join(map(str, row.output_shape))
            print(f"  {row.name:<10} {shape:<12} {row.parameters:>9,}  {row.description}")
        for key, entry in network.provenance.items():
            if key not in ("history", "report"):
                print(f"  {key}: {entry}")
    return {
        "model": options.model,
        "name": network.name,
        "parameters": network.parameter_count,
        "input_shape": network.input_shape,
        "layers": [
            {
                "name": row.name,
                "layer": row.description,
                "output_shape": row.output_shape,
                "parameters": row.parameters,
            }
            for row in rows
        ],
        "provenance": network.provenance,
    }


def _open_data(source: str) -> Dataset:
    dataset = open_data(source)
    for note in dataset.notes:
        _say(f"{dataset.name}: {note}")
    return dataset


def _as_dict(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "accuracy": evaluation.accuracy,
        "loss": evaluation.loss,
        "macro_f1": evaluation.macro_f1,
        "count": evaluation.count,
        "confusion": evaluation.confusion,
        "report": evaluation.report,
    }


def _as_text(evaluation: Evaluation) -> str:
    return (
        f"{evaluation.count:,} pictures, accuracy {evaluation.accuracy:.2%}, loss {evaluation.loss:.4f}\n\n"
        f"{evaluation.report_text}\nconfusion matrix (row: label, column: answer)\n{evaluation.confusion}"
    )


def _tell_report(report: Evaluation | None, part: str) -> None:
    if report is None:
        _say(f"the {part} part is empty, so there is no report")
    else:
        _say(f"\non the {part} part: {_as_text(report)}")


def _help(name: str) -> str:
    return LIMITS[name].help.replace("%", "%%") + " Default: %(default)s."


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected at least 1, got {text}")
    return number


def _positive_time(text: str) -> float:
    seconds = float(text)
    if not seconds > 0:
        raise argparse.ArgumentTypeError(f"expected more than 0 seconds, got {text}")
    return seconds


def _config(options: argparse.Namespace) -> TrainingConfig:
    return TrainingConfig(
        options.lr, options.batch_size, options.epochs, options.seed, options.optimizer, options.augment
    )


def _check_target(path: Path | None) -> None:
    """Make sure before a long training that its result can be written."""
    if path is not None and not path.parent.is_dir():
        raise ModelFileError(f"{path} cannot be written: there is no folder {path.parent}")
    if path is not None and path.is_dir():
        raise ModelFileError(f"{path} cannot be written: it is a folder, expected the name of a file")
    if path is not None and not os.access(path.parent, os.W_OK):
        raise ModelFileError(f"{path} cannot be written: the folder {path.parent} may not be changed")


def _plain(thing: Any) -> Any:
    """Turn what JSON does not know into lists and numbers."""
    if isinstance(thing, np.ndarray | np.generic):
        return thing.tolist()
    raise TypeError(f"{type(thing).__name__} does not go into JSON")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
