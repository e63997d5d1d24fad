"""The side panel of a lesson: the text of a step, its question, and the way on."""

import re

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QVBoxLayout, QWidget

from digitgui.lessons.lesson import Answer, Lesson
from digitgui.looks.sizes import by_text
from digitgui.widgets.building import STRETCH, button, column_of, label, row_of, set_look, show_text
from digitgui.widgets.scrolling import ScrollColumn
from digitgui.widgets.wrapped_button import WrappedButton

__all__ = ["LessonDock"]

WIDTH = 300
"""Pixels of the text where it has 100 %."""
WEB = ("http", "https")
PARAGRAPH = 8
"""Pixels below a paragraph."""
NO_HTML = QTextDocument.MarkdownFeature.MarkdownNoHTML


class LessonDock(QDockWidget):
    """Shows one step at a time.

    Signals
    -------
    step_wanted(int)
        The step of this number, counted from 0, is to be shown; the number of steps, if the lesson is done.
    again_wanted()
        The window is to be set up again as this step wants it.
    close_wanted()
    """

    step_wanted = Signal(int)
    again_wanted = Signal()
    close_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("Lesson")
        self.setObjectName("lessonDock")
        self.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable)
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        self._number, self._count = 0, 1
        self.place = label(name="muted")
        self.title = label(name="heading", wrap=True)
        self.text, self.verdict = label(wrap=True), label(wrap=True)
        for one in (self.text, self.verdict):
            one.setTextFormat(Qt.TextFormat.RichText)
            one.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
            one.linkActivated.connect(_open_link)
        self.answers: list[WrappedButton] = []
        self._answers = QVBoxLayout()
        self._answers.setSpacing(6)
        self.goal = label(name="strong", wrap=True)
        self._scroll = ScrollColumn(self._content())
        self._body = QWidget()
        self._body.setObjectName("dockBody")
        column_of(
            self._head(), (self._scroll, 1), self.goal, self._foot(), inside=self._body, margin=12, spacing=10
        )
        self.setWidget(self._body)

    def show_step(self, lesson: Lesson, number: int) -> None:
        """Show a step, counted from 0, with nothing answered and nothing done."""
        step = lesson.steps[number]
        self._number, self._count = number, len(lesson.steps)
        self.setWindowTitle(lesson.title)
        self.place.setText(f"Step {number + 1} of {self._count}")
        self.title.setText(step.title)
        show_text(self.text, as_html(step.text))
        self._show_answers(step.answers)
        show_text(self.verdict, "")
        self.show_goal(step.goal.words if step.goal else "", is_reached=False)
        self.back.setEnabled(number > 0)
        self.first.setVisible(number > 0)
        self.next.setText("Next" if number + 1 < self._count else "Finish")
        self._scroll.verticalScrollBar().setValue(0)

    def show_goal(self, words: str, *, is_reached: bool) -> None:
        """Say what is to be done, or that it is done."""
        show_text(self.goal, f"{'✓ Done' if is_reached else '○ To do'}: {words}" if words else "")
        set_look(self.goal, "tone", "good" if is_reached else "")

    def fit_text(self) -> None:
        """Take the width that the text asks for."""
        self._body.setFixedWidth(by_text(WIDTH) + 24)

    def _head(self) -> QHBoxLayout:
        close = button(
            "Close", "Close the lesson; what was open before comes back", self.close_wanted.emit, look="small"
        )
        self.first = button(
            "From the start", "Begin the lesson again", lambda: self.step_wanted.emit(0), look="small"
        )
        return row_of(self.place, STRETCH, self.first, close, spacing=4)

    def _content(self) -> QWidget:
        content = QWidget()
        parts = (self.title, self.text, self._answers, self.verdict)
        column_of(*parts, STRETCH, inside=content, spacing=10)
        return content

    def _foot(self) -> QHBoxLayout:
        self.back = button(
            "Back", "Show the step before", lambda: self.step_wanted.emit(self._number - 1), shortcut="Alt+Left"
        )
        self.again = button("Set up again", "Bring the window to where this step begins", self.again_wanted.emit)
        self.next = button(
            "Next",
            "Show the next step",
            lambda: self.step_wanted.emit(self._number + 1),
            shortcut="Alt+Right",
            look="primary",
        )
        for one, key in ((self.back, "Alt+Left"), (self.next, "Alt+Right")):
            one.setShortcut(key)
        return row_of(self.back, STRETCH, self.again, STRETCH, self.next, spacing=4)

    def _show_answers(self, answers: tuple[Answer, ...]) -> None:
        for old in self.answers:
            self._answers.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.answers = []
        for answer in answers:
            one = WrappedButton(answer.text)
            one.clicked.connect(lambda _checked=False, answer=answer: self._judge(answer))
            self._answers.addWidget(one)
            self.answers.append(one)

    def _judge(self, answer: Answer) -> None:
        """Say what an answer is worth, with a sign and in a colour."""
        show_text(self.verdict, as_html(f"{'✓' if answer.is_right else '✗'} {answer.reply}"))
        set_look(self.verdict, "tone", "good" if answer.is_right else "warning")


def as_html(markdown: str) -> str:
    """Write Markdown as HTML in the font that is around it, with free room between paragraphs."""
    document = QTextDocument()
    document.setMarkdown(markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub | NO_HTML)
    block, cursor = document.begin(), QTextCursor(document)
    while block.isValid():
        form = block.blockFormat()
        form.setBottomMargin(PARAGRAPH)
        cursor.setPosition(block.position())
        cursor.setBlockFormat(form)
        block = block.next()
    return re.sub(r"<body[^>]*>", "<body>", document.toHtml())


def _open_link(link: str) -> None:
    """Show a page of the web in the browser; a lesson leads to nothing else."""
    url = QUrl(link)
    if url.scheme() in WEB:
        QDesktopServices.openUrl(url)
