"""Files that would fill the memory, or take for ever, are refused in a sentence; large pictures are read."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TypeAlias

import pytest
from helpers.bombs import BOMBS, LARGE_BUT_FINE
from helpers.memory import IS_TOLD

Outcome: TypeAlias = tuple[str, str, float, float]
TESTS = Path(__file__).parents[1]
MOST_SECONDS, MOST_MB = 4.0, 500.0

pytestmark = pytest.mark.skipif(not IS_TOLD, reason="only Linux tells how much memory a process has had")


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    """Read all of them in one other process: what came of each, in which seconds, and by how many MB it grew."""
    command = [sys.executable, "-m", "helpers.read_bombs"]
    places = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    told = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=300, env=os.environ | {"PYTHONPATH": places}
    ).stdout
    rows = [json.loads(line) for line in told.splitlines()]
    return {name: (kind, message, seconds, grown) for name, kind, message, seconds, grown in rows}


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_made_to_fill_the_memory_is_refused_at_once(outcomes: dict[str, Outcome], name: str) -> None:
    kind, message, seconds, grown = outcomes[name]
    assert kind in ("DataFormatError", "ConfigError")
    assert len(message.splitlines()) == 1
    assert seconds < MOST_SECONDS
    assert grown < MOST_MB


@pytest.mark.parametrize("name", LARGE_BUT_FINE)
def test_a_large_picture_takes_no_more_than_it_needs(outcomes: dict[str, Outcome], name: str) -> None:
    kind, message, seconds, grown = outcomes[name]
    assert (kind, message) == ("read", "")
    assert seconds < 2 * MOST_SECONDS
    assert grown < MOST_MB
