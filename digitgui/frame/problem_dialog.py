"""Help ▸ Report a problem: shows what a report would say, and copies it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QPlainTextEdit, QWidget

from digitgui.documents.problem_report import ProblemReport
from digitgui.frame.window_parts import WindowParts
from digitgui.installation.issues_page import issues_page
from digitgui.widgets.building import column_of, label

__all__ = ["show_problem_report"]

EXPLANATION = (
    "Copy this into your report, add what you did and what happened, and send it to {}. Nothing is sent from here;"
    " delete below what you do not want to share."
)
PEOPLE = "the people you got digitgui from"
"""Who gets a report where the package names no page for it."""


def show_problem_report(window: WindowParts) -> None:
    """Show the report in a window beside the others, gathered anew each time."""
    session = window.session
    for open_one in window.findChildren(QDialog, "problemReport"):
        open_one.close()
    report = session.activity.findChild(ProblemReport)
    if report is None:
        report = ProblemReport(session.settings.folder, session.activity)
        report.failed.connect(session.failed)
    _ProblemDialog(window, report).show()


class _ProblemDialog(QDialog):
    """Shows the text, which can be edited before it is copied."""

    def __init__(self, parent: QWidget, report: ProblemReport) -> None:
        super().__init__(parent)
        self.setObjectName("problemReport")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Report a problem")
        self._text = QPlainTextEdit()
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName("Text of the report")
        self._text.setPlaceholderText("Gathering versions…")
        self._text.setStyleSheet("font-family: monospace")  # the facts are in columns
        buttons = QDialogButtonBox()
        buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)  # a standard one has an icon
        self._copy = buttons.addButton("Copy report", QDialogButtonBox.ButtonRole.ActionRole)
        self._copy.setObjectName("copyReport")
        self._copy.setEnabled(False)
        self._copy.clicked.connect(self._copy_text)
        buttons.rejected.connect(self.close)
        self._note = label("", "copiedNote")
        page = issues_page()
        told = label(EXPLANATION.format(f'<a href="{page}">{page}</a>' if page else PEOPLE), wrap=True)
        told.setOpenExternalLinks(True)
        column_of(told, (self._text, 1), self._note, buttons, inside=self, margin=12)
        report.done.connect(self._show_text)
        report.gather()
        self.setMinimumSize(480, 320)
        self.resize(760, 560)

    def _show_text(self, text: str) -> None:
        self._text.setPlainText(text)
        self._copy.setEnabled(True)

    def _copy_text(self) -> None:
        QApplication.clipboard().setText(self._text.toPlainText())
        self._note.setText("Copied.")
