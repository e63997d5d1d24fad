"""What is open now: the network, the data, the drawing, the runs; and how these parts hear of each other."""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QUndoStack

from digitgui.documents.answers import Answers
from digitgui.documents.data_document import DataDocument
from digitgui.documents.data_looks import DataLooks
from digitgui.documents.doubt_curve import DoubtCurve
from digitgui.documents.edit_store import EditStore
from digitgui.documents.evaluation import Evaluation
from digitgui.documents.exporting import Exporting
from digitgui.documents.hand_teaching import HandTeaching
from digitgui.documents.importing import Importing
from digitgui.documents.inspection import Inspection
from digitgui.documents.model_document import ModelDocument
from digitgui.documents.my_digits_as_data import MyDigitsAsData
from digitgui.documents.operating import Operating
from digitgui.documents.personal_set import PersonalSet
from digitgui.documents.second_opinion import SecondOpinion
from digitgui.documents.sheet_digits import SheetDigits
from digitgui.documents.sheet_layout import SheetLayout
from digitgui.documents.sheet_project import SheetProject
from digitgui.documents.sheet_review import SheetReview
from digitgui.documents.sheet_scan import SheetScan
from digitgui.documents.sheet_tables import SheetTables
from digitgui.documents.sheet_teaching import SheetTeaching
from digitgui.documents.stepping import Stepping
from digitgui.drawings.answering import Answering
from digitgui.drawings.drawing import Drawing
from digitgui.drawings.drawing_keeper import DrawingKeeper
from digitgui.drawings.guided_writing import GuidedWriting
from digitgui.drawings.handwriting import Handwriting
from digitgui.drawings.kept_drawing import KeptDrawing
from digitgui.drawings.picture_input import PictureInput
from digitgui.drawings.replay import Replay
from digitgui.runs.data_match import DataMatch
from digitgui.runs.printing import Printing
from digitgui.runs.reports import Reports
from digitgui.runs.runs_document import RunsDocument
from digitgui.runs.sweeps import Sweeps
from digitgui.runs.time_machine import TimeMachine
from digitgui.runs.trainings import Trainings
from digitgui.settings import Settings
from digitgui.work.background import BackgroundTasks
from digitgui.work.computation import Activity, Computation
from digitgui.work.safekeeping import Change, Safekeeping
from digitgui.work.teller import Teller
from digitgui.work.turns import Turns, Wish
from model.errors import ModelError


class Session(Teller):
    """Everything that is open, part by part: what is known of a part, and what it can do, one asks the part.

    Attributes
    ----------
    settings : Settings
    undo_stack : QUndoStack
        Of everything in the window that can be undone.
    tasks : BackgroundTasks
        What reads and writes files, one after the other.
    activity : Activity
        What is being computed in the background.
    turns : Turns
        Who waits for whom.
    model, data : ModelDocument, DataDocument
        The network and the data set, and their files.
    looks, answers, second : DataLooks, Answers, SecondOpinion
        What has been found out about the data, and what the network, and another one, make of them.
    evaluation, doubt_curve : Evaluation, DoubtCurve
        How good the network is, and what moving the line of doubt would bring.
    inspection : Inspection
        The picture, the network and the number that are looked into.
    stepping : Stepping
        What trains a copy of that network step by step.
    operating : Operating
        What changes a copy of that network, one operation after the other.
    sheets, sheet_review, sheet_scan, sheet_tables : SheetProject, SheetReview, SheetScan, SheetTables
        The sheets that are read, which of them and which cell is looked at, its picture, and what writes tables.
    sheet_layout : SheetLayout
        What changes where the cells of that sheet are, and what is known of its columns.
    sheet_teaching, sheet_digits : SheetTeaching, SheetDigits
        What teaches the network the hand of these sheets, and what writes their digits as a data set.
    drawing, kept_drawing, answering : Drawing, KeptDrawing, Answering
        The drawing, what keeps it from one start to the next, and what the network makes of it.
    handwriting, pictures, replay : Handwriting, PictureInput, Replay
        What compares the drawings with the data, brings photos and the clipboard into the drawing, draws it anew.
    personal, keeper, guide : PersonalSet, DrawingKeeper, GuidedWriting
        The user's own pictures, what keeps the drawing among them, and what asks for digits to write.
    hand, my_digits : HandTeaching, MyDigitsAsData
        What teaches the network these pictures, and what shows them on the Data page.
    trainings, sweeps : Trainings, Sweeps
        What trains one network, and what compares many.
    time_machine : TimeMachine
        A run as it was after each epoch.
    runs, reports : RunsDocument, Reports
        All trainings so far and what a person says of them, and what writes reports of them.
    printing : Printing
        What prints reports.
    exporting, importing : Exporting, Importing
        What writes the network for other programs, and what opens theirs.
    data_match : DataMatch
        Whether the open network, and the curves, belong to the data as they are.
    has_ended : bool
        Whether every thread and process is gone.
    """

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.has_ended = False
        self.undo_stack = undo_stack = QUndoStack(self)
        self.tasks = tasks = BackgroundTasks(self)
        self.activity = activity = Activity(self)
        self.safekeeping = safekeeping = Safekeeping(tasks, self)
        self.turns = turns = Turns(self)
        self.model = model = ModelDocument(settings, tasks, activity, self)
        self.data = data = DataDocument(settings, undo_stack, safekeeping, activity, self)
        self.looks = DataLooks(data, activity, self)
        self.answers = Answers(model, data, activity)
        self.second = SecondOpinion(data, activity, self)
        self.evaluation = Evaluation(model, self.answers, data, activity)
        self.doubt_curve = DoubtCurve(model, data, activity, self)
        self.inspection = inspection = Inspection(model, data, activity, self)
        self.stepping = Stepping(inspection, model, data, undo_stack, turns, activity)
        self.operating = Operating(inspection, model, data, undo_stack, turns, activity)

        self.sheets = sheets = SheetProject(settings, model, safekeeping, activity, self)
        self.sheet_review = SheetReview(sheets, undo_stack, self)
        self.sheet_layout = SheetLayout(sheets, self.sheet_review, undo_stack, tasks, self)
        self.sheet_scan = SheetScan(self.sheet_review, activity, self)
        self.sheet_tables = SheetTables(sheets, tasks, self)
        self.sheet_teaching = SheetTeaching(model, sheets, undo_stack, turns, activity)
        self.sheet_digits = SheetDigits(model, sheets, activity)

        self.drawing = drawing = Drawing(self, undo_stack)
        self.kept_drawing = KeptDrawing(drawing, settings.folder, safekeeping, self)
        self.answering = Answering(drawing, model, activity, self)
        self.handwriting = Handwriting(drawing, self.answering, data, activity, self)
        self.pictures = PictureInput(drawing, activity, self)
        self.replay = Replay(drawing, self)

        self.personal = PersonalSet(settings.folder, undo_stack, safekeeping, self)
        self.keeper = DrawingKeeper(drawing, self.personal, self.answering, undo_stack, self)
        self.guide = GuidedWriting(drawing, undo_stack, self.keeper, self)
        self.hand = HandTeaching(model, self.personal, undo_stack, tasks, turns, activity)
        store = EditStore(settings.folder, safekeeping)
        self.my_digits = MyDigitsAsData(self.personal, self.hand, data, store, undo_stack, self)

        self.trainings = Trainings(settings.folder, model, data, tasks, turns, activity, self)
        self.time_machine = TimeMachine(self.trainings, self.inspection, model, data, activity, self)
        self.sweeps = Sweeps(settings, data, tasks, turns, self)
        self.runs = RunsDocument(
            self.trainings.store, self.sweeps.folders, undo_stack, tasks, safekeeping, activity, self
        )
        self.reports, self.printing = Reports(activity), Printing(activity)
        self.exporting, self.importing = Exporting(model, activity), Importing(model, turns, activity)
        self.data_match = DataMatch(model, data, self.trainings, tasks, activity, self)
        self._connect()

    def _connect(self) -> None:
        """Let the parts hear of each other, and the window of them."""
        self.runs.bin_changed.connect(self.trainings.runs_changed)
        self.trainings.runs_changed.connect(self.runs.refresh)
        self.sweeps.run_done.connect(self.runs.refresh)
        for teller in self.findChildren(Teller, options=Qt.FindChildOption.FindDirectChildrenOnly):
            teller.noticed.connect(self.noticed)
            teller.failed.connect(self.failed)
        asked = (
            self.answers,
            self.evaluation,
            self.hand,
            self.sheet_teaching,
            self.sheet_digits,
            self.stepping,
            self.operating,
            self.reports,
            self.printing,
            self.exporting,
            self.importing,
        )
        for computation in asked:
            computation.failed.connect(self.failed)
        self.printing.printed.connect(self.noticed)
        self.exporting.exported.connect(self.noticed)
        self.sheet_digits.saved.connect(self.noticed)
        self.importing.imported.connect(self.noticed)

    # what concerns several parts

    def save_model(self, path: Path) -> None:
        """Save the network as it is now, with what is known of its run."""
        self.trainings.describe()
        self.model.save(path)

    def open_model(self, source: str) -> None:
        """Open ``default``, a model file, or one of another program, in the background."""
        if self.turns.refuses(Wish.OPEN):
            return
        if Importing.takes(Path(source)):
            self.importing.start(Path(source))
        else:
            self.model.open(source)

    def keep_everything(self) -> bool:
        """End the training, and write what is not saved yet; False if the training did not end in time.

        What could not be written waits in `safekeeping`.
        """
        if not self.trainings.run.shut_down():
            self.failed.emit("Training has not stopped yet. Close the window again in a moment.")
            return False
        self.kept_drawing.keep()
        self.safekeeping.try_again()
        self.tasks.finish()
        self.trainings.describe()
        self._keep_network("network", self.model.name, self.model.keep_unsaved, self.model.save_into)
        for key, teaching in (("lesson", self.hand), ("sheet lesson", self.sheet_teaching)):
            self._keep_network(key, "that was taught", teaching.keep_aside, teaching.save_into)
        return True

    def _keep_network(
        self, key: str, name: str, keep: Callable[[], object], save_into: Callable[[Path], object]
    ) -> None:
        """Keep a network at once, since the window closes: its weights are read here."""
        try:
            keep()
        except ModelError as error:
            self.safekeeping.hold(key, Change(f"the network {name}", None, save_into), str(error))
        else:
            self.safekeeping.drop(key)

    @property
    def writing(self) -> list[Computation[Any]]:
        """What is at work on a file, or on paper, that the user asked for."""
        writers = (self.exporting, self.reports, self.data.copying, self.sheet_digits, self.printing)
        return [one for one in writers if one.is_under_way or (one is self.printing and self.printing.is_printing)]

    def end_threads(self, seconds: float = math.inf) -> None:
        """Return when every thread and process is gone, or after so long; nothing works any more after that."""
        deadline = time.monotonic() + seconds
        self.undo_stack.clear()  # it would tell its listeners at its own end, when some of them are gone
        self.replay.stop()
        self.safekeeping.shut_down()
        self.answering.shut_down()
        ended = [part.shut_down(deadline) for part in (self.sweeps, self.runs, self.activity, self.tasks)]
        self.has_ended = all(ended)
