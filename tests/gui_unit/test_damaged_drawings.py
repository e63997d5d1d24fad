"""Damaged files of what the window reads: drawings, and the user's own digits."""

from pathlib import Path

import pytest
from helpers.damage import WITHIN, Change, changed
from helpers.fuzzing import bounded, changes, read_or_refused
from helpers.readable_in_window import READABLE_IN_WINDOW
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("name", READABLE_IN_WINDOW)
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, name: str) -> None:
    kind = READABLE_IN_WINDOW[name]
    [whole] = kind.contents()
    file = tmp_path / kind.name
    file.write_bytes(whole)
    kind.read(file)

    @bounded
    @given(st.booleans(), changes)
    def check(inside: bool, damage: list[Change]) -> None:
        change = WITHIN[kind.within] if kind.within and inside else changed
        file.write_bytes(change(whole, damage))
        read_or_refused(kind, file)

    check()
