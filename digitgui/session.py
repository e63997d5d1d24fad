"""What is open now: the network, the data, the drawing, the run; and the signals that say it changed."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from digitgui.answers import Answers
from digitgui.background import BackgroundTasks
from digitgui.curves import RunCurves
from digitgui.data_document import DataDocument
from digitgui.data_looks import DataLooks
from digitgui.doubt_curve import DoubtCurve
from digitgui.drawing import Drawing
from digitgui.drawing_keeper import DrawingKeeper
from digitgui.evaluation import Evaluation
from digitgui.guided_writing import GuidedWriting
from digitgui.hand_teaching import HandTeaching
from digitgui.handwriting import Handwriting
from digitgui.model_document import ModelDocument
from digitgui.my_digits_as_data import MyDigitsAsData
from digitgui.number_reading import NumberReader, ReadNumber
from digitgui.personal_set import PersonalSet
from digitgui.picture_input import PictureInput
from digitgui.prediction import Prediction, answer
from digitgui.replay import Replay
from digitgui.run_status import RunStatus
from digitgui.settings import Settings
from digitgui.shipped import BUNDLED
from digitgui.training_worker import Progress, TrainingRun
from digitgui.wording import percent, sentence_of
from model import Dataset, Network, build
from model.arrays import ImageArray, LabelArray
from model.checkpoints import Checkpoint, load_checkpoint
from model.errors import CorruptError, ModelError
from model.history import History
from model.preprocessing import USUAL_STEPS, Steps
from model.provenance import describe_run
from model.storage import SUFFIX
from model.training import FinishReason, LearningRateChanged, RunFinished, RunStarted, TrainingConfig

__all__ = ["Session"]

KEEP_SECONDS = 20
"""A network that is being trained is kept on disk this often."""


class Session(QObject):
    """Everything that is open, and what may be done with it.

    Attributes
    ----------
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
    run : TrainingRun
        The training, if any is going on.
    run_status : RunStatus or None
        Of this run, or the last one.

    Signals
    -------
    dataset_changed()
        Other data is open, or it was corrected, or cut in another way.
    prediction_changed()
    run_progressed()
        `run_status` has grown.
    run_continued(str, TrainingConfig)
        A run goes on that had these settings, and a network of this name.
    noticed(str), failed(str)
        One sentence that the user should read.
    busy(str)
        Something takes a while: what; empty when it is over.
    """

    dataset_changed = Signal()
    prediction_changed = Signal()
    run_progressed = Signal()
    run_continued = Signal(str, object)
    noticed = Signal(str)
    failed = Signal(str)
    busy = Signal(str)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.undo_stack = QUndoStack(self)
        self.tasks = BackgroundTasks(self)
        self.model = ModelDocument(settings, self.tasks, self)
        self.data = DataDocument(settings, self.undo_stack, self.tasks, self)
        self.personal = PersonalSet(settings.folder, self.undo_stack, self.tasks, self)
        self.hand = HandTeaching(self.model, self.personal, self.undo_stack, self.tasks, self)
        self.my_digits = MyDigitsAsData(self.personal, self.hand, self.data, self)
        self.looks = DataLooks(self.data, self)
        self.answers = Answers(self.model, self.data, self.looks.tasks, self)
        self.evaluation = Evaluation(self.model, self.answers, self.data, self)
        self.drawing = Drawing(self, self.undo_stack)
        self.steps = USUAL_STEPS
        self.handwriting = Handwriting(self.drawing, self.data, self.looks.tasks, self)
        self.doubt_curve = DoubtCurve(self.model, self.data, self.looks.tasks, self)
        self.pictures = PictureInput(self.drawing, self)
        self.replay = Replay(self.drawing, self)
        self.prediction: Prediction | None = None
        self.numbers = NumberReader(self.drawing, self.model, self)
        self.keeper = DrawingKeeper(self.drawing, self.personal, lambda: self.prediction, self.undo_stack, self)
        self.guide = GuidedWriting(self.drawing, self.undo_stack, self.keeper.keep, self)
        self.run = TrainingRun(self)
        self.run_status: RunStatus | None = None
        self._checkpoint = settings.folder / f"unfinished{SUFFIX}"
        self._kept_at = 0.0

        self.model.noticed.connect(self.noticed)
        self.model.failed.connect(self.failed)
        self.model.weights_changed.connect(self.predict)
        self.drawing.stroke_ended.connect(self.predict)
        self.numbers.changed.connect(self.prediction_changed)
        self.run.progressed.connect(self._take_progress)
        self.run.finished.connect(self._take_finished)
        self.run.failed.connect(self._take_failure)
        self.data.changed.connect(self.dataset_changed)
        self.data.proposal_changed.connect(self._tell_reading)
        for part in (self.data, self.personal, self.hand, self.looks, self.answers, self.evaluation):
            part.failed.connect(self.failed)
        for failed in (self.pictures.failed, self.handwriting.failed, self.doubt_curve.failed):
            failed.connect(self.failed)
        for teller in (self.data, self.hand, self.keeper):
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
        else:
            self.hand.teach()

    def keep_taught(self) -> None:
        """Let the taught network be the open one."""
        if self.run.is_active:
            self.failed.emit("A network is being trained: stop the training before you open the taught one.")
        else:
            self.hand.keep()

    def _is_teaching(self) -> bool:
        """Tell the user so, if a hand is being taught: both at once would share the cores, and their bits."""
        if self.hand.share is None:
            return False
        self.failed.emit("Your hand is being taught: wait a moment, or cancel that, before you train a network.")
        return True

    # the model

    def save_model(self, path: Path) -> None:
        """Save the network as it is now, with what is known of its run."""
        self._describe_run()
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

    def _tell_reading(self) -> None:
        source = self.data.reading_source
        self.busy.emit(f"Opening {Path(source).name} …" if source else "")

    # the training

    def start_training(self, arch: str, config: TrainingConfig) -> None:
        """Train a fresh network on the open data; an unsaved one is set aside first."""
        if self.run.is_active or self._is_teaching():
            return
        network = build(arch, config.seed)
        shown = self._show_network_of_run(network)
        if shown:
            self.run_status = RunStatus(config, self.dataset, shown, History(), RunCurves())
            self.run.start(network, self.dataset, config, self._checkpoint)
            self.run_progressed.emit()

    @property
    def can_continue(self) -> bool:
        """Whether a run was ended before its last epoch, by hand or by the end of the program."""
        return not self.run.is_active and self._checkpoint.exists()

    def continue_training(self) -> None:
        """Go on with the run that was ended before its last epoch, after the last whole epoch of it."""
        if self.can_continue:
            self.tasks.start(lambda: load_checkpoint(self._checkpoint), self._continue, self._fail_continuing)

    def _continue(self, begun: Checkpoint) -> None:
        if self.run.is_active or self._is_teaching():
            return
        if begun.data_sha256 != self.dataset.fingerprint:
            self.failed.emit(
                f"The run that was stopped learned from {begun.data_name}, not from {self.dataset.name} as it is"
                " now: open that first."
            )
            return
        before = self.run_status
        if before and before.config == begun.state.config and before.history.learning_rate_changes:
            # one that was made in the epoch that was cut off holds too
            begun.state.learning_rate = before.history.learning_rate_changes[-1].learning_rate
        shown = self._show_network_of_run(begun.network, continues=before is not None)
        if shown:
            config, history = begun.state.config, begun.history
            curves = RunCurves.of(history)
            self.run_status = RunStatus(config, self.dataset, shown, history, curves, busy_seconds=begun.seconds)
            # first of all, or a control that loses the focus would hand its old value to the run
            self.run_continued.emit(begun.network.name, replace(config, learning_rate=begun.state.learning_rate))
            self.run.go_on(begun, self.dataset, self._checkpoint)
            self.run_progressed.emit()

    def _fail_continuing(self, error: Exception) -> None:
        if type(error) is CorruptError:  # another program, or another try, may yet read whatever else it is
            with contextlib.suppress(OSError):
                self._checkpoint.unlink()
        self.failed.emit(f"The run cannot be continued: {sentence_of(error)}")
        self.run_progressed.emit()

    def _show_network_of_run(self, network: Network, *, continues: bool = False) -> Network | None:
        """Open a copy of a network that is about to be trained; None if the open one cannot be set aside.

        A network that the same run has trained before, and nobody has saved since, is the copy already.
        """
        status = self.run_status
        if continues and status and status.is_of(self.model.network) and self.model.path is None:
            self.model.take_weights(network.weights(), (network.input_mean, network.input_deviation))
            return self.model.network
        shown = network.copy()
        try:
            self.model.replace(shown, name=network.name)
        except ModelError as error:
            self.failed.emit(sentence_of(error))
            return None
        return shown

    def _take_progress(self, progress: Progress) -> None:
        status = self.run_status
        assert status
        for event in progress.events:
            status.history.add(event)
            status.curves.add(event)
            if isinstance(event, RunStarted):
                status.total_images = event.images_per_epoch * event.epochs
            if isinstance(event, LearningRateChanged):
                self.noticed.emit(f"Learning rate {event.learning_rate:g} from step {event.step:,} on.")
        status.busy_seconds = progress.busy_seconds
        if progress.weights is not None:
            self.model.take_weights(progress.weights, progress.input_scaling)
            self._keep_now_and_then()
        self.run_progressed.emit()

    def _keep_now_and_then(self) -> None:
        """Keep what has been learned, so that a power cut costs half a minute of it."""
        if time.monotonic() - self._kept_at > KEEP_SECONDS:
            self._kept_at = time.monotonic()
            self.model.keep_soon()

    def _describe_run(self) -> None:
        """Write into the network where it comes from, if it comes from the run that is shown."""
        status = self.run_status
        if status is not None and status.is_of(self.model.network):
            self.model.describe(
                describe_run(status.dataset, status.config, status.history, status.finished, status.busy_seconds)
            )

    def _take_finished(self, event: RunFinished) -> None:
        status = self.run_status
        assert status
        status.finished = event
        self._describe_run()
        self.model.keep_soon()
        self.run_progressed.emit()
        if event.reason is FinishReason.DIVERGED:
            self.failed.emit(
                f"The loss became infinite in epoch {status.epoch}, so training ended with the last good"
                " weights. Try a smaller learning rate."
            )
        elif event.report is not None and not event.has_learned:
            self.failed.emit(
                f"The network has not learned: {percent(event.report.accuracy)} right is hardly better than"
                " guessing. Try a smaller learning rate."
            )

    def _take_failure(self, error: Exception) -> None:
        assert self.run_status
        self.run_status.has_failed = True
        self.failed.emit(f"Training ended by an error: {sentence_of(error)}")
        self.run_progressed.emit()

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
        self._describe_run()
        self.model.keep_unsaved()
        return True

    def end_threads(self) -> None:
        """Return when every thread and process is gone; nothing works any more after that."""
        self.replay.stop()
        self.pictures.shut_down()
        self.hand.shut_down()
        self.evaluation.shut_down()
        self.looks.shut_down()
        self.numbers.shut_down()
        self.data.shut_down()
        self.tasks.shut_down()
