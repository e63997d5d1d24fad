"""What was open before, to be opened again: files, and networks that were never saved."""

import os
from collections.abc import Callable, Iterator
from functools import partial

from digitgui.documents.model_document import unsaved_title
from digitgui.frame.window_parts import WindowParts

__all__ = ["recent_files", "unsaved_networks"]

Entries = Iterator[tuple[str, Callable[[], object]]]


def recent_files(window: WindowParts, kind: str, open_: Callable[[str], object]) -> Entries:
    """Give the path of each file that is still there, and what opens it."""
    for path in filter(os.path.exists, window.settings.recent(kind)):
        yield path, partial(open_, path)


def unsaved_networks(window: WindowParts) -> Entries:
    """Give the title of each network, and what opens it."""
    for path in window.session.model.unsaved():
        yield unsaved_title(path), partial(window.session.open_model, str(path))
