"""Damaged files of every kind for every reader: ``make fuzz SEED=1 INPUTS=100000``.

Prints of each reader how many files it was given, the slowest in seconds of the processor, how much memory grew,
and what was raised. What is no error of this program, takes more than 2 seconds or more than 500 MB, is kept in a
folder, and this ends with 1.
"""

import argparse
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from random import Random
from types import FrameType

from helpers.damage import WITHIN, changed, some_changes
from helpers.memory import megabytes
from helpers.readable import READABLE, Readable
from helpers.readable_in_window import READABLE_IN_WINDOW
from helpers.readable_networks import READABLE_NETWORKS
from helpers.readable_records import READABLE_RECORDS
from helpers.readable_sheets import READABLE_SHEETS

from model.errors import ModelError

KINDS = READABLE | READABLE_NETWORKS | READABLE_RECORDS | READABLE_SHEETS | READABLE_IN_WINDOW
MOST_SECONDS = 2.0
MOST_MB = 500.0
STUCK_SECONDS = 60
MOST_ADDRESSES = 8 << 30
"""A reader that asks for more bytes is told that there are none, before the system ends everything."""


class StuckError(BaseException):
    """It does not come to an end."""


def damaged(kind: Readable, random: Random) -> bytes:
    """Damage a file from outside or, every other time, what is inside of it."""
    whole, changes = random.choice(kind.contents()), some_changes(random)
    if kind.within and random.random() < 0.5:
        return WITHIN[kind.within](whole, changes)
    return changed(whole, changes)


def outcome_of(kind: Readable, file: Path) -> tuple[str, bool]:
    """Read a file; return what came of it, and whether that may be."""
    try:
        kind.read(file)
    except ModelError as error:
        return type(error).__name__, len(str(error).splitlines()) == 1
    except OSError as error:
        return type(error).__name__, bool(error.strerror)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"[:80], False
    return "read", True


def fuzz(name: str, inputs: int, seed: int, keep: Path) -> bool:
    """Give one reader many files; print a line, and tell whether all went well."""
    kind, random = KINDS[name], Random(f"{name} {seed}")
    outcomes: Counter[str] = Counter()
    slowest, faults = 0.0, 0
    folder = keep / name.replace(" ", "-")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for beside, content in kind.beside.items():
        (folder / beside).write_bytes(content)
    file = folder / kind.name
    for content in kind.contents():  # what is imported, and what whole files take, does not count
        file.write_bytes(content)
        outcome_of(kind, file)
    begun = most = megabytes("VmHWM")
    for number in range(inputs):
        file.write_bytes(damaged(kind, random))
        signal.alarm(STUCK_SECONDS)
        started = time.process_time()
        outcome, may_be = outcome_of(kind, file)
        seconds = time.process_time() - started
        signal.alarm(0)
        grown = megabytes("VmHWM") - most
        most += grown
        outcomes[outcome] += 1
        slowest = max(slowest, seconds)
        if not may_be or seconds > MOST_SECONDS or grown > MOST_MB:
            faults += 1
            what = outcome.partition(":")[0] if not may_be else "slow" if seconds > MOST_SECONDS else "memory"
            shutil.copy(file, keep / f"{name.replace(' ', '-')}-{what}-{number}")
    told = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.most_common())
    print(f"{name:<12} {inputs:>8,} {slowest:>8.2f} {most - begun:>7.0f}   {told}", flush=True)
    shutil.rmtree(folder)
    return not faults


def _stuck(_number: int, _frame: FrameType | None) -> None:
    raise StuckError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, metavar="N", help="for each reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keep", type=Path, default=Path(tempfile.gettempdir()) / "digitgui-fuzz", metavar="FOLDER"
    )
    parser.add_argument(
        "readers", nargs="*", metavar="READER", help=f"of {', '.join(KINDS)}; all if none is named"
    )
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, _stuck)
    print("reader        inputs  slowest      MB   what came of them")
    ended_well = True
    for name in options.readers or KINDS:
        sys.stdout.flush()
        child = os.fork()  # each in a process of its own: memory is told apart, and a crash ends only that one
        if child == 0:
            resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, MOST_ADDRESSES))
            sys.stderr = os.fdopen(os.dup(2), "w")
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the libraries in C say there what they think of a file
            os._exit(0 if fuzz(name, options.inputs, options.seed, options.keep) else 1)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            folder = options.keep / name.replace(" ", "-")
            print(f"{name:<12} ended the process by signal {os.WTERMSIG(status)}: see {folder}")
        ended_well &= status == 0
    print("no fault" if ended_well else f"faults: see {options.keep}")
    sys.exit(not ended_well)


if __name__ == "__main__":
    main()
