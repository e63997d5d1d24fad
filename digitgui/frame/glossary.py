"""The glossary: every word of the window, found by typing, opened at one of them."""

from html import escape

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtWidgets import QDialog, QLayout, QLineEdit, QTextBrowser

from digitgui.frame.glossary_terms import TERMS, Term, linked, term_named
from digitgui.frame.window_parts import WindowParts
from digitgui.looks.sizes import by_text
from digitgui.looks.theme_controller import dress
from digitgui.widgets.building import column_of

__all__ = ["Glossary", "open_glossary"]

WIDTH, HEIGHT = 520, 560
"""Pixels where text has 100 %."""


def open_glossary(window: WindowParts, term: Term | None) -> None:
    """Show the glossary of a window, at a term; at its beginning if there is none."""
    shown = window.findChild(Glossary)
    glossary = shown if isinstance(shown, Glossary) else Glossary(window)
    glossary.show()
    glossary.activateWindow()
    glossary.go_to(term)


class Glossary(QDialog):
    """A field, and below it the words that fit what is typed there, with links from one to another.

    Parameters
    ----------
    window : WindowParts
    """

    def __init__(self, window: WindowParts) -> None:
        super().__init__(window)
        self._window = window
        self._chosen: Term | None = None
        self.setObjectName("glossary")
        self.setWindowTitle("Glossary")
        self.field, self.text = QLineEdit(), QTextBrowser()
        self.field.setPlaceholderText("Find a word")
        self.field.setAccessibleName("Find a word")
        self.field.setClearButtonEnabled(True)
        self.text.setAccessibleName("Explanations")
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(self._follow)
        self.field.textChanged.connect(self._show)
        whole = column_of(self.field, (self.text, 1), inside=self, margin=16, spacing=8)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # its least size does not follow the focus
        room = window.screen().availableGeometry().size()
        self.resize(min(by_text(WIDTH), room.width()), min(by_text(HEIGHT), room.height() - 64))
        dress(self, window.themes.sheet)
        window.themes.changed.connect(self._show)
        self._show()

    @property
    def chosen(self) -> Term | None:
        """The term that it was opened at."""
        return self._chosen

    def go_to(self, term: Term | None) -> None:
        """Show all terms, this one at the top and marked."""
        self._chosen = term
        self.field.clear()
        self._show()
        self.field.setFocus()
        if term is not None:
            QTimer.singleShot(0, self, lambda: self.text.scrollToAnchor(term.anchor))  # once it has its size

    def _follow(self, url: QUrl) -> None:
        self.go_to(next(term for term in TERMS if term.anchor == url.fragment()))

    def _show(self) -> None:
        """Show the terms whose words, or whose explanation, have what is typed; names first."""
        typed = self.field.text().strip().casefold()
        named = [term for term in TERMS if any(typed in word.casefold() for word in (term.name, *term.also))]
        others = [term for term in TERMS if term not in named and typed in term.text.casefold()]
        exact = term_named(typed) if typed else None
        found = sorted([*named, *others], key=lambda term: term is not exact) if exact else [*named, *others]
        none = "<p>No such word. Try another, or part of it.</p>"
        self.text.setHtml("".join(map(self._html, found)) or none)

    def _html(self, term: Term) -> str:
        theme = self._window.themes.theme
        ground = f" style='background: {theme.accent_soft}'" if term is self._chosen else ""
        also = f" <span style='color: {theme.muted}'>{escape(', '.join(term.also))}</span>" if term.also else ""

        def link(words: str, to: Term) -> str:
            return f"<a href='#{to.anchor}' style='color: {theme.accent}'>{words}</a>"

        return (
            f"<p{ground}><a name='{term.anchor}'></a><b>{escape(term.name)}</b>{also}<br>{linked(term, link)}</p>"
        )
