"""Damaged files of every kind: read, or refused in a sentence, never anything else."""

from pathlib import Path

import pytest
from helpers.damage import WITHIN, Change, changed
from helpers.fuzzing import bounded, changes, read_or_refused
from helpers.readable import READABLE, Readable
from helpers.readable_networks import READABLE_NETWORKS
from helpers.readable_sheets import READABLE_SHEETS
from hypothesis import given
from hypothesis import strategies as st

ALL = READABLE | READABLE_NETWORKS | READABLE_SHEETS


def place(kind: Readable, folder: Path) -> Path:
    for name, content in kind.beside.items():
        (folder / name).write_bytes(content)
    return folder / kind.name


@pytest.mark.parametrize("name", ALL)
def test_a_whole_file_is_read(tmp_path: Path, name: str) -> None:
    kind = ALL[name]
    file = place(kind, tmp_path)
    for content in kind.contents():
        file.write_bytes(content)
        kind.read(file)


@pytest.mark.filterwarnings("ignore")  # what libraries warn of is no harm
@pytest.mark.parametrize("name", ALL)
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, name: str) -> None:
    kind = ALL[name]
    file = place(kind, tmp_path)

    @bounded
    @given(st.integers(0, 99), st.booleans(), changes)
    def check(which: int, inside: bool, damage: list[Change]) -> None:
        contents = kind.contents()
        change = WITHIN[kind.within] if kind.within and inside else changed
        file.write_bytes(change(contents[which % len(contents)], damage))
        read_or_refused(kind, file)

    check()


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("called", ["n" * 300, "caf\udce9-\udcff", "n/" * 3000], ids=["long", "no UTF-8", "deep"])
def test_a_file_that_cannot_be_there_is_told_of(tmp_path: Path, name: str, called: str) -> None:
    read_or_refused(ALL[name], tmp_path / called)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("called", ["caf\udce9-\udcff", "n" * 230], ids=["no UTF-8", "long"])
def test_a_file_with_an_odd_name_is_read(tmp_path: Path, name: str, called: str) -> None:
    kind = ALL[name]
    place(kind, tmp_path)
    file = tmp_path / (kind.name if kind.beside else called + "".join(Path(kind.name).suffixes))
    file.write_bytes(kind.contents()[0])
    kind.read(file)
