"""Damage as hypothesis draws it, and what may come of it."""

from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from helpers.damage import KINDS, SNIPPETS, Change
from helpers.readable import Readable
from model.errors import ModelError

__all__ = ["bounded", "changes", "read_or_refused"]

shares = st.floats(0, 1)
contents = st.sampled_from(SNIPPETS) | st.binary(min_size=1, max_size=8)
changes = st.lists(st.builds(Change, st.sampled_from(KINDS), shares, shares, contents), min_size=1, max_size=4)
bounded = settings(max_examples=40, deadline=None, derandomize=True, database=None)


def read_or_refused(kind: Readable, file: Path) -> None:
    """Assert that reading a file raises nothing but errors of this program, or of the system, in a sentence."""
    try:
        kind.read(file)
    except ModelError as error:
        message = str(error)
    except OSError as error:
        message = error.strerror or ""
    else:
        return
    assert message
    assert len(message.splitlines()) == 1
