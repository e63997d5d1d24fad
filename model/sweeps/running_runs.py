"""The runs of a sweep that are in progress, for display: a file for each, until its record is written.

A process on this machine writes the file of its own run now and then; for a worker elsewhere, the program that
sweeps does. The files are valid while that program holds the sweep; they are not needed to continue it.
"""

import contextlib
import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from model.atomic_files import write_atomically
from model.bounds import read_text
from model.damaged_files import told_as
from model.errors import CorruptError, ModelFileError
from model.runs.locks import is_held
from model.runs.record_checks import MOST_BYTES, check_plain, check_record
from model.runs.run_record import RunRecord
from model.runs.run_store import RECORDED

__all__ = ["LOCK", "RunFollower", "begun_before", "forget_running", "read_running"]

LOCK = "sweep.lock"
"""Lock of the program that carries out a sweep."""
RUNNING = ".running"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class RunFollower:
    """Writes how far one run has come; can be sent to another process of this machine.

    Parameters
    ----------
    folder : Path
        Of the sweep.
    record : RunRecord
        What is known of the run before it begins.
    """

    folder: Path
    record: RunRecord

    def __call__(self, history: Mapping[str, Any], seconds: float) -> None:
        """Write what a run has shown so far, as `History.as_dict` returns it; failures are ignored."""
        description = self.record.description | {"history": history, "seconds": round(seconds, 3)}
        record = replace(self.record, description=description, begun=begun_before(seconds))
        entry = {"format": FORMAT} | {name: getattr(record, name) for name in RECORDED}
        file = self.folder / RUNNING / f"{record.id}.json"
        with contextlib.suppress(OSError, ModelFileError):
            file.parent.mkdir(exist_ok=True)
            write_atomically(file, json.dumps(entry).encode(), durable=False)


def begun_before(seconds: float) -> str:
    """Return the time this many seconds ago, in the form of `RunRecord.begun`."""
    begun = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=seconds)
    return begun.isoformat(timespec="seconds")


def read_running(folder: Path) -> list[RunRecord]:
    """Read the runs of a sweep that are in progress, each with the whole path of its folder as its id.

    Parameters
    ----------
    folder : Path
        Of the sweep.
    """
    files = _files(folder)
    if not files or not is_held(folder / LOCK):
        return []
    found = [_read(folder, file) for file in files]
    return [record for record in found if record is not None]


def forget_running(folder: Path, run: str = "*") -> None:
    """Delete the file of a finished run, or of all runs when the sweep has ended or was killed before."""
    for file in _files(folder, run):
        with contextlib.suppress(OSError):
            file.unlink()
    with contextlib.suppress(OSError):  # it was never made, or a process is still writing
        (folder / RUNNING).rmdir()


def _files(folder: Path, run: str = "*") -> list[Path]:
    try:
        return sorted((folder / RUNNING).glob(f"{run}.json"))
    except OSError:  # the folder has just been deleted
        return []


def _read(folder: Path, file: Path) -> RunRecord | None:
    try:
        with told_as(CorruptError, "it cannot be read: {error}"):
            entry = json.loads(read_text(file, MOST_BYTES))
            check_plain(entry)
            if entry["format"] > FORMAT:
                return None
            known = {name: entry[name] for name in RECORDED & entry.keys()}
            record = RunRecord(str(folder / file.stem), **known)
            check_record(record)
            _ = record.name, record.history, record.validation
    except (OSError, CorruptError):  # it is done by now
        return None
    return record
