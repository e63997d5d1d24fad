"""The sub-command ``teach``: fine-tune a network on a person's own digits."""

import argparse
import time
from pathlib import Path
from typing import Any

from digitgui.command_line.output import UnfinishedError, say
from digitgui.command_line.terminal import SOURCES, add_reading_options, check_target
from digitgui.installation.shipped import open_model
from model import Dataset, Network, save_network
from model.data.reading import CHOICES
from model.readers.sources import BUNDLED, open_data
from model.runs.provenance import describe_teaching
from model.runs.storage import SUFFIX
from model.training.teaching import TeachingConfig, own_halves
from model.training.teaching_report import TeachingReport, teach_and_report

__all__ = ["add_options", "run"]

TOLD_SHARE = 0.25
"""Progress is reported after each such share of the work."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument("model", metavar="MODEL", help="a model file, or default")
    parser.add_argument(
        "--samples",
        metavar="SOURCE",
        required=True,
        help=f"your own digits, which may be a single digit: {SOURCES}. Their own test part tests what"
        " was learned; without one, every picture is used for teaching",
    )
    add_reading_options(parser)
    parser.add_argument(
        "--replay",
        metavar="SOURCE",
        default=BUNDLED,
        help="digits from other people, which the network must not forget (default: %(default)s)",
    )
    parser.add_argument(
        "--out", metavar="FILE", type=Path, required=True, help=f"save the taught network here (ends in {SUFFIX})"
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="determines the random numbers (default: %(default)s)"
    )
    parser.add_argument("--force", action="store_true", help="save it even if it has forgotten too much")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Teach, report the result, save it unless too much was forgotten, and return the figures."""
    started = time.perf_counter()
    check_target(options.out)
    network = open_model(options.model)
    config = TeachingConfig(seed=options.seed)
    how = {name: getattr(options, name) for name in CHOICES}
    hand, base = open_data(options.samples, **how), open_data(options.replay)
    for note in hand.notes:
        say(f"{hand.name}: {note}")
    taught, report = _follow(network, hand, base, config)
    accepted = report.is_acceptable
    is_saved = accepted or options.force
    count = len(own_halves(hand)[0][0])
    taught.card.provenance = describe_teaching(network, options.model, hand, count, config, report)
    if is_saved:
        save_network(taught, options.out)
        say(f"saved as {options.out}")
    result = {
        "model": options.model,
        **report.as_dict(),
        "taught": count,
        "accepted": accepted,
        "seconds": round(time.perf_counter() - started, 3),
        "out": str(options.out) if is_saved else None,
    }
    if not options.json:
        print(_as_text(report))
    if not is_saved:
        raise UnfinishedError(f"not saved: {report.refusal()}; use --force to save it anyway", result)
    return result


def _follow(
    network: Network, hand: Dataset, base: Dataset, config: TeachingConfig
) -> tuple[Network, TeachingReport]:
    """Teach to the end, and report progress."""
    steps, told = teach_and_report(network, hand, base, config), 0.0
    try:
        while True:
            share = next(steps).share
            if share >= told + TOLD_SHARE:
                told = share
                say(f"{share:.0%}")
    except StopIteration as end:
        result: tuple[Network, TeachingReport] = end.value
        return result
    finally:
        steps.close()


def _as_text(report: TeachingReport) -> str:
    """Write both figures, before and after, and which digits changed."""
    hand = "your digits" if report.hand_is_held_out else "your digits (used for teaching)"
    rows = [
        (hand, report.hand_before, report.hand_after),
        ("digits from other people", report.base_before, report.base_after),
    ]
    lines = [
        f"{name}, {after.count:,}: {before.accuracy:.2%} -> {after.accuracy:.2%} right,"
        f" {before.errors:,} -> {after.errors:,} misread"
        for name, before, after in rows
    ]
    return "\n".join([*lines, *report.changes(), report.sentence()])
