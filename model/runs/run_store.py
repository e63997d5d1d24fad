"""Runs on disk: every training leaves a folder with its settings, its course and its result."""

import contextlib
import datetime
import json
import os
import secrets
import shutil
import time
from collections.abc import Collection, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from model.atomic_files import set_aside, write_atomically
from model.bounds import read_text
from model.damaged_files import told_as
from model.errors import CorruptError, ModelFileError, VersionError
from model.runs.locks import is_held
from model.runs.record_checks import MOST_BYTES, check_notes, check_plain, check_record
from model.runs.run_record import INTERRUPTED, RUNNING, RunNotes, RunRecord
from model.runs.storage import SUFFIX

__all__ = ["RunStore"]

FORMAT = 2
"""Format of the record and of the notes; notes of the first version do not name it. Format 2 renamed the figures
of an epoch that are about the validation part."""
RECORD, NOTES, LOCK = "run.json", "notes.json", "running.lock"
MODEL, CHECKPOINT, BEGUN = f"model{SUFFIX}", f"checkpoint{SUFFIX}", f"begun{SUFFIX}"
EPOCHS = "epochs"
DELETED = ".deleted"
BIN_SECONDS = 7 * 24 * 3600
"""A deleted run is kept at least this long, for a running program that may restore it."""
CLAIM_SECONDS = 0.2
"""A check whether a run is in progress holds its lock for a moment: a run that begins waits this long."""
RECORDED = {field_.name for field_ in fields(RunRecord)} - {"id", "notes"}
NOTED = {field_.name for field_ in fields(RunNotes)} - {"problem"}
"""The entries of the two files, besides their format."""


class RunStore:
    """A folder of runs: for each a folder with its record, its notes, its epochs, and its network or checkpoint.

    Any number of programs may read and write one store at the same time: a record is written by the one that runs
    it, and whole or not at all. A run that lies elsewhere, as those of a sweep do, goes by the whole path of its
    folder.

    Parameters
    ----------
    folder : path
        Made when the first run begins.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def folder_of(self, run: str) -> Path:
        """Return the folder of a run."""
        return self.folder / run

    def record_file(self, run: str) -> Path:
        """Return where the record of a run lies."""
        return self.folder / run / RECORD

    def model_file(self, run: str) -> Path:
        """Return where the network of a finished run lies."""
        return self.folder / run / MODEL

    def checkpoint_file(self, run: str) -> Path:
        """Return where the checkpoint of a run lies that can be continued."""
        return self.folder / run / CHECKPOINT

    def begun_file(self, run: str) -> Path:
        """Return where the network lies that a run began with, where it was kept."""
        return self.folder / run / BEGUN

    def epochs_folder(self, run: str) -> Path:
        """Return where `model.runs.epoch_weights.EpochWeights` keeps the networks of its epochs."""
        return self.folder / run / EPOCHS

    def runs_with_epochs(self) -> list[str]:
        """List the names of all runs in this folder that have kept epochs, the oldest first."""
        found = {folder.parent.name for folder in self.folder.glob(f"*/{EPOCHS}")} - {DELETED}
        return sorted(found)

    def new_id(self, arch: str) -> str:
        """Make a name for the folder of a run that begins now."""
        now = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S-%f")
        return f"{now}-{arch}-{secrets.token_hex(2)}"

    @contextlib.contextmanager
    def claimed(self, run: str) -> Iterator[None]:
        """Mark the run as in progress during the ``with`` block; the system removes the mark if we are killed.

        Raises
        ------
        ModelFileError
            If the folder cannot be written, or the run is already running.
        """
        import filelock  # noqa: PLC0415  a window that starts locks nothing

        lock = filelock.FileLock(self.folder_of(run) / LOCK)
        try:
            self.folder_of(run).mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=CLAIM_SECONDS, poll_interval=CLAIM_SECONDS / 10)
        except filelock.Timeout as error:
            raise ModelFileError(f"the run {run} is already running, here or in another program") from error
        except OSError as error:
            raise ModelFileError(f"{self.folder} cannot be written: {error.strerror or error}") from error
        try:
            yield
        finally:
            lock.release()
            with contextlib.suppress(OSError):
                (self.folder_of(run) / LOCK).unlink()

    def write(self, record: RunRecord) -> None:
        """Write the record of a run, without its notes.

        Raises
        ------
        ModelFileError
            If it cannot be written, or a newer program has written it.
        """
        self._write(record.id, RECORD, {name: getattr(record, name) for name in RECORDED})

    def write_notes(self, run: str, notes: RunNotes) -> None:
        """Write the user's notes on a run.

        Raises
        ------
        ModelFileError
            If they cannot be written, or the existing ones cannot be read, such as those of a newer program.
        """
        if notes.problem:
            raise ModelFileError(notes.problem)
        self._write(run, NOTES, {name: getattr(notes, name) for name in NOTED})

    def records(self) -> tuple[list[RunRecord], list[str]]:
        """Read all runs.

        Returns
        -------
        records : list of RunRecord
            The oldest first.
        problems : list of str
            One sentence for each that cannot be read; its folder stays as it is.
        """
        records, problems = [], []
        for run in self.runs():
            try:
                records.append(self.read(run))
            except ModelFileError as error:
                if self.record_file(run).exists():  # not deleted by another program meanwhile
                    problems.append(str(error))
        return records, [*problems, *(record.notes.problem for record in records if record.notes.problem)]

    def runs(self) -> list[str]:
        """List the names of all runs that have a record, the oldest first."""
        return sorted(file.parent.name for file in self.folder.glob(f"*/{RECORD}") if file.parent.name != DELETED)

    def read(self, run: str) -> RunRecord:
        """Read one run.

        Raises
        ------
        CorruptError
            If its record is damaged, or there is none.
        VersionError
            If a newer program wrote it.
        ModelFileError
            If it cannot be read now.
        """
        record = self._read(run)
        if record.state == RUNNING and not self.is_going_on(run):
            record = self._read(run)  # it may have ended in between
            if record.state == RUNNING:
                record = replace(record, state=INTERRUPTED)
        return record

    def is_going_on(self, run: str) -> bool:
        """Whether a program, this or another, has claimed the run and still lives."""
        return is_held(self.folder_of(run) / LOCK)

    def continuable(self, passed_over: Collection[str] = ()) -> str:
        """Return the newest run with a checkpoint that is not in progress, except some; empty if there is none."""
        names = {file.parent.name for file in self.folder.glob(f"*/{CHECKPOINT}")} - set(passed_over)
        return next((name for name in sorted(names, reverse=True) if not self.is_going_on(name)), "")

    def adopt_checkpoint(self, file: Path) -> None:
        """Move a checkpoint from elsewhere into a new run, which gets a record when it is continued.

        Raises
        ------
        ModelFileError
            If it cannot be moved.
        """
        self._move(file, self.checkpoint_file(self.new_id("earlier")))

    def set_checkpoint_aside(self, run: str) -> Path:
        """Rename a checkpoint that cannot be understood, so that it is kept; return its new path.

        Raises
        ------
        ModelFileError
            If it cannot be renamed; it then stays where it was.
        """
        return self._set_aside(self.checkpoint_file(run))

    def delete(self, run: str) -> None:
        """Put a run aside, where `restore` finds it until `empty_bin`.

        Raises
        ------
        ModelFileError
            If it is in progress, or cannot be moved.
        """
        if self.is_going_on(run):
            raise ModelFileError(f"the run {run} is running: stop it before deleting it")
        bin_ = self._bin_of(run)
        self._move(self.folder_of(run), bin_)
        with contextlib.suppress(OSError):
            os.utime(bin_)  # which records when it was deleted

    def restore(self, run: str) -> None:
        """Restore a deleted run.

        Raises
        ------
        ModelFileError
            If it is gone.
        """
        self._move(self._bin_of(run), self.folder_of(run))

    def empty_bin(self, runs: Collection[str]) -> None:
        """Delete these put-aside runs permanently, and those that interrupted programs have left there.

        Any others belong to programs that may still restore them.
        """
        for folder in (self.folder / DELETED).glob("*"):
            with contextlib.suppress(OSError):
                if folder.name in runs or time.time() - folder.stat().st_mtime > BIN_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # it is not empty, or was never made
            (self.folder / DELETED).rmdir()

    def _bin_of(self, run: str) -> Path:
        folder = self.folder_of(run)
        return folder.parent / DELETED / folder.name

    def _read(self, run: str) -> RunRecord:
        """Read a run as it was written, whether or not it is still in progress."""
        file = self.record_file(run)
        entry = self._load(run, file)
        if not entry:
            raise CorruptError(f"the run {run} cannot be read: there is no {file}, or it is empty")
        with told_as(CorruptError, f"the run {run} cannot be read: {file} is damaged ({{error}})"):
            known = {name: entry[name] for name in RECORDED & entry.keys()}
            record = RunRecord(id=run, **known, notes=self.notes(run))
            check_record(record)
            _ = record.name, record.history, record.validation
        return record

    def notes(self, run: str) -> RunNotes:
        """Read the user's notes on a run, which may have no record yet."""
        try:
            entry = self._load(run, self.folder / run / NOTES)
            notes = RunNotes(**{name: entry[name] for name in NOTED & entry.keys()})
            check_notes(notes)
            return notes
        except CorruptError:  # damaged notes must not hide the run
            return RunNotes()
        except ModelFileError as error:
            return RunNotes(problem=str(error))

    def _load(self, run: str, file: Path) -> dict[str, Any]:
        """Read a file of a run; empty if there is none."""
        try:
            with told_as(CorruptError, f"the run {run} cannot be read: {file} is damaged ({{error}})"):
                entry: dict[str, Any] = json.loads(read_text(file, MOST_BYTES))
                check_plain(entry)
                version = int(entry.get("format", 1))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise ModelFileError(f"the run {run} cannot be read: {file}: {error.strerror or error}") from error
        if version > FORMAT:
            raise VersionError(
                f"the run {run} cannot be read: {file.name} has format {version}, this program reads up to"
                f" {FORMAT}: update the program"
            )
        return entry

    def _write(self, run: str, name: str, content: dict[str, Any]) -> None:
        """Write a file, keeping entries of a later version; a damaged one is set aside."""
        file = self.folder_of(run) / name
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            before = self._load(run, file)
        except CorruptError:
            before = {}
            self._set_aside(file)
        except OSError as error:
            raise ModelFileError(f"{self.folder} cannot be written: {error.strerror or error}") from error
        entry = before | {"format": FORMAT} | content
        write_atomically(file, json.dumps(entry).encode(), durable=False, private=name == NOTES)

    def _set_aside(self, file: Path) -> Path:
        try:
            return set_aside(file)
        except OSError as error:
            raise ModelFileError(f"{file} cannot be renamed: {error.strerror or error}") from error

    def _move(self, source: Path, target: Path) -> None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)
        except OSError as error:
            raise ModelFileError(f"the run {source.name} cannot be moved: {error.strerror or error}") from error
