"""Layers of the user's own, compared with the program's."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from digitgui.asking import file_dialogs
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, button, column_of, label, row_of, set_look, show_text
from digitgui.widgets.source_text import SourceText
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Computation
from model.atomic_files import write_atomically
from model.errors import ModelFileError
from model.layer_check.results import CheckResult

INVITATION = (
    "Write layers of your own and find out whether they are right: conv_forward and conv_backward, pooling, ReLU,"
    " dense, softmax and loss. Save the template, fill in what you like, and check the file. Each mistake comes"
    " with the smallest input that shows it. The check runs your file, so check only files that you would run."
)

MARKS = {"passed": "✓", "failed": "✗"}


class CheckView(QWidget):
    """Checks a Python file, and shows what is wrong in it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._path = session, Path()
        self._is_waited_for = False  # what the sentence says
        self._has_keys = False  # a button that is away while it is checked
        self._checking = Computation[CheckResult](
            "Checking your layers",
            InThread(BackgroundTasks(session.activity)),
            session.activity,
            failure="The layers cannot be checked",
            tells=True,
            can_cancel=True,
        )
        self._checking.done.connect(self._show)
        self._checking.failed.connect(session.failed)
        self._checking.changed.connect(self._see_state)
        self.check = button("Check a file…", "Compare layers of your own with ours", self._ask, look="primary")
        self.again = button("Check again", "Check the same file once more", self._start)
        self.template = button("Save a template…", "Write a Python file to begin with", self._save_template)
        self._sentence = label(INVITATION, wrap=True)
        self._functions, self._notes = label(name="muted", wrap=True), label(name="muted", wrap=True)
        self.text = SourceText(most_lines=24)
        self.text.setAccessibleName("What is wrong")
        row = row_of(self.check, self.again, self.template, STRETCH, spacing=8)
        column_of(row, self._sentence, self._functions, self._notes, self.text, STRETCH, inside=self, spacing=12)
        for part in (self.again, self._functions, self._notes, self.text):
            part.hide()

    def check_file(self, path: Path) -> None:
        """Check a file."""
        self._path = path
        self._start()

    def _ask(self) -> None:
        path = file_dialogs.ask_layers(self, self._session.settings)
        if path:
            self.check_file(path)

    def _start(self) -> None:
        self._has_keys = self.check.hasFocus() or self.again.hasFocus()
        self._checking.ask_anew(_checked, self._path)

    def _see_state(self) -> None:
        busy = self._checking.is_under_way
        self.check.setEnabled(not busy)
        self.again.setVisible(self._checking.answer is not None and not busy)
        if not busy and self._has_keys:
            self._has_keys = False
            (self.again if self._checking.answer is not None else self.check).setFocus()
        if busy or self._is_waited_for:  # else it says what came of it
            name = self._path.name
            self._sentence.setText(f"Checking {name}…" if busy else f"{name} has not been checked.")
            set_look(self._sentence, "tone", "")
        self._is_waited_for = busy

    def _show(self, result: CheckResult) -> None:
        self._is_waited_for = False
        mark = "✓" if result.passed else "✗"
        self._sentence.setText(f"{mark} {result.sentence}")
        set_look(self._sentence, "tone", "good" if result.passed else "bad")
        written = [one for one in result.functions if one.state != "not there"]
        lines = [f"{MARKS.get(one.state, '–')} {one.name}: {one.state}" for one in written]
        show_text(self._functions, "\n".join(lines))
        show_text(self._notes, "\n".join(result.notes))
        self.text.setVisible(bool(result.failures))
        texts = [failure.as_text() for failure in result.failures]
        self.text.show_plain("\n\n".join(texts))

    def _save_template(self) -> None:
        path = file_dialogs.ask_layers_target(self, self._session.settings)
        if not path:
            return
        from model.layer_check.checking import template_text  # noqa: PLC0415  a twentieth of the start, and rarely used

        try:
            write_atomically(path, template_text().encode())
        except ModelFileError as error:
            self._session.report(error)
        else:
            self._session.noticed.emit(f"Saved {path.name}. Fill in the functions, then check the file.")


def _checked(path: Path, on_progress: Callable[[float], object]) -> CheckResult:
    from model.layer_check.checking import check_file  # noqa: PLC0415

    return check_file(path, on_progress=on_progress)
