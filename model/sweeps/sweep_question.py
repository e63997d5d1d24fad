"""The plan of a sweep in ``sweep.json`` in its folder."""

import json
from pathlib import Path
from typing import Any

from model.bounds import read_text
from model.damaged_files import told_as
from model.errors import ModelFileError, VersionError
from model.runs.record_checks import MOST_BYTES, check_plain
from model.sweeps.shared_files import SharedFiles
from model.sweeps.sweep_plan import Candidate, SweepPlan, complete

__all__ = ["FORMAT", "QUESTION", "can_go_on", "compare", "load_question", "read_question"]

FORMAT = 2
"""Format 1 compared runs by the present test part, and measured the folds after every epoch."""
QUESTION = "sweep.json"
"""The file that makes a folder a sweep."""


def read_question(folder: Path) -> tuple[SweepPlan, dict[str, Any]]:
    """Read the plan of the sweep in a folder.

    Returns
    -------
    plan : SweepPlan
    data : dict
        Name, source and fingerprint (``sha256``) of the data.

    Raises
    ------
    ModelFileError
        If there is no sweep in the folder, or it cannot be read.
    """
    found = load_question(folder)
    with told_as(
        ModelFileError, f"the sweep {folder.name} cannot be read: {folder / QUESTION} is damaged ({{error}})"
    ):
        candidates = tuple(Candidate(entry["asked"], complete(entry["settings"])) for entry in found["candidates"])
        shared = SharedFiles.from_dict(found.get("shared", {}))
        plan = SweepPlan(candidates, found["folds"], found["halving"], shared)
        _ = plan.total, plan.tasks(0, range(len(candidates)))
    return plan, found["data"]


def can_go_on(folder: Path) -> bool:
    """Tell whether this version can carry out the rest of the sweep in a folder; raise as `read_question`."""
    return int(load_question(folder)["format"]) == FORMAT


def load_question(folder: Path) -> dict[str, Any]:
    """Read the same in plain values; raise `ModelFileError` as `read_question` does."""
    file = folder / QUESTION
    if not file.is_file():
        raise ModelFileError(f"{folder}: expected the folder of a sweep (it holds {QUESTION}), found none there")
    try:
        with told_as(ModelFileError, f"the sweep {folder.name} cannot be read: {file} is damaged ({{error}})"):
            found: dict[str, Any] = json.loads(read_text(file, MOST_BYTES))
            check_plain(found)
            version = int(found["format"])
            if not all(isinstance(found["data"][name], str) for name in ("sha256", "name")):
                raise TypeError("its data")
    except OSError as error:
        raise ModelFileError(
            f"the sweep {folder.name} cannot be read: {file}: {error.strerror or error}"
        ) from error
    if version > FORMAT:
        raise VersionError(
            f"the sweep {folder.name} has format {version}, this program reads up to {FORMAT}: update the program"
        )
    return found


def _fingerprints(question: dict[str, Any], folder: Path) -> dict[str, str]:
    """Return those of the files that the runs share."""
    damage = f"the sweep {folder.name} cannot be read: {folder / QUESTION} is damaged ({{error}})"
    with told_as(ModelFileError, damage):
        return {name: file["sha256"] for name, file in question.get("shared", {}).items()}


def compare(found: dict[str, Any], asked: dict[str, Any], folder: Path) -> None:
    """Check that a folder holds the sweep that is asked for; its data may now be elsewhere."""
    if found["format"] < FORMAT:
        raise ModelFileError(
            f"{folder} holds a sweep of an earlier version, which compared its runs by other pictures: you can"
            " view it, but not continue it; choose a new folder"
        )
    other = ""
    if found["data"]["sha256"] != asked["data"]["sha256"]:
        other = f"other data, {found['data']['name']} as it was then"
    elif any(found.get(name) != asked[name] for name in asked.keys() - {"data", "shared"}):
        other = "other settings"
    elif _fingerprints(found, folder) != _fingerprints(asked, folder):
        other = "other files to learn from or to begin with"
    if other:
        raise ModelFileError(
            f"{folder} holds a sweep of {other}: choose another folder, or start the same sweep again"
        )
