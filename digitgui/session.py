"""What is open now: the network, the data, the drawing, the runs; and how these parts hear of each other."""

import math
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QUndoStack

from digitgui.documents.data_document import DataDocument
from digitgui.documents.edit_store import EditStore
from digitgui.documents.hand_teaching import HandTeaching
from digitgui.documents.model_document import ModelDocument
from digitgui.documents.my_digits_as_data import MyDigitsAsData
from digitgui.documents.personal_set import PersonalSet
from digitgui.drawings.answering import Answering
from digitgui.drawings.drawing import Drawing
from digitgui.drawings.drawing_keeper import DrawingKeeper
from digitgui.drawings.guided_writing import GuidedWriting
from digitgui.drawings.handwriting import Handwriting
from digitgui.drawings.kept_drawing import KeptDrawing
from digitgui.drawings.kept_photo import KeptPhoto
from digitgui.drawings.photo import Photo
from digitgui.drawings.picture_input import PictureInput
from digitgui.drawings.replay import Replay
from digitgui.installation.shipped import DEFAULT
from digitgui.runs.data_match import DataMatch
from digitgui.runs.printing import Printing
from digitgui.runs.reports import Reports
from digitgui.runs.trainings import Trainings
from digitgui.settings import Settings
from digitgui.work.background import BackgroundTasks
from digitgui.work.computation import Activity, Computation
from digitgui.work.safekeeping import Change, Safekeeping
from digitgui.work.teller import Teller
from digitgui.work.turns import Turns, Wish

# These are made when they are first wanted, and only then imported: the window opens sooner.
if TYPE_CHECKING:
    from digitgui.documents.answers import Answers
    from digitgui.documents.data_looks import DataLooks
    from digitgui.documents.doubt_curve import DoubtCurve
    from digitgui.documents.evaluation import Evaluation
    from digitgui.documents.exporting import Exporting
    from digitgui.documents.importing import Importing
    from digitgui.documents.inspection import Inspection
    from digitgui.documents.operating import Operating
    from digitgui.documents.second_opinion import SecondOpinion
    from digitgui.documents.sheet_digits import SheetDigits
    from digitgui.documents.sheet_layout import SheetLayout
    from digitgui.documents.sheet_project import SheetProject
    from digitgui.documents.sheet_review import SheetReview
    from digitgui.documents.sheet_scan import SheetScan
    from digitgui.documents.sheet_tables import SheetTables
    from digitgui.documents.sheet_teaching import SheetTeaching
    from digitgui.documents.stepping import Stepping
    from digitgui.runs.runs_document import RunsDocument
    from digitgui.runs.sweeps import Sweeps
    from digitgui.runs.time_machine import TimeMachine

Part = TypeVar("Part", bound=QObject)


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
    inspection, stepping, operating : Inspection, Stepping, Operating
        The picture, the network and the number that are looked into; what trains and what changes a copy.
    sheets, sheet_review, sheet_scan, sheet_tables : SheetProject, SheetReview, SheetScan, SheetTables
        The sheets that are read, which of them and which cell is looked at, its picture, and what writes tables.
    sheet_layout : SheetLayout
        What changes where the cells of that sheet are, and what is known of its columns.
    sheet_teaching, sheet_digits : SheetTeaching, SheetDigits
        What teaches the network the hand of these sheets, and what writes their digits as a data set.
    drawing, kept_drawing, answering : Drawing, KeptDrawing, Answering
        The drawing, what keeps it from one start to the next, and what the network makes of it.
    photo : Photo
        The picture that is shown to a network which takes no drawings.
    handwriting, pictures, replay : Handwriting, PictureInput, Replay
        What compares the drawings with the data, brings photos and the clipboard into the drawing, draws it anew.
    personal, keeper, guide : PersonalSet, DrawingKeeper, GuidedWriting
        The user's own pictures, what keeps the drawing among them, and what asks for digits to write.
    hand, my_digits : HandTeaching, MyDigitsAsData
        What teaches the network these pictures, and what shows them on the Data page.
    trainings, sweeps, time_machine : Trainings, Sweeps, TimeMachine
        What trains one network, what compares many, and a run as it was after each epoch.
    runs, reports, printing : RunsDocument, Reports, Printing
        All trainings so far and what a person says of them, and what writes and prints reports of them.
    exporting, importing : Exporting, Importing
        What writes the network for other programs, and what opens theirs.
    data_match : DataMatch
        Whether the open network, and the curves, belong to the data as they are.
    has_ended : bool
        Whether every thread and process is gone.

    Signals
    -------
    undo_offered(str)
        Something has been done that can be undone; what, in a sentence.
    offered(str, object, str)
        Something that can be done, in a sentence; what does it, and the word for that.
    outdated(str)
        This sentence, which failed has told, no longer holds.
    sweep_changed()
        A sweep begins, has come further, or has ended.
    sweep_finished(Path, str)
        A sweep is done: its folder, and a sentence.
    """

    undo_offered = Signal(str)
    offered = Signal(str, object, str)
    outdated = Signal(str)
    sweep_changed = Signal()
    sweep_finished = Signal(object, str)

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

        # first of all that hears of another network, since it may be about other classes
        self.personal = personal = PersonalSet(settings.folder, undo_stack, safekeeping, self)
        personal.turn_to(model.task)
        model.changed.connect(lambda: personal.turn_to(model.task))

        self.drawing = drawing = Drawing(self, undo_stack)
        self.photo = photo = Photo(undo_stack, self)
        self._kept_photo = KeptPhoto(photo, settings.folder, tasks, safekeeping, self)
        self.answering = Answering(drawing, photo, model, activity, self)
        self.handwriting = Handwriting(drawing, self.answering, data, activity, self)
        self.pictures = PictureInput(drawing, photo, model, activity, self)
        self.replay = Replay(drawing, self)

        self.keeper = DrawingKeeper(drawing, self.personal, self.answering, undo_stack, self)
        self.guide = GuidedWriting(drawing, undo_stack, self.keeper, self)
        # after all that hears of the drawing: what is restored is a change as any other
        self.kept_drawing = KeptDrawing(drawing, settings.folder, safekeeping, self)
        self.hand = HandTeaching(model, data, self.personal, undo_stack, tasks, turns, activity)
        store = EditStore(settings.folder, safekeeping)
        self.my_digits = MyDigitsAsData(self.personal, self.hand, data, store, undo_stack, self)

        self.trainings = Trainings(settings.folder, model, data, tasks, turns, activity, self)
        self.reports, self.printing = Reports(activity), Printing(activity)
        self.data_match = DataMatch(model, data, self.trainings, tasks, activity, self)
        self._connect()

    def _connect(self) -> None:
        """Let the parts hear of each other, and the window of them."""
        for teller in self.findChildren(Teller, options=Qt.FindChildOption.FindDirectChildrenOnly):
            self._hear(teller)
        for computation in (self.reports, self.printing):
            self._hear(computation)
        self._hear(self.hand, self.hand.kept)
        self.keeper.kept.connect(self.undo_offered)
        self.printing.printed.connect(self.noticed)

    def _hear(self, part: Part, kept: SignalInstance | None = None) -> Part:
        """Let the window hear what a part has to say, and what it has done that can be undone."""
        if kept is not None:
            kept.connect(self.undo_offered)
        if isinstance(part, Teller):
            part.noticed.connect(self.noticed)
        if isinstance(part, Teller | Computation):
            part.failed.connect(self.failed)
        return part

    # What is made when it is first wanted, which imports its class. The class above says what each is.

    @cached_property
    def looks(self) -> "DataLooks":  # noqa: D102
        from digitgui.documents.data_looks import DataLooks  # noqa: PLC0415

        return self._hear(DataLooks(self.data, self.activity, self))

    @cached_property
    def answers(self) -> "Answers":  # noqa: D102
        from digitgui.documents.answers import Answers  # noqa: PLC0415

        return self._hear(Answers(self.model, self.data, self.activity))

    @cached_property
    def second(self) -> "SecondOpinion":  # noqa: D102
        from digitgui.documents.second_opinion import SecondOpinion  # noqa: PLC0415

        return self._hear(SecondOpinion(self.data, self.activity, self))

    @cached_property
    def evaluation(self) -> "Evaluation":  # noqa: D102
        from digitgui.documents.evaluation import Evaluation  # noqa: PLC0415

        return self._hear(Evaluation(self.model, self.answers, self.data, self.activity))

    @cached_property
    def doubt_curve(self) -> "DoubtCurve":  # noqa: D102
        from digitgui.documents.doubt_curve import DoubtCurve  # noqa: PLC0415

        return self._hear(DoubtCurve(self.model, self.data, self.activity, self))

    @cached_property
    def sweeps(self) -> "Sweeps":  # noqa: D102
        from digitgui.runs.sweeps import Sweeps  # noqa: PLC0415

        made = Sweeps(self.settings, self.data, self.tasks, self.turns, self)
        made.changed.connect(self.sweep_changed)
        made.progressed.connect(self.sweep_changed)
        made.finished.connect(self.sweep_finished)
        return self._hear(made)

    @property
    def sweeps_going(self) -> "Sweeps | None":
        """What knows of the sweep that is going on, if one is."""
        return self.sweeps if "sweeps" in self.__dict__ and self.sweeps.going else None

    @cached_property
    def runs(self) -> "RunsDocument":  # noqa: D102
        from digitgui.runs.runs_document import RunsDocument  # noqa: PLC0415

        store, folders = self.trainings.store, self.sweeps.folders
        made = RunsDocument(store, folders, self.undo_stack, self.tasks, self.safekeeping, self.activity, self)
        made.bin_changed.connect(self.trainings.runs_changed)
        self.trainings.runs_changed.connect(made.refresh)
        self.sweeps.run_done.connect(made.refresh)
        made.refresh()  # it was not there when runs were done before
        return self._hear(made, made.deleted)

    @cached_property
    def exporting(self) -> "Exporting":  # noqa: D102
        from digitgui.documents.exporting import Exporting  # noqa: PLC0415

        made = Exporting(self.model, self.activity)
        made.exported.connect(self.noticed)
        return self._hear(made)

    @cached_property
    def importing(self) -> "Importing":  # noqa: D102
        from digitgui.documents.importing import Importing  # noqa: PLC0415

        made = Importing(self.model, self.turns, self.activity)
        made.imported.connect(self.noticed)
        return self._hear(made)

    @cached_property
    def inspection(self) -> "Inspection":  # noqa: D102
        from digitgui.documents.inspection import Inspection  # noqa: PLC0415

        return self._hear(Inspection(self.model, self.data, self.activity, self))

    @cached_property
    def stepping(self) -> "Stepping":  # noqa: D102
        from digitgui.documents.stepping import Stepping  # noqa: PLC0415

        made = Stepping(self.inspection, self.model, self.data, self.undo_stack, self.turns, self.activity)
        return self._hear(made, made.kept)

    @cached_property
    def operating(self) -> "Operating":  # noqa: D102
        from digitgui.documents.operating import Operating  # noqa: PLC0415

        made = Operating(self.inspection, self.model, self.data, self.undo_stack, self.turns, self.activity)
        return self._hear(made, made.kept)

    @cached_property
    def time_machine(self) -> "TimeMachine":  # noqa: D102
        from digitgui.runs.time_machine import TimeMachine  # noqa: PLC0415

        made = TimeMachine(self.trainings, self.inspection, self.model, self.data, self.activity, self)
        return self._hear(made)

    @cached_property
    def sheets(self) -> "SheetProject":  # noqa: D102
        from digitgui.documents.sheet_project import SheetProject  # noqa: PLC0415

        made = SheetProject(self.settings, self.model, self.safekeeping, self.activity, self)
        made.outdated.connect(self.outdated)
        return self._hear(made)

    @cached_property
    def sheet_review(self) -> "SheetReview":  # noqa: D102
        from digitgui.documents.sheet_review import SheetReview  # noqa: PLC0415

        return self._hear(SheetReview(self.sheets, self.undo_stack, self.settings, self))

    @cached_property
    def sheet_layout(self) -> "SheetLayout":  # noqa: D102
        from digitgui.documents.sheet_layout import SheetLayout  # noqa: PLC0415

        made = SheetLayout(self.sheets, self.sheet_review, self.undo_stack, self.tasks, self)
        made.offered.connect(self.offered)
        return self._hear(made)

    @cached_property
    def sheet_scan(self) -> "SheetScan":  # noqa: D102
        from digitgui.documents.sheet_scan import SheetScan  # noqa: PLC0415

        return self._hear(SheetScan(self.sheet_review, self.activity, self))

    @cached_property
    def sheet_tables(self) -> "SheetTables":  # noqa: D102
        from digitgui.documents.sheet_tables import SheetTables  # noqa: PLC0415

        return self._hear(SheetTables(self.sheets, self.tasks, self))

    @cached_property
    def sheet_teaching(self) -> "SheetTeaching":  # noqa: D102
        from digitgui.documents.sheet_teaching import SheetTeaching  # noqa: PLC0415

        made = SheetTeaching(self.model, self.sheets, self.undo_stack, self.turns, self.activity)
        return self._hear(made, made.kept)

    @cached_property
    def sheet_digits(self) -> "SheetDigits":  # noqa: D102
        from digitgui.documents.sheet_digits import SheetDigits  # noqa: PLC0415

        made = SheetDigits(self.model, self.sheets, self.activity)
        made.saved.connect(self.noticed)
        return self._hear(made)

    # what concerns several parts

    def save_model(self, path: Path) -> None:
        """Save the network as it is now, with what is known of its run."""
        self.trainings.describe()
        self.model.save(path)

    def open_model(self, source: str) -> None:
        """Open ``default``, a model file, or one of another program, in the background."""
        if self.turns.refuses(Wish.OPEN):
            return
        if source != DEFAULT and self.importing.takes(Path(source)):
            self.importing.start(Path(source))
        else:
            self.model.open(source)

    def keep_everything(self) -> bool:
        """End the training, and write what is not saved yet; False if the training did not end in time.

        What could not be written waits in `safekeeping`.
        """
        if "sheet_review" in self.__dict__:
            self.sheet_review.keep_typed()
        if not self.trainings.run.shut_down():
            self.failed.emit("Training has not stopped yet. Close the window again in a moment.")
            return False
        self.kept_drawing.keep()
        self.safekeeping.try_again()
        self.tasks.finish()
        self.trainings.describe()
        write = self.safekeeping.write_now  # in this thread, which reads the weights
        write("network", Change(f"the network {self.model.name}", self.model.keep_unsaved, self.model.save_into))
        write("lesson", Change("the network that was taught", self.hand.keep_aside, self.hand.save_into))
        if "sheet_teaching" in self.__dict__:
            teaching = self.sheet_teaching
            write("sheet lesson", Change("the network that was taught", teaching.keep_aside, teaching.save_into))
        return True

    @property
    def writing(self) -> list[Computation[Any]]:
        """What is at work on a file, or on paper, that the user asked for."""
        made = [getattr(self, name) for name in ("exporting", "sheet_digits") if name in self.__dict__]
        writers = [self.reports, self.data.copying, self.printing, *made]
        return [one for one in writers if one.is_under_way or (one is self.printing and self.printing.is_printing)]

    def end_threads(self, seconds: float = math.inf) -> None:
        """Return when every thread and process is gone, or after so long; nothing works any more after that."""
        deadline = time.monotonic() + seconds
        self.drawing.end_stroke()  # which is a step: none may come after the clearing
        self.undo_stack.clear()  # it would tell its listeners at its own end, when some of them are gone
        self.replay.stop()
        self.safekeeping.shut_down()
        self.answering.shut_down()
        made = [getattr(self, name) for name in ("sweeps", "runs") if name in self.__dict__]
        ended = [part.shut_down(deadline) for part in (*made, self.activity, self.tasks)]
        self.has_ended = all(ended)
