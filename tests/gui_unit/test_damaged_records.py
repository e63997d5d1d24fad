"""Records of runs that hold something else than this program writes: refused, or shown."""

import json
import random
from typing import Any

import pytest
from helpers.stored_runs import store_runs
from PySide6.QtWidgets import QApplication

from digitgui.pages.runs.runs_page import RunsPage
from digitgui.runs.run_columns import COLUMNS
from digitgui.settings import Settings
from model.errors import ModelFileError
from model.runs.run_store import RunStore

PLACES = 20
ODD = (None, True, "text", [], {}, [["a"]], -1, 10**30, 1e300, "1e999", {"name": 3})
"""What stands in place of something in a damaged record; 1e999 stands there without its quotes."""
SCORE = {"count": 9, "accuracy": 0.5, "loss": 1.0}


def places_in(entry: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = entry.items() if isinstance(entry, dict) else enumerate(entry) if isinstance(entry, list) else ()
    return [way] * bool(way) + [place for key, value in inside for place in places_in(value, (*way, key))]


def changed(entry: Any, way: tuple[Any, ...], value: Any) -> Any:
    if not way:
        return value
    copied = list(entry) if isinstance(entry, list) else dict(entry)
    copied[way[0]] = changed(copied[way[0]], way[1:], value)
    return copied


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_whatever_stands_in_a_record_it_is_refused_or_shown(
    runs_page: RunsPage, settings: Settings, odd: Any
) -> None:
    document = runs_page._document
    others = document.records
    [damaged, *_] = store_runs(settings.folder, sweep="mine", extra={"fold": 1, "rung": 0, "score": SCORE})
    store = RunStore(settings.folder / "runs")
    whole = json.loads(store.record_file(damaged.id).read_text())
    refused = 0
    for place in random.Random(str(odd)).sample(places_in(whole), PLACES):
        text = json.dumps(changed(whole, place, odd)).replace('"1e999"', "1e999")
        store.record_file(damaged.id).write_text(text)
        try:
            document._take(([*others, store.read(damaged.id)], []))
        except ModelFileError:
            refused += 1
            continue
        runs_page.select([record.id for record in document.records])
        for tab in range(runs_page._side.count()):
            runs_page.show_tab(tab)
            QApplication.processEvents()
            runs_page.grab()
        runs_page.select([damaged.id])
        for number, _ in enumerate(COLUMNS):
            runs_page.list.table.sort(number)
        runs_page.grab()
    assert refused > 0
