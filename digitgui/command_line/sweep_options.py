"""The options of a sweep: a grid file or the journal's experiment, and what all runs share."""

import argparse
from collections.abc import Container, Set
from pathlib import Path
from typing import Any

from digitgui.command_line.setting_options import add_file_options, add_setting_options
from digitgui.command_line.terminal import add_data_options
from digitgui.installation.shipped import DEFAULT, open_model
from model.data.augmentation import Pipeline
from model.errors import ConfigError, ModelFileError
from model.network.architectures import ARCHITECTURES, as_plain
from model.sweeps.journal_experiment import JOURNAL_SETTINGS
from model.sweeps.shared_files import SharedFiles
from model.sweeps.sweep_grid import journal_plan, plan_from, read_grid
from model.sweeps.sweep_plan import SweepPlan
from model.sweeps.sweeping import QUESTION, read_question
from model.training.settings import SETTING_OF, SETTINGS
from model.training.training_config import USUAL

JOURNAL = "journal"
"""Stands for the journal's experiment in place of a grid file."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    add_data_options(parser)
    parser.add_argument(
        "--grid",
        metavar="FILE",
        required=True,
        help='what to try, a .json file as {"arch": ["journal-8", "lenet"], "lr": [0.01, 0.05]}: options below'
        ' with lists of values, or, with --random, ranges as {"from": 0.001, "to": 0.1, "log": true};'
        " or journal: the five combinations of the journal, a student's account of a CNN; or the sweep.json of"
        " another sweep, with all its settings",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        required=True,
        help="the folder of the sweep; an unfinished one is continued",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs",
        type=_at_least(1),
        metavar="N",
        help="number of parallel runs (default: one for each processor core)",
    )
    where.add_argument(
        "--dask", metavar="ADDRESS", help="the scheduler of a Dask cluster, such as tcp://10.0.0.5:8786"
    )
    parser.add_argument(
        "--random",
        type=_at_least(1),
        metavar="N",
        help="try N random combinations, drawn by --seed, instead of all",
    )
    parser.add_argument(
        "--halving",
        action="store_true",
        help="successive halving: train all briefly, the best third three times as long, and so on up to --epochs",
    )
    parser.add_argument(
        "--folds",
        type=_at_least(2),
        metavar="K",
        help="cross-validation: train each combination K times, compared by a different fold of the pictures",
    )
    add_setting_options(parser)
    add_file_options(parser)
    parser.set_defaults(augmentation=None, complete=_complete)  # None: not given, unlike an explicit none


def _complete(options: argparse.Namespace) -> None:
    options.plan = _plan_of(options)


def _plan_of(options: argparse.Namespace) -> SweepPlan:
    """Read the grid, and make the plan of the sweep.

    Raises
    ------
    ConfigError
        If either is invalid; the message names the option.
    """
    fixed, shared = _fixed(options), _shared(options)
    if options.grid == JOURNAL:
        if options.random:
            raise ConfigError("--random needs a grid file: the journal's experiment has five combinations")
        if options.init:
            raise ConfigError("--init brings its own network: the journal's experiment compares three")
        _forbid(options, {"arch", "lr"})
        return journal_plan(fixed, folds=options.folds or 0, halving=options.halving, shared=shared)
    if Path(options.grid).name == QUESTION:
        return _asked_before(Path(options.grid), options)
    try:
        choices = read_grid(Path(options.grid))
    except ConfigError as error:
        raise ConfigError(f"--grid {error}") from error
    drawn_by = {"seed"} if options.random else set()
    _forbid(options, choices.keys() - drawn_by)
    if options.halving and "epochs" in choices:
        raise ConfigError("--halving sets the epochs itself: remove epochs from the grid, and give --epochs")
    if options.init:
        fixed["arch"] = _arch_of_init(options, choices)
    return plan_from(
        choices,
        fixed,
        count=options.random or 0,
        folds=options.folds or 0,
        halving=options.halving,
        shared=shared,
    )


def _shared(options: argparse.Namespace) -> SharedFiles:
    """Return the files that all runs share, with absolute paths."""
    strokes, refuse = (str(file.absolute()) if file else "" for file in (options.strokes, options.refuse))
    init = options.init or ""
    return SharedFiles(strokes, refuse, init if init in ("", DEFAULT) else str(Path(init).absolute()))


def _arch_of_init(options: argparse.Namespace, choices: Container[str]) -> str:
    """Name the network that all runs begin with; nothing else may name one."""
    if "arch" in choices or "initializer" in choices:
        raise ConfigError("--init brings its own network and weights: remove arch and initializer from the grid")
    try:
        arch = open_model(options.init).card.name
    except ModelFileError as error:
        raise ConfigError(f"--init: {error}") from error
    return arch if arch in ARCHITECTURES else USUAL["arch"]


def _asked_before(file: Path, options: argparse.Namespace) -> SweepPlan:
    """Read the plan of another sweep, which holds everything but the data."""
    if options.random or options.halving or options.folds:
        raise ConfigError(f"--grid {file} already says how to search: leave out --random, --halving and --folds")
    _forbid(options, SETTING_OF.keys())
    if _shared(options).named:
        raise ConfigError(
            f"--grid {file} already says what to learn from: leave out --strokes, --refuse and --init"
        )
    try:
        plan, _ = read_question(file.parent)
    except ModelFileError as error:
        raise ConfigError(f"--grid {file}: {error}") from error
    return plan


def _forbid(options: argparse.Namespace, names: Set[str]) -> None:
    """Check that no option is also in the grid, which would silently win."""
    usual = USUAL | {"augmentation": None}
    given = [
        f"--{option}"
        for option, name in SETTING_OF.items()
        if option in names and getattr(options, name) != usual[name]
    ]
    if given:
        raise ConfigError(f"--grid {options.grid} already says what to try: leave out {' and '.join(given)}")


def _fixed(options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that all runs share; by default, those of the journal for its experiment."""
    fixed = {name: getattr(options, name) for name in SETTINGS}
    usual = JOURNAL_SETTINGS if options.grid == JOURNAL else {}
    chosen = options.augmentation or usual.get("augmentation", "none")
    fixed["augmentation"] = chosen.as_dict() if isinstance(chosen, Pipeline) else chosen
    fixed["arch"] = as_plain(options.arch)
    fixed["limit"] = options.limit or usual.get("limit")
    return fixed


def _at_least(minimum: int) -> Any:
    def read(text: str) -> int:
        number = int(text)
        if number < minimum:
            raise argparse.ArgumentTypeError(f"expected at least {minimum}, got {text}")
        return number

    read.__name__ = "whole number"
    return read
