"""Drawings as files: our own, those of other programs, and damaged ones."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from helpers.properties import few
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QPointF
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from digitgui.asking import file_dialogs
from digitgui.asking.drawing_files import open_drawing, save_drawing
from digitgui.drawings.drawing import Drawing
from digitgui.drawings.ink_files import MOST_POINTS, NAMESPACE, load_ink, save_ink
from digitgui.drawings.raster import FARTHEST
from digitgui.drawings.strokes import Stroke
from digitgui.drawings.thinning import thinned
from digitgui.frame.main_window import MainWindow
from digitgui.settings import Settings
from model.errors import DataFormatError, ModelFileError

INK = '<ink xmlns="http://www.w3.org/2003/InkML">{}</ink>'
CROHME = INK.format(
    """<traceFormat><channel name="X" type="decimal"/><channel name="Y" type="decimal"/></traceFormat>
    <annotation type="truth">7</annotation>
    <trace id="0">10 10, 210 10, 110 410</trace>
    <trace id="1">60 200, 180 200</trace>"""
)
WITH_FORCE = INK.format(
    """<definitions>
      <context xml:id="ctx0"><inkSource xml:id="source"><traceFormat>
        <channel name="X" type="integer" max="32767" units="himetric"/><channel name="Y" type="integer"/>
        <channel name="F" type="integer" min="0" max="1024"/><channel name="T" type="integer" units="s"/>
      </traceFormat></inkSource></context>
      <brush xml:id="br0"><brushProperty name="width" value="53" units="himetric"/></brush>
    </definitions>
    <traceGroup contextRef="#ctx0"><trace brushRef="#br0">-5000 0 512 3, 5000 0 1024 4</trace></traceGroup>"""
)


def strokes_of(count: int = 3) -> list[Stroke]:
    strokes = []
    for number in range(count):
        stroke = Stroke(0.05 + 0.01 * number, number == 1, began=1000.0 * number)
        for step in range(10):
            stroke.add(QPointF(0.04 * step - 0.2, 0.1 * number), 0.5 + 0.05 * step, 16.0 * step)
        strokes.append(stroke)
    return strokes


def read(path: Path, text: str) -> list[Stroke]:
    path.write_text(text, encoding="utf-8")
    return load_ink(path, pen_width=0.08)


def assert_equal(found: list[Stroke], expected: list[Stroke]) -> None:
    assert len(found) == len(expected)
    for stroke, other in zip(found, expected, strict=True):
        assert (stroke.width, stroke.erases) == (pytest.approx(other.width), other.erases)
        assert stroke.began - found[0].began == pytest.approx(other.began - expected[0].began)
        assert stroke.pressures == pytest.approx(other.pressures, abs=1e-3)
        assert stroke.times == pytest.approx(other.times, abs=0.1)
        places = [(point.x(), point.y()) for point in stroke.points]
        assert np.allclose(places, [(point.x(), point.y()) for point in other.points], atol=1e-5)


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    save_ink(strokes_of(), tmp_path / "a.inkml")
    assert_equal(load_ink(tmp_path / "a.inkml", pen_width=0.2), strokes_of())
    assert [file.name for file in tmp_path.iterdir()] == ["a.inkml"]


@few
@given(
    st.lists(
        st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2), st.floats(0.05, 1)), min_size=1, max_size=30),
        min_size=1,
        max_size=4,
    )
)
def test_any_strokes_come_back(tmp_path_factory: pytest.TempPathFactory, rows: list) -> None:
    strokes = []
    for number, points in enumerate(rows):
        stroke = Stroke(0.08, False, began=100.0 * number)
        for index, (x, y, pressure) in enumerate(points):
            stroke.add(QPointF(x, y), pressure, float(index))
        strokes.append(stroke)
    path = tmp_path_factory.mktemp("ink") / "a.inkml"
    save_ink(strokes, path)
    found = load_ink(path, pen_width=0.08)
    assert [len(stroke.points) for stroke in found] == pytest.approx([len(s.points) for s in strokes], abs=1)


def spiral(turns: int, count: int, width: float = 0.02) -> Stroke:
    stroke = Stroke(width, False)
    for step, share in enumerate(np.linspace(0, 1, count)):
        angle = 2 * np.pi * turns * share
        place = QPointF(0.45 * share * np.cos(angle), 0.45 * share * np.sin(angle))
        stroke.add(place, 0.6 + 0.4 * np.sin(8 * angle), float(step))
    return stroke


def inked(strokes: list[Stroke]) -> np.ndarray:
    drawing = Drawing()
    drawing.replace(strokes)
    return drawing.to_gray().astype(float)


def test_a_drawing_of_too_many_points_opens_again_and_looks_the_same(tmp_path: Path) -> None:
    strokes = [spiral(12, 9_000), spiral(7, 5_000)]
    count = sum(len(stroke.points) for stroke in strokes)
    assert count > 1.4 * MOST_POINTS
    save_ink(strokes, tmp_path / "a.inkml")
    found = load_ink(tmp_path / "a.inkml", pen_width=0.2)
    assert sum(len(stroke.points) for stroke in found) <= MOST_POINTS
    assert sum(len(stroke.points) for stroke in strokes) == count  # what is on the canvas stays whole
    assert [stroke.times[-1] for stroke in found] == pytest.approx([s.times[-1] for s in strokes], abs=0.1)
    assert np.abs(inked(found) - inked(strokes)).mean() < 1.5  # pieces of the curve end elsewhere
    too_few = [
        Stroke(s.width, s.erases, s.points[::40], s.pressures[::40], s.times[::40], s.began) for s in strokes
    ]
    assert np.abs(inked(too_few) - inked(strokes)).mean() > 10  # that would be seen


@few
@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(8, 60), st.integers(0, 2**32 - 1))
def test_thinning_keeps_every_stroke_and_its_start(counts: list[int], most: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    strokes = []
    for count in counts:
        stroke = Stroke(0.08, False)
        for index, (x, y) in enumerate(rng.uniform(-0.5, 0.5, (count, 2))):
            stroke.add(QPointF(x, y), 1.0, float(index))
        strokes.append(stroke)
    found = thinned(strokes, most)
    assert sum(len(stroke.points) for stroke in found) == min(most, sum(len(stroke.points) for stroke in strokes))
    for stroke, whole in zip(found, strokes, strict=True):
        assert stroke.points[0] == whole.points[0]
        assert set(stroke.times) <= set(whole.times)
        assert len(stroke.points) == len(stroke.pressures) == len(stroke.times)


def test_more_strokes_than_can_be_read_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="5,001"):
        save_ink([spiral(1, 2)] * (MOST_POINTS + 1), tmp_path / "a.inkml")
    assert not list(tmp_path.iterdir())


def test_a_stroke_far_out_of_sight_is_saved_and_opened(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.begin_stroke(QPointF(0, 0), width=0.08)
    for x, y in ((-9, 0.6), (-29, 0.9), (0.9, 31)):
        drawing.extend_stroke(QPointF(x, y))
    drawing.end_stroke()
    assert max(map(abs, drawing.strokes[0].bounds)) == FARTHEST
    save_ink(drawing.strokes, tmp_path / "a.inkml")
    assert len(load_ink(tmp_path / "a.inkml", pen_width=0.08)[0].points) == 4


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.inkml.part").mkdir()  # no name beside the file is special
    save_ink(strokes_of(), tmp_path / "a.inkml")
    with pytest.raises(ModelFileError, match="cannot be written"):
        save_ink(strokes_of(), tmp_path / "no" / "a.inkml")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.inkml", "a.inkml.part"]


def test_the_file_is_inkml(tmp_path: Path) -> None:
    save_ink(strokes_of(), tmp_path / "a.inkml")
    names = {"": "http://www.w3.org/2003/InkML"}
    ink = ET.parse(tmp_path / "a.inkml").getroot()
    channels = [channel.get("name") for channel in ink.findall("definitions/traceFormat/channel", names)]
    assert channels == ["X", "Y", "F", "T"]
    assert len(ink.findall("trace", names)) == 3
    assert len(ink.findall("definitions/brush", names)) == 3
    first = ink.find("trace", names).text.split(",")
    assert len(first) == 10
    assert first[0].split() == ["-0.20000", "0.00000", "0.500", "0.0"]


def test_the_ink_of_others_is_fitted_into_the_canvas(tmp_path: Path) -> None:
    first, second = read(tmp_path / "a.inkml", CROHME)
    xs, ys = zip(*((p.x(), p.y()) for stroke in (first, second) for p in stroke.points), strict=True)
    assert (min(ys), max(ys)) == pytest.approx((-0.4, 0.4))
    assert (min(xs), max(xs)) == pytest.approx((-0.2, 0.2))
    assert first.points[2].y() > first.points[0].y()  # y downwards
    assert first.width == 0.08
    assert second.began > first.began + first.times[-1]


def test_channels_contexts_and_units_of_others_are_understood(tmp_path: Path) -> None:
    (stroke,) = read(tmp_path / "a.inkml", WITH_FORCE)
    assert stroke.pressures == pytest.approx([0.5, 1.0])
    assert stroke.times == pytest.approx([0, 1000])
    assert (stroke.points[0].x(), stroke.points[1].x()) == pytest.approx((-0.4, 0.4))
    assert stroke.width == 0.08  # theirs is in units that say nothing about the canvas


def test_one_point_is_a_dot_in_the_middle(tmp_path: Path) -> None:
    (stroke,) = read(tmp_path / "a.inkml", INK.format("<trace>17 4</trace><trace>  </trace><trace/>"))
    assert [(point.x(), point.y()) for point in stroke.points] == [(0, 0)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not XML"),
        ("this is a letter", "not XML"),
        (CROHME[: len(CROHME) // 2], "cut off"),
        ("<svg/>", "found <svg>"),
        (INK.format(""), "found 0"),
        (INK.format("<trace></trace>"), "found 0"),
        (INK.format("<trace>1 2, 3</trace>"), "points of 2 numbers, found “3”"),
        (INK.format("<trace>1 2, 3 x</trace>"), "found “3 x”"),
        (INK.format("<trace>1 2, nan 4</trace>"), "found “nan 4”"),
        (INK.format("<trace>1 2, 4 inf</trace>"), "found “4 inf”"),
        (INK.format("<trace>1 2, 4 1e300</trace>"), "coordinates up to"),
        (INK.format("<trace>1125 18432,'23'43,\"7\"-8</trace>"), "differences"),
        (INK.format("<trace>!1 2, * 3</trace>"), "differences"),
        (INK.format('<traceFormat><channel name="X"/></traceFormat><trace>1, 2</trace>'), "channels X and Y"),
        ('<!DOCTYPE ink [<!ENTITY a "1 2, 3 4">]>' + INK.format("<trace>&a;</trace>"), "DOCTYPE"),
        ('<!DOCTYPE ink SYSTEM "file:///etc/passwd">' + INK.format("<trace>1 2</trace>"), "DOCTYPE"),
        ('<?xml version="1.0" encoding="klingon"?>' + INK.format("<trace>1 2</trace>"), "not XML"),
        (INK.format("<trace>" + "1 2, 900 4, " * MOST_POINTS + "</trace>"), f"found {2 * MOST_POINTS:,}"),
        (INK.format("<trace>" + "1 2, " * 1_100_000 + "</trace>"), "found 5.5 MB"),
    ],
)
def test_a_damaged_or_foreign_file_gives_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataFormatError) as caught:
        read(tmp_path / "ink.inkml", text)
    assert str(caught.value).startswith("ink.inkml: expected")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_entities_are_refused_before_they_grow(tmp_path: Path) -> None:
    lines = ['<!ENTITY a0 "ha">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))]
    began = process_time()
    with pytest.raises(DataFormatError):
        read(tmp_path / "a.inkml", f"<!DOCTYPE ink [{''.join(lines)}]>" + INK.format("<trace>&a11;</trace>"))
    assert process_time() - began < 0.5


@pytest.mark.parametrize("reference", ["contextRef", "brushRef"])
def test_traces_that_refer_to_the_whole_ink_are_read_in_a_moment(tmp_path: Path, reference: str) -> None:
    traces = f'<trace {reference}="#all"/>' * 40_000
    (tmp_path / "whole.inkml").write_text(
        f'<ink xmlns="{NAMESPACE}" xml:id="all">{traces}<trace>1 1</trace></ink>'
    )
    started = process_time()
    assert len(load_ink(tmp_path / "whole.inkml", pen_width=0.1)) == 1
    assert process_time() - started < 4


def test_traces_of_thousands_of_channels_are_refused(tmp_path: Path) -> None:
    channels = '<channel name="X"/>' * 5_000
    text = f'<ink xmlns="{NAMESPACE}"><traceFormat>{channels}</traceFormat>{"<trace/>" * 5_000}</ink>'
    (tmp_path / "wide.inkml").write_text(text)
    with pytest.raises(DataFormatError, match="at most 32 channels, found 5,000"):
        load_ink(tmp_path / "wide.inkml", pen_width=0.1)


def test_deep_nesting_does_no_harm(tmp_path: Path) -> None:
    nested = "<traceGroup>" * 50_000 + "<trace>1 2, 3 4</trace>" + "</traceGroup>" * 50_000
    assert len(read(tmp_path / "a.inkml", INK.format(nested))) == 1


def test_every_cut_of_a_file_is_refused_or_read(tmp_path: Path) -> None:
    save_ink(strokes_of(2), tmp_path / "whole.inkml")
    whole = (tmp_path / "whole.inkml").read_text()
    for length in range(0, len(whole) - 7, 37):
        with pytest.raises(DataFormatError):
            read(tmp_path / "cut.inkml", whole[:length])


# the window


def draw(drawing: Drawing) -> None:
    for x, y in ((-0.3, -0.3), (0.3, -0.32), (0.0, 0.35)):
        point = QPointF(x, y)
        drawing.extend_stroke(point) if drawing.live else drawing.begin_stroke(point, width=0.08)
    drawing.end_stroke()


def test_a_drawing_is_saved_and_opened_and_that_can_be_undone(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing, path = window.session.drawing, tmp_path / "seven.inkml"
    monkeypatch.setattr(file_dialogs, "ask_drawing_target", lambda *_: path)
    monkeypatch.setattr(file_dialogs, "ask_drawing", lambda *_: path)
    draw(drawing)
    gray = drawing.to_gray()
    save_drawing(window, window.session)
    qtbot.waitUntil(lambda: window.banner.text == f"Saved as {path}", timeout=10_000)
    drawing.clear()
    drawing.set_picture(np.full((9, 9), 200, np.uint8))
    open_drawing(window, window.session, 0.08)
    qtbot.waitUntil(lambda: drawing.picture is None, timeout=10_000)
    assert np.abs(drawing.to_gray().astype(float) - gray).mean() < 0.1
    assert window.session.answering.prediction.digit == 7
    drawing.undo_stack.undo()
    assert drawing.picture is not None
    assert not drawing.strokes


def test_a_drawing_is_saved_as_a_picture(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_dialogs, "ask_drawing_target", lambda *_: tmp_path / "seven.png")
    draw(window.session.drawing)
    save_drawing(window, window.session)
    window.session.tasks.finish()
    saved = np.asarray(Image.open(tmp_path / "seven.png"))
    assert saved.shape[:2] == (560, 560)
    small = np.asarray(Image.fromarray(saved).convert("L").reduce(2), float)
    assert np.abs(small - window.session.drawing.to_gray()).mean() < 1


@pytest.mark.parametrize(("kind", "name"), [(0, "drawing.inkml"), (1, "drawing.png")])
def test_the_chosen_kind_of_file_gives_the_suffix(
    qtbot: QtBot, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: int, name: str
) -> None:
    settings.set("folders/drawings", str(tmp_path))

    def choose(dialog: QFileDialog) -> int:
        dialog.filterSelected.emit(dialog.nameFilters()[kind])
        return 1

    monkeypatch.setattr(QFileDialog, "exec", choose)
    assert file_dialogs.ask_drawing_target(None, settings) == tmp_path / name


def nothing(_drawing: Drawing) -> None:
    pass


def only_a_picture(drawing: Drawing) -> None:
    drawing.set_picture(np.full((9, 9), 200, np.uint8))


@pytest.mark.parametrize(
    ("prepare", "name", "said"),
    [
        (nothing, "a.inkml", "nothing to save"),
        (only_a_picture, "a.inkml", ".png"),
        (draw, "no/such/folder/a.png", "cannot be saved"),
    ],
)
def test_what_cannot_be_saved_is_told(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[Drawing], None],
    name: str,
    said: str,
) -> None:
    monkeypatch.setattr(file_dialogs, "ask_drawing_target", lambda *_: tmp_path / name)
    prepare(window.session.drawing)
    is_error = prepare is not nothing  # there is nothing that could be lost
    with qtbot.waitSignal(window.session.failed if is_error else window.session.noticed) as told:
        save_drawing(window, window.session)
    assert said in told.args[0]
    assert not list(tmp_path.glob("*.inkml"))


def test_strokes_without_a_width_take_that_of_the_pen(
    make_window, settings: Settings, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.set("draw/pen_percent", 40)  # by hand, and wider than the pen goes
    window = make_window()
    (tmp_path / "a.inkml").write_text(INK.format("<trace>10 10, 210 10, 110 410</trace>"))
    monkeypatch.setattr(file_dialogs, "ask_drawing", lambda *_: tmp_path / "a.inkml")
    next(action for action in window.findChildren(QAction) if action.text() == "Open &drawing…").trigger()
    qtbot.waitUntil(lambda: bool(window.session.drawing.strokes), timeout=10_000)
    assert window.session.drawing.strokes[0].width == window.pen.width == 0.08


def test_a_strange_file_is_told_and_the_drawing_stays(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.inkml").write_text("<ink>")
    monkeypatch.setattr(file_dialogs, "ask_drawing", lambda *_: tmp_path / "a.inkml")
    draw(window.session.drawing)
    with qtbot.waitSignal(window.session.failed) as failed:
        open_drawing(window, window.session, 0.08)
    assert "a.inkml" in failed.args[0]
    assert len(window.session.drawing.strokes) == 1
