"""Memory that goes back to the system."""

import platform
import subprocess
import sys

import pytest
from helpers.memory import IS_TOLD

from digitgui.installation import memory

SCRIPT = """
import sys
import numpy as np
from digitgui.installation.memory import give_memory_back
from helpers.memory import megabytes

if sys.argv[1] == "early":
    give_memory_back()
del_soon = np.ones(30_000_000, np.uint8)  # when it is freed, glibc raises the size that is given back by itself
del del_soon
large, small = [], []
for _ in range(40):
    large.append(np.ones(4_000_000, np.uint8))
    small.append(np.ones(60_000, np.uint8))
del large
print(megabytes("VmRSS"))
"""


@pytest.mark.skipif(not IS_TOLD or platform.libc_ver()[0] != "glibc", reason="is about glibc")
def test_large_arrays_that_are_freed_go_back_to_the_system_whatever_small_ones_are_left() -> None:
    held = {}
    for when in ("never", "early"):
        begin = [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}\n{SCRIPT}", when]
        held[when] = float(subprocess.run(begin, capture_output=True, check=True).stdout)
    assert held["early"] < held["never"] - 100, "160 MB were freed"


def test_other_systems_keep_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(memory.ctypes, "CDLL", None)
    memory.give_memory_back()
