"""What is left for later is made ready even if some of it fails, and the failure is told."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from digitgui.frame import getting_ready
from digitgui.frame.main_window import MainWindow
from digitgui.frame.page_list import PAGES
from digitgui.pages.inspect.inspect_page import InspectPage
from digitgui.widgets.later import Later


def test_what_fails_is_told_and_stops_nothing_else(
    make_window: Callable[[], MainWindow], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_parts: object) -> None:
        raise ValueError("the inspection is broken")

    window, told = make_window(), []
    window.session.failed.connect(told.append)
    monkeypatch.setattr(getting_ready, "LIBRARIES", ("no_such_library", *getting_ready.LIBRARIES))
    with monkeypatch.context() as broken, qtbot.capture_exceptions() as surprises:
        broken.setattr(InspectPage, "__init__", fail)
        ready = window.get_ready()
        qtbot.waitUntil(lambda: ready.is_done, timeout=30_000)
    assert [str(error) for _, error, _ in surprises] == ["the inspection is broken"]
    assert len(told) == 1
    assert "What the other pages need cannot be loaded" in told[0]
    assert "no_such_library" in told[0]
    stack = ready.parent()
    assert [entry.name for entry in PAGES if not stack.is_built(entry.name)] == ["inspect"]
    assert all(later.is_built for later in stack.findChildren(Later))

    window.show_page("inspect")  # which is tried again when it is wanted
    assert window.inspect_page.isVisible()
