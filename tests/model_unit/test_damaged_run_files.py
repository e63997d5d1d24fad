"""Damaged records of runs and plans of sweeps: read, or refused in a sentence, never anything else."""

from pathlib import Path

import pytest
from helpers.damage import WITHIN, Change, changed
from helpers.fuzzing import bounded, changes, read_or_refused
from helpers.memory import IS_TOLD, forget_peak, megabytes
from helpers.readable_records import READABLE_RECORDS
from hypothesis import given
from hypothesis import strategies as st

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
