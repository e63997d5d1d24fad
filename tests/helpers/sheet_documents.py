"""The documents of sheets, without a window."""

from pathlib import Path

from PySide6.QtGui import QUndoStack

from digitgui.documents.model_document import ModelDocument
from digitgui.documents.sheet_layout import SheetLayout
from digitgui.documents.sheet_project import SheetProject
from digitgui.documents.sheet_review import SheetReview
from digitgui.documents.sheet_scan import SheetScan
from digitgui.documents.sheet_teaching import SheetTeaching
from digitgui.settings import Settings
from digitgui.work.background import BackgroundTasks
from digitgui.work.computation import Activity
from digitgui.work.safekeeping import Safekeeping
from digitgui.work.turns import Turns
from model.sheets.project_files import load_project


class Documents:
    """The documents of one program."""

    def __init__(self, folder: Path) -> None:
        self.tasks = BackgroundTasks()
        self.activity = Activity()
        self.keeper = Safekeeping(self.tasks)
        settings = Settings(folder)
        self.model = ModelDocument(settings, self.tasks, self.activity)
        self.project = SheetProject(settings, self.model, self.keeper, self.activity)
        self.stack = QUndoStack()
        self.review = SheetReview(self.project, self.stack, settings)
        self.layout = SheetLayout(self.project, self.review, self.stack, self.tasks)
        self.scan = SheetScan(self.review, self.activity)
        self.teaching = SheetTeaching(self.model, self.project, self.stack, Turns(), self.activity)
        self.told: list[str] = []
        for teller in (self.project, self.layout):
            teller.noticed.connect(self.told.append)
            teller.failed.connect(self.told.append)

    @property
    def names(self) -> list[str]:
        return [sheet.file.name for sheet in self.project.sheets]

    def kept(self, file: Path) -> dict[str, dict[tuple[int, int], str]]:
        """Return what the file of a project says was decided."""
        self.tasks.finish()
        return {sheet.file.name: dict(sheet.decided) for sheet in load_project(file)}
