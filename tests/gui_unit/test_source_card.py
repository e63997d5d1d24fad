"""The card that shows the source of the pinned number."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QDesktopServices

from digitgui.looks.theme import DARK, LIGHT
from digitgui.pages.inspect.source_card import SourceCard
from model.inspection.trace import Unit


@pytest.fixture
def card(window, qtbot) -> SourceCard:
    window.show_page("inspect")
    card = SourceCard(window.session)
    window.inspect_page.stack.addWidget(card)
    window.inspect_page.stack.setCurrentWidget(card)
    qtbot.waitUntil(lambda: window.session.inspection.trace is not None, timeout=5000)
    window.session.inspection.pin(Unit("conv1", (0, 3, 3)))
    return card


def test_the_lines_follow_the_pinned_number(card: SourceCard, window) -> None:
    assert card.lines is not None
    assert "convolution.py" in card.lines.place
    assert "np.matmul(kernels" in card.text.toPlainText()
    card.ways.button(1).click()
    assert card.text.toPlainText().startswith("def backward")
    assert not card.ways.button(2).isVisible()
    last = window.session.inspection.trace.layers[-1].name
    window.session.inspection.pin(Unit(last, (4,)))
    assert card.ways.button(2).isVisible()
    card.ways.button(2).click()
    assert "def softmax_cross_entropy" in card.text.toPlainText()
    window.session.inspection.pin(Unit("input", (0, 4, 4)))
    assert "def to_input" in card.text.toPlainText()
    assert card.ways.checkedId() == 0


def test_the_formula_is_painted(card: SourceCard, qtbot) -> None:
    qtbot.waitUntil(lambda: 10 < card.formula.sizeHint().height() <= card.formula.height(), timeout=20_000)
    for theme in (LIGHT, DARK):
        card.formula.set_theme(theme)
        picture = card.formula.grab().toImage().convertToFormat(card.grab().toImage().format())
        ink = QColor(theme.text).rgb()
        pixels = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
        assert ink in pixels


def test_marked_lines_stand_on_the_accent(card: SourceCard) -> None:
    grounds = [
        one.format.background().color().name() for one in card.text.extraSelections() if one.cursor.atBlockStart()
    ]
    assert grounds.count(LIGHT.accent_soft.lower()) == len(card.lines.marked)


def test_columns_line_up(card: SourceCard) -> None:
    metrics = card.text.fontMetrics()
    assert metrics.horizontalAdvance("iiii....") == metrics.horizontalAdvance("MMMMWWWW")
    lines = min(card.text.blockCount(), 16)
    assert card.text.height() > lines * metrics.lineSpacing()


def test_the_letters_of_the_formula_are_explained(card: SourceCard, window) -> None:
    assert "f filter, c channel" in card._letters.text()
    assert "gradient that comes back" not in card._letters.text()
    card.ways.button(1).click()
    assert "g gradient that comes back" in card._letters.text()
    window.session.inspection.pin(Unit("input", (0, 4, 4)))
    assert card._letters.isHidden()


def test_open_asks_the_desktop_for_the_file_and_tells_where_it_is(card: SourceCard, monkeypatch, qtbot) -> None:
    asked = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toLocalFile()) or True)
    with qtbot.waitSignal(card._session.noticed) as noticed:
        qtbot.mouseClick(card.open, Qt.MouseButton.LeftButton)
    assert str(card.lines.path) in noticed.args[0]
    assert asked == [str(card.lines.path)]
    assert np.all([path.endswith("convolution.py") for path in asked])
