"""Damaged records of runs and plans of sweeps: read, or refused in a sentence, never anything else."""

import json
from pathlib import Path

import pytest
from helpers.damage import WITHIN, Change, changed, put
from helpers.errors import error_of
from helpers.fuzzing import bounded, changes, read_or_refused
from helpers.memory import IS_TOLD, forget_peak, megabytes
from helpers.readable_records import READABLE_RECORDS
from hypothesis import given
from hypothesis import strategies as st

from model.errors import CorruptError
from model.runs.record_checks import MOST_BYTES


@pytest.mark.parametrize("name", READABLE_RECORDS)
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, name: str) -> None:
    kind = READABLE_RECORDS[name]
    file = tmp_path / kind.name
    for content in kind.contents():
        file.write_bytes(content)
        kind.read(file)

    @bounded
    @given(st.integers(0, 99), st.booleans(), changes)
    def check(which: int, inside: bool, damage: list[Change]) -> None:
        contents = kind.contents()
        change = WITHIN[kind.within] if inside else changed
        file.write_bytes(change(contents[which % len(contents)], damage))
        read_or_refused(kind, file)

    check()


@pytest.mark.skipif(not IS_TOLD, reason="tells how much memory a process has")
@pytest.mark.parametrize("name", READABLE_RECORDS)
def test_of_a_file_larger_than_any_record_no_more_is_read(tmp_path: Path, name: str) -> None:
    """What JSON makes of small lists takes twenty times as much memory as their text."""
    file = tmp_path / READABLE_RECORDS[name].name
    file.write_bytes(b'{"a": [' + b"[]," * (MOST_BYTES // 3) + b"[]]}")
    forget_peak()
    before = megabytes("VmHWM")
    read_or_refused(READABLE_RECORDS[name], file)
    assert megabytes("VmHWM") - before < 2 * MOST_BYTES / 1e6


@pytest.mark.parametrize(
    ("way", "odd"),
    [
        (("description", "data", "split"), "text"),
        (("description", "data", "split", "seed"), "0"),
        (("description", "data", "split", "stratified"), 0.5),
        (("description", "data", "split", "own_parts"), None),
        (("description", "data", "read"), [1]),
        (("description", "data", "read"), {"ink": 3}),
        (("extra", "initializer"), {}),
        (("extra", "strokes"), 3),
    ],
)
def test_what_a_command_repeats_is_checked_when_a_record_is_read(
    tmp_path: Path, way: tuple[str, ...], odd: object
) -> None:
    kind = READABLE_RECORDS["run"]
    whole = json.loads(kind.contents()[0])
    (tmp_path / kind.name).write_text(json.dumps(put(whole, way, odd)))
    assert "is damaged" in error_of(CorruptError, lambda: kind.read(tmp_path / kind.name))


def test_how_a_later_version_splits_is_passed_over(tmp_path: Path) -> None:
    kind = READABLE_RECORDS["run"]
    whole = json.loads(kind.contents()[0])
    (tmp_path / kind.name).write_text(json.dumps(put(whole, ("description", "data", "split", "later"), 3)))
    kind.read(tmp_path / kind.name)
