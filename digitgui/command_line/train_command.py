"""The sub-command ``train``: options, progress, result."""

import argparse
import math
import signal
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from digitgui.command_line.output import say
from digitgui.command_line.setting_options import add_file_options, add_setting_options, config_of
from digitgui.command_line.terminal import add_data_options, as_text, check_target, decimal, open_data_aloud
from digitgui.installation.folders import runs_folder
from digitgui.installation.shipped import DEFAULT, open_model
from model import Dataset, Network, build, save_network
from model.data.extra_pictures import load_extra_pictures
from model.errors import ConfigError, DataFormatError, ModelFileError
from model.handwriting.hands import extra_pictures
from model.judging.evaluation import evaluate
from model.network.losses import NO_DIGIT
from model.network.starting_point import start_from, words_of_start
from model.runs.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from model.runs.epoch_weights import BOUND, USUAL_MEGABYTES, noted
from model.runs.provenance import describe_run
from model.runs.run_record import RunRecord, layers_noted
from model.runs.run_recorder import RunRecorder
from model.runs.run_store import RunStore
from model.runs.storage import SUFFIX
from model.training.faults import FAULTS, plant
from model.training.history import STEPS_PER_POINT, History
from model.training.interrupts import interrupted_later
from model.training.training import TrainingState, finish, train
from model.training.training_config import TrainingConfig
from model.training.training_events import BatchDone, EpochDone, FinishReason, RunFinished, TrainingEvent

FILES = "strokes", "refuse", "sheets"
"""Options of files to learn from besides the data."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    add_data_options(parser)
    add_setting_options(parser)
    add_file_options(parser)
    parser.add_argument(
        "--sheets",
        type=Path,
        metavar="FILE",
        help="also learn from pictures cut out of sheets: an .npz of images, uint8 of shape (n, 28, 28), and"
        f" labels, {NO_DIGIT} for what is no digit",
    )
    parser.add_argument(
        "--max-seconds", type=_positive_time, metavar="S", help="stop after S seconds, and keep the result"
    )
    parser.add_argument("--out", metavar="FILE", type=Path, help=f"save the network here (ends in {SUFFIX})")
    parser.add_argument("--checkpoint", metavar="FILE", type=Path, help="save the run here after every epoch")
    parser.add_argument(
        f"--{BOUND.option}",
        type=int,
        default=USUAL_MEGABYTES,
        metavar="MB",
        help=f"{BOUND.help} Default: %(default)s.",
    )
    parser.add_argument(
        "--resume",
        metavar="FILE",
        type=Path,
        help="continue the run of a checkpoint on the same data; its own settings apply, not those given here, and"
        " the file is updated, unless --checkpoint names another",
    )
    parser.add_argument(
        "--fault",
        choices=FAULTS,
        help="plant this fault into the training, for a lesson in finding it; its record keeps the name",
    )
    parser.set_defaults(complete=_complete)


def _complete(options: argparse.Namespace) -> None:
    """Join options that belong together; raise `ConfigError` if they do not fit."""
    options.config = config_of(options)
    try:
        options.noted = noted(options.keep_epochs)
    except ConfigError as error:
        raise ConfigError(error.called(f"--{BOUND.option}")) from error
    if options.refuse and not options.strokes:
        raise ConfigError("--refuse needs --strokes: digits as pen strokes, to tell the letters from")
    if options.fault and (options.resume or options.checkpoint):
        raise ConfigError("--fault is for a fresh training to its end: leave out --resume and --checkpoint")


@dataclass(slots=True)
class _Run:
    """A training from the command line."""

    begun: Checkpoint
    dataset: Dataset
    recorder: RunRecorder
    started: float

    @property
    def seconds(self) -> float:
        return self.begun.seconds + time.perf_counter() - self.started

    def save(self, path: Path) -> None:
        sha256, name = self.dataset.fingerprint, self.dataset.name
        save_checkpoint(replace(self.begun, data_sha256=sha256, data_name=name, seconds=self.seconds), path)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Train a network, report progress, save it, and return the result."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl+C: what was learned is kept
    store = RunStore(runs_folder())
    checkpoint = options.checkpoint or (None if _run_of_store(options, store) else options.resume)
    check_target(options.out)
    check_target(checkpoint)
    if checkpoint and options.out and checkpoint.resolve() == options.out.resolve():
        raise ModelFileError(f"{options.out} cannot be both model file and checkpoint: give them two names")
    run = _resumed(options, store) if options.resume else _fresh(options, store)
    network, history = run.begun.network, run.begun.history
    say(
        f"{network.card.name}: {network.parameter_count:,} parameters,"
        f" {run.dataset.training_count:,} pictures to train on ({run.dataset.name}):"
        f" {run.dataset.task.sentence()}"
    )
    with run.recorder.following(run.begun, run.dataset, on_problem=say):
        finished = _follow(run, options.max_seconds, checkpoint, options.out)
        seconds = run.seconds
        begun = {"init": Path(options.init).name} if options.init else {}  # without its folder, which is private
        network.card.provenance = (
            describe_run(run.dataset, run.begun.state.config, history, finished, seconds)
            | begun
            | _planted(options)
        )
        run.recorder.end(finished.reason)
    if options.out:
        save_network(network, options.out)
        say(f"saved as {options.out}")
    else:
        say("not saved: no --out was given")
    if finished.reason is FinishReason.DIVERGED:
        say("the loss became infinite, so training ended early: try a smaller --lr")
    elif not finished.has_learned:
        say("the answers are hardly better than guessing: try more --epochs, more pictures, or another --lr")
    return {
        "arch": network.card.name,
        "reason": finished.reason,
        "seconds": round(seconds, 3),
        "images_per_second": round(history.images_seen / seconds, 1),
        "out": str(options.out) if options.out else None,
        **network.card.provenance,
    }


def _fresh(options: argparse.Namespace, store: RunStore) -> _Run:
    config: TrainingConfig = options.config
    begun_with = open_model(options.init) if options.init else None  # before the data, which take longer
    dataset = _with_extra(_limited(open_data_aloud(options), options.limit, config.seed), options, config.seed)
    for warning in dataset.warnings():
        say(f"{dataset.name}: {warning}")
    if begun_with:
        network = start_from(begun_with, dataset.task, config.seed)
        say(words_of_start(begun_with, dataset.task))
    else:
        network = build(options.arch, config.seed, dataset.task, initializer=options.initializer)
    state = TrainingState(network, config)
    if options.fault:
        dataset = plant(options.fault, network, dataset, state)
    begun = Checkpoint(network, state, History(), "", "", 0.0)
    init = options.init or ""
    begun_from = init if init in ("", DEFAULT) else str(Path(init).absolute())
    record = _new_record(options, store, network, begun_from)
    recorder = RunRecorder(store, record, can_continue=not options.fault)
    return _Run(begun, dataset, recorder, time.perf_counter())


def _resumed(options: argparse.Namespace, store: RunStore) -> _Run:
    saved = load_checkpoint(options.resume)
    seed = saved.state.config.seed
    dataset = _with_extra(_limited(open_data_aloud(options), options.limit, seed), options, seed)
    if dataset.fingerprint != saved.data_sha256:
        raise DataFormatError(
            f"{options.resume.name} was trained on {saved.data_name}, not on {dataset.name} as it is now:"
            " use the --data, --limit, --sheets, --strokes and --refuse of the original run"
        )
    known = _run_of_store(options, store)
    if known and store.is_going_on(known):
        raise ModelFileError(f"the run {known} is already running, in another program")
    record = (
        store.read(known) if known else _new_record(options, store, saved.network, str(options.resume.resolve()))
    )
    say(f"continuing after epoch {saved.state.epochs_done} of {saved.state.config.epochs} with its own settings")
    return _Run(saved, dataset, RunRecorder(store, record), time.perf_counter())


def _run_of_store(options: argparse.Namespace, store: RunStore) -> str:
    """Return the run whose own checkpoint is continued; empty if the run is a new one."""
    if options.resume is None:
        return ""
    file: Path = options.resume.resolve()
    run = file.parent.name
    return run if file == store.checkpoint_file(run).resolve() else ""


def _new_record(options: argparse.Namespace, store: RunStore, network: Network, begun_from: str) -> RunRecord:
    """Note what a run needs to be repeated, besides its settings and its data."""
    layers = {} if options.init or options.resume else layers_noted(options.arch)
    files = {name: str(file.resolve()) for name in FILES if (file := getattr(options, name))}
    return RunRecord(
        store.new_id(network.card.name),
        network.card.name,
        {},
        begun_from=begun_from,
        limit=options.limit,
        extra={"initializer": network.initializer, **layers, **files, **options.noted, **_planted(options)},
    )


def _planted(options: argparse.Namespace) -> dict[str, str]:
    """Name the planted fault, as record and model do."""
    return {"fault": options.fault} if options.fault else {}


def _limited(dataset: Dataset, limit: int | None, seed: int) -> Dataset:
    return dataset.limited(limit, seed) if limit else dataset


def _with_extra(dataset: Dataset, options: argparse.Namespace, seed: int) -> Dataset:
    """Add the pictures painted from pen strokes, and those cut out of sheets."""
    extra = extra_pictures(options.strokes, options.refuse, seed) if options.strokes else None
    if options.sheets:
        cut_out = load_extra_pictures(options.sheets)
        extra = extra + cut_out if extra else cut_out
    if extra is None:
        return dataset
    say(f"{dataset.name}, and {extra.description} to learn from")
    return replace(dataset, extra=extra)


def _follow(run: _Run, max_seconds: float | None, checkpoint: Path | None, out: Path | None) -> RunFinished:
    """Train to the end, or until the time is over or Ctrl+C is pressed; report progress meanwhile."""
    deadline = math.inf if max_seconds is None else time.perf_counter() + max_seconds
    network, state = run.begun.network, run.begun.state
    events = train(network, run.dataset, state=state)
    try:
        with interrupted_later() as hear_interruption:  # no step is left half done
            for event in events:
                _tell(event, run.begun.history)
                run.recorder.take(event, run.seconds)
                if isinstance(event, EpochDone) and checkpoint:
                    run.save(checkpoint)
                if isinstance(event, RunFinished):
                    _tell_report(event, network, run.dataset)
                    return event
                hear_interruption()
                if time.perf_counter() > deadline:
                    say(f"stopped after {max_seconds:g} s")
                    break
    except KeyboardInterrupt:
        say("stopped; what was learned so far is kept")
    finally:
        events.close()
    if out:  # before the report, which another Ctrl+C may interrupt
        save_network(network, out)
    finished = finish(network, run.dataset, FinishReason.STOPPED, state)
    _tell_report(finished, network, run.dataset)
    return finished


def _tell(event: TrainingEvent, history: History) -> None:
    grown = history.add(event)
    match event:
        case BatchDone() if grown:
            say(f"step {event.step}: training loss {history.step_losses[-1]:.3f} over {STEPS_PER_POINT} steps")
        case EpochDone():
            say(
                f"epoch {event.epoch}: training loss {event.train_loss:.4f}, accuracy {event.train_accuracy:.2%};"
                f"{_of_validation(event)}"
                f" {event.seconds:.1f} s"
            )


def _of_validation(event: EpochDone) -> str:
    if math.isnan(event.validation_loss) and math.isnan(event.validation_accuracy):
        return " no validation pictures;"
    return f" validation loss {event.validation_loss:.4f}, accuracy {event.validation_accuracy:.2%};"


def _tell_report(finished: RunFinished, network: Network, dataset: Dataset) -> None:
    if finished.reason is FinishReason.STOPPED_EARLY:
        say("stopped early: the validation loss has not improved for --patience epochs")
    if finished.best_epoch is not None:
        say(f"ended with the weights of epoch {finished.best_epoch}, the best on the validation part")
    if finished.report is None:
        say("the test part is empty, so there is no report")
    else:
        scores = evaluate(network, *dataset.part("test"))  # more of them than the run notes
        say(f"\non the test part: {as_text(scores, dataset.task)}")


def _positive_time(text: str) -> float:
    seconds = decimal(text)
    if not seconds > 0:
        raise argparse.ArgumentTypeError(f"expected more than 0 seconds, got {text}")
    return seconds
