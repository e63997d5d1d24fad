"""The glossary: its words, its links, where it opens, and that the documentation shows the same."""

import re
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from digitgui.frame.glossary import Glossary
from digitgui.frame.glossary_terms import TERMS, as_markdown, linked, term_named
from digitgui.frame.main_window import MainWindow
from model.training.settings import SETTINGS

DOCUMENTED = Path(__file__).parents[2] / "docs" / "glossary.md"
SHIFT = Qt.KeyboardModifier.ShiftModifier


def shown(window: MainWindow) -> Glossary:
    (glossary,) = [one for one in window.findChildren(Glossary) if one.isVisible()]
    return glossary


def chosen(window: MainWindow) -> str:
    term = shown(window).chosen
    return term.name if term else ""


def test_every_word_is_there_once_and_explained_in_sentences() -> None:
    assert len(TERMS) >= 50
    words = [word.casefold() for term in TERMS for word in (term.name, *term.also)]
    assert len(set(words)) == len(words)
    assert [term.name for term in TERMS] == sorted((term.name for term in TERMS), key=str.casefold)
    assert len({term.anchor for term in TERMS}) == len(TERMS)
    for term in TERMS:
        assert term.text[0].isupper(), term.name
        assert term.text.endswith((".", ").")), term.name
        assert "{" not in term.text, term.name
    for name in SETTINGS:
        assert name == "limit" or term_named(SETTINGS[name].title), name


def test_links_lead_to_other_words_each_once() -> None:
    (epoch,) = [term for term in TERMS if term.name == "Epoch"]
    assert linked(epoch, lambda words, to: f"<{words}:{to.name}>") == (
        "One pass through all <training pictures:Training part>."
    )
    for term in TERMS:
        led: list[str] = []
        linked(term, lambda words, to, led=led: led.append(to.name) or words)
        assert len(set(led)) == len(led)
        assert term.name not in led
    assert term_named("&Epochs:") is epoch
    assert term_named("Epochs of others") is None


def test_the_documentation_shows_the_same_glossary() -> None:
    written = as_markdown()
    assert DOCUMENTED.read_text(encoding="utf-8") == written, (
        "write it anew: python -m digitgui.frame.glossary_terms > docs/glossary.md"
    )
    titles = set(re.findall(r"^## (.+)$", written, re.MULTILINE))
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", written)) <= anchors


def test_it_opens_at_the_word_of_what_has_the_keyboard_and_of_a_click(window: MainWindow) -> None:
    window.guide.mark_terms()
    window.show_page("train")
    form = window.train_page.form
    for field, word in (
        (form.epochs, "Epoch"),
        (form.learning_rate, "Learning rate"),
        (form.optimizer, "Optimiser"),
    ):
        field.setFocus()
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F1, SHIFT)
        assert chosen(window) == word
        shown(window).close()
    (caption,) = [one for one in form.findChildren(QLabel) if one.text() == "Batch size"]
    assert caption.property("term")
    QTest.mouseClick(caption, Qt.MouseButton.LeftButton)
    assert chosen(window) == "Batch size"
    shown(window).close()

    window.show_page("evaluate")
    window.evaluate_page.figures.tiles["kappa"].setFocus()
    window.guide.explain_word("")
    assert chosen(window) == "Cohen's kappa"
    window.guide.explain_word("loss")
    assert chosen(window) == "Loss"  # in the same window
    assert len(window.findChildren(Glossary)) == 1


def test_words_are_found_by_typing_and_lead_on(window: MainWindow, qtbot: QtBot) -> None:
    window.menus.trigger("glossary")
    glossary = shown(window)
    assert chosen(window) == ""
    assert all(term.name in glossary.text.toPlainText() for term in TERMS)
    qtbot.waitUntil(glossary.field.hasFocus)
    QTest.keyClicks(glossary.field, "early stop")
    assert glossary.text.toPlainText().startswith("Patience early stopping")
    QTest.keyClicks(glossary.field, "xyz")
    assert glossary.text.toPlainText() == "No such word. Try another, or part of it."
    glossary.field.clear()
    glossary.text.anchorClicked.emit(QUrl("#roc-auc"))
    assert chosen(window) == "ROC-AUC"
    top = glossary.text.viewport().rect().topLeft()
    qtbot.waitUntil(lambda: glossary.text.cursorForPosition(top).block().text().startswith("ROC-AUC"))
    QTest.keyClick(glossary, Qt.Key.Key_Escape)
    assert not glossary.isVisible()
