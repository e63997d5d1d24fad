"""What is open now: the network, the data, the drawing, the run; and the signals that say it changed."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from digitgui.documents.answers import Answers
from digitgui.documents.data_document import DataDocument
from digitgui.documents.data_looks import DataLooks
from digitgui.documents.doubt_curve import DoubtCurve
from digitgui.documents.evaluation import Evaluation
from digitgui.documents.hand_teaching import HandTeaching
from digitgui.documents.model_document import ModelDocument
from digitgui.documents.my_digits_as_data import MyDigitsAsData
from digitgui.documents.personal_set import PersonalSet
from digitgui.drawings.drawing import Drawing
from digitgui.drawings.drawing_keeper import DrawingKeeper
from digitgui.drawings.guided_writing import GuidedWriting
from digitgui.drawings.handwriting import Handwriting
from digitgui.drawings.number_reading import NumberReader
from digitgui.drawings.picture_input import PictureInput
from digitgui.drawings.prediction import Prediction, answer
from digitgui.drawings.read_number import ReadNumber
from digitgui.drawings.replay import Replay
from digitgui.runs.data_match import DataMatch
from digitgui.runs.reports import Reports
from digitgui.runs.run_status import RunStatus
from digitgui.runs.runs_document import RunsDocument
from digitgui.runs.sweeps import Sweeps
from digitgui.runs.trainings import Trainings
from digitgui.settings import Settings
from digitgui.work.background import BackgroundTasks
from digitgui.work.computation import Activity
from model import Dataset
from model.handwriting.preprocessing import USUAL_STEPS, Steps
from model.network.arrays import ImageArray, LabelArray
from model.readers.sources import BUNDLED
from model.runs.run_store import RunRecord
from model.training.training import TrainingConfig

__all__ = ["Session"]


class Session(QObject):
    """Everything that is open, and what may be done with it.

    Attributes
    ----------
    activity : Activity
        What is being computed in the background.
    model : ModelDocument
        The network and its file.
    data : DataDocument
        The data set and its file.
    personal : PersonalSet
        The user's own pictures.
    hand : HandTeaching
        What teaches the network the user's hand.
    guide : GuidedWriting
        What asks for digits to write.
    my_digits : MyDigitsAsData
        What shows these pictures on the Data page.
    looks : DataLooks
        What has been found out about the data.
    answers : Answers
        What the network makes of the data.
    evaluation : Evaluation
        How good these answers are.
    drawing : Drawing
    keeper : DrawingKeeper
        What keeps the drawing in my digits.
    steps : Steps
        Which steps a drawing goes through on its way to the network.
    handwriting : Handwriting
        How the drawings compare with the data.
    doubt_curve : DoubtCurve
        What moving the line of doubt would bring.
    pictures : PictureInput
        What brings photos and the clipboard into the drawing.
    replay : Replay
        What draws the drawing once more.
    undo_stack : QUndoStack
        Of everything in the window that can be undone.
    prediction : Prediction or None
        None for an empty drawing.
    numbers : NumberReader
        What finds several digits in the drawing.
    trainings : Trainings
        What trains networks.
    run : TrainingRun
        The training, if any is going on.
    run_store : RunStore
        All trainings so far.
    runs : RunsDocument
        What is in it and in the sweeps, and what a person says of that.
    sweeps : Sweeps
        What compares many trainings.
    reports : Reports
        What writes reports of runs and sweeps.
    data_match : DataMatch
        Whether the open network, and the curves, belong to the data as they are.

    Signals
    -------
    dataset_changed()
        Other data is open, or it was corrected, or cut in another way.
    prediction_changed()
    run_progressed()
        `run_status` has grown.
    run_continued(str, TrainingConfig)
        A run with a network of this name, and these settings of its own, begins or goes on.
    runs_changed()
        A run in the store is other than before; whoever changes one there emits it.
    noticed(str), failed(str)
        One sentence that the user should read.
    """

    dataset_changed = Signal()
    prediction_changed = Signal()
    run_progressed = Signal()
    run_continued = Signal(str, object)
    runs_changed = Signal()
    noticed = Signal(str)
    failed = Signal(str)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.undo_stack = QUndoStack(self)
        self.tasks = BackgroundTasks(self)
        self.activity = Activity(self)
        self.model = ModelDocument(settings, self.tasks, self)
        self.data = DataDocument(settings, self.undo_stack, self.tasks, self.activity, self)
        self.personal = PersonalSet(settings.folder, self.undo_stack, self.tasks, self)
        self.hand = HandTeaching(self.model, self.personal, self.undo_stack, self.tasks, self.activity)
        self.my_digits = MyDigitsAsData(self.personal, self.hand, self.data, self)
        self.looks = DataLooks(self.data, self.activity, self)
        self.answers = Answers(self.model, self.data, self.activity)
        self.evaluation = Evaluation(self.model, self.answers, self.data, self.activity)
        self.drawing = Drawing(self, self.undo_stack)
        self.numbers = NumberReader(self.drawing, self.model, self.activity, self)
        self.steps = USUAL_STEPS
        self.handwriting = Handwriting(self.drawing, self.numbers, self.data, self.activity, self)
        self.doubt_curve = DoubtCurve(self.model, self.data, self.activity, self)
        self.pictures = PictureInput(self.drawing, self)
        self.replay = Replay(self.drawing, self)
        self.prediction: Prediction | None = None
        self.keeper = DrawingKeeper(
            self.drawing, self.personal, lambda: self.prediction, self.numbers, self.undo_stack, self
        )
        self.guide = GuidedWriting(self.drawing, self.undo_stack, settings, self.keeper.keep, self)
        self.trainings = Trainings(settings.folder, self.model, self.data, self.tasks, self._is_hindered, self)
        self.run, self.run_store = self.trainings.run, self.trainings.store
        self.sweeps = Sweeps(settings, self.data, self.tasks, self._hinders_sweep, self)
        self.runs = RunsDocument(self.run_store, self.sweeps.folders, self.undo_stack, self.activity, self)
        self.reports = Reports(self.activity)
        self.data_match = DataMatch(self.model, self.data, self.trainings, self.tasks, self.activity, self)
        self._connect()

    def _connect(self) -> None:
        """Let the parts hear of each other, and the window of them."""
        self.model.noticed.connect(self.noticed)
        self.model.failed.connect(self.failed)
        self.model.weights_changed.connect(self.predict)
        self.drawing.stroke_ended.connect(self.predict)
        self.numbers.changed.connect(self.prediction_changed)
        self.trainings.progressed.connect(self.run_progressed)
        self.trainings.settings_taken.connect(self.run_continued)
        self.trainings.runs_changed.connect(self.runs_changed)
        self.runs_changed.connect(self.trainings.look_for_continuable)
        self.runs_changed.connect(self.runs.refresh)
        self.runs.bin_changed.connect(self.runs_changed)
        self.sweeps.run_done.connect(self.runs.refresh)
        self.data.changed.connect(self.dataset_changed)
        for part in (
            self.data,
            self.personal,
            self.hand,
            self.looks,
            self.answers,
            self.evaluation,
            self.pictures,
            self.handwriting,
            self.doubt_curve,
            self.trainings,
            self.data_match,
            self.runs,
            self.sweeps,
            self.reports,
        ):
            part.failed.connect(self.failed)
        for teller in (self.data, self.keeper, self.trainings, self.sweeps):
            teller.noticed.connect(self.noticed)

    # the drawing

    def predict(self) -> None:
        """Let the network answer the drawing as it is now."""
        before, self.prediction = self.prediction, answer(self.drawing, self.model.network, self.steps)
        if self.prediction or before:
            self.prediction_changed.emit()

    @property
    def number(self) -> ReadNumber | None:
        """The digits of the drawing, if it has been found to hold several."""
        return self.numbers.number

    def set_steps(self, steps: Steps) -> None:
        """Let drawings go through other steps, as long as the program runs."""
        self.steps = steps
        self.predict()

    def set_refuse_below(self, probability: float) -> None:
        """Draw the line below which answers of the open network are doubted."""
        self.model.set_refuse_below(round(probability, 2))
        self.predict()

    # the user's hand

    def teach_hand(self) -> None:
        """Teach the open network the user's hand, in the background."""
        if self.run.is_active:
            self.failed.emit("A network is being trained: stop the training before you teach one your hand.")
        elif self.sweeps.going:
            self.failed.emit("A sweep is going on: wait, or cancel it, before you teach a network your hand.")
        else:
            self.hand.teach()

    def keep_taught(self) -> None:
        """Let the taught network be the open one."""
        if self.run.is_active:
            self.failed.emit("A network is being trained: stop the training before you open the taught one.")
        else:
            self.hand.keep()

    def _is_hindered(self) -> bool:
        """Tell the user so, if a hand is being taught or a sweep goes on: both at once would share the cores."""
        if self.sweeps.going:
            self.failed.emit("A sweep is going on: wait, or cancel it, before you train a network.")
            return True
        if self.hand.share is None:
            return False
        self.failed.emit("Your hand is being taught: wait a moment, or cancel that, before you train a network.")
        return True

    def _hinders_sweep(self) -> bool:
        """Tell the user so, if a network is being trained or a hand taught."""
        if self.run.is_active:
            self.failed.emit("A network is being trained: stop the training before you begin a sweep.")
        elif self.hand.share is not None:
            self.failed.emit("Your hand is being taught: wait a moment, or cancel that, before you begin a sweep.")
        return self.run.is_active or self.hand.share is not None

    # the model

    def save_model(self, path: Path) -> None:
        """Save the network as it is now, with what is known of its run."""
        self.trainings.describe()
        self.model.save(path)

    def open_model(self, source: str) -> None:
        """Open ``default`` or a model file in the background."""
        if self.run.is_active:
            self.failed.emit("A network is being trained: stop the training before you open another one.")
        else:
            self.model.open(source)

    # the data

    @property
    def dataset(self) -> Dataset:
        """The open data set."""
        return self.data.dataset

    def open_data(self, source: str) -> None:
        """Read other data in the background and propose it; the bundled digits need no word of the user's."""
        self.data.open(source, ask=source != BUNDLED)

    def held_out_pictures(self) -> Callable[[], tuple[ImageArray, LabelArray]]:
        """Return what gives pictures and labels that a training watches but does not learn from."""
        dataset = self.dataset
        return lambda: dataset.part(dataset.monitor_part)

    # the training

    @property
    def run_status(self) -> RunStatus | None:
        """How far the run has come that is going on, or how far the last one came."""
        return self.trainings.status

    def start_training(self, arch: str, config: TrainingConfig) -> None:
        """Train a fresh network on the open data; an unsaved one is set aside first."""
        self.trainings.start(arch, config)

    def train_again(self, record: RunRecord) -> None:
        """Train with the settings of an earlier run, from the beginning, on the open data."""
        self.trainings.start_again(record)

    @property
    def can_continue(self) -> bool:
        """Whether a run was ended before its last epoch, by hand or by the end of the program."""
        return not self.run.is_active and bool(self.trainings.continuable)

    def continue_training(self, run: str = "") -> None:
        """Go on with a run that was ended before its last epoch, after the last whole epoch of it.

        Parameters
        ----------
        run : str, optional
            Its name in the store; the newest one that may be continued if not given.
        """
        run = run or self.trainings.continuable
        if run and not self.run.is_active:
            self.trainings.continue_(run)

    def open_run(self, run: str) -> None:
        """Open the network of a run of the store, in the background."""
        self.trainings.open_network(run)

    @property
    def model_is_from_other_data(self) -> bool:
        """Whether the open network learned from the open data as they were before they were changed."""
        return bool(self.data_match.of_model)

    def keep_everything(self) -> bool:
        """End the training, and write what is not saved yet; False if the training did not end in time.

        Raises
        ------
        ModelFileError
            If unsaved changes of the network cannot be kept.
        """
        if not self.run.shut_down():
            self.failed.emit("The training has not ended yet: close the window again in a moment.")
            return False
        self.tasks.finish()
        self.trainings.describe()
        self.model.keep_unsaved()
        self.hand.keep_aside()
        return True

    def end_threads(self) -> None:
        """Return when every thread and process is gone; nothing works any more after that."""
        self.undo_stack.clear()  # it would tell its listeners at its own end, when some of them are gone
        self.replay.stop()
        self.sweeps.shut_down()
        self.runs.shut_down()
        self.pictures.shut_down()
        self.activity.shut_down()
        self.tasks.shut_down()
