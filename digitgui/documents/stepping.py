"""Training a copy of the network that is looked into, step by step, until it is kept or discarded."""

from collections.abc import Callable
from dataclasses import asdict

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QUndoStack

from digitgui.documents.data_document import DataDocument
from digitgui.documents.inspected_copy import InspectedCopy, problem_of_replacing
from digitgui.documents.inspection import Inspection
from digitgui.documents.model_document import ModelDocument
from digitgui.documents.replacement import Replacement
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation
from digitgui.work.turns import Turns, Wish
from model.data.dataset import Dataset
from model.inspection.training_step import Epoch, Moment, Recipe, TrainingStep, batch_of, take_epoch, take_step
from model.judging.belonging import check_belongs
from model.network.arrays import ImageArray
from model.network.one_blas_thread import one_blas_thread
from model.runs.provenance import describe_steps
from model.wording import counted

MOST_KEPT = 20
"""Steps that can be taken back."""
KEPT_NUMBERS = 30_000_000
"""Numbers that are kept for that, 120 MB: of a large network, fewer steps."""

Told = TrainingStep | Epoch


class Stepping(Computation[Told]):
    """Knows the copy, what the last step did, and the copies before.

    What `digitgui.documents.inspection.Inspection` looks into is trained, and it looks into the copy then.

    Signals
    -------
    kept(str)
        One sentence that the user should read; what it tells of can be undone.
    """

    kept = Signal(str)

    def __init__(
        self,
        inspection: Inspection,
        model: ModelDocument,
        data: DataDocument,
        undo_stack: QUndoStack,
        turns: Turns,
        activity: Activity,
    ) -> None:
        super().__init__(
            "Training a copy of the network",
            InThread(BackgroundTasks(activity)),
            activity,
            failure="The copy cannot be trained",
            tells=True,
            can_cancel=True,
        )
        self._inspection, self._model, self._data = inspection, model, data
        self._undo_stack, self._turns = undo_stack, turns
        self._recipe = Recipe()
        self._moments: list[Moment] = []  # the first is that of the network itself, as long as it is kept
        self._copy = InspectedCopy(inspection)  # before its first step, what it is made of
        self.done.connect(self._see_step)
        inspection.changed.connect(self._see_inspection)

    @property
    def recipe(self) -> Recipe:
        """How the next step changes the weights."""
        return self._recipe

    @property
    def moment(self) -> Moment | None:
        """The copy as it is; None if there is none."""
        return self._moments[-1] if self._moments else None

    @property
    def steps(self) -> int:
        """How many steps have made the copy."""
        return self.moment.steps if self.moment else 0

    @property
    def told(self) -> Told | None:
        """What the last step or epoch did; None before the first, and once it has been taken back."""
        return self.answer

    @property
    def can_take_back(self) -> bool:
        """Whether the copy before the last step is kept."""
        return len(self._moments) > 1

    def choose(self, recipe: Recipe) -> None:
        """Take the next steps in another way; another optimiser begins without a memory."""
        self._recipe = recipe

    def step(self) -> None:
        """Train by one step on the picture that is looked at."""
        picture = self._inspection.picture
        if picture is not None:
            self._ask(_step_on_picture, picture.copy(), self._inspection.label)

    def step_on_batch(self) -> None:
        """Train by one step on some pictures of the training part."""
        self._ask(_step_on_batch, self._data.dataset)

    def epoch(self) -> None:
        """Train by one pass through the training part."""
        picture = self._inspection.picture
        if picture is not None:
            self._ask(_epoch, self._data.dataset, picture.copy(), self._inspection.label)

    def take_back(self) -> None:
        """Go back to the copy before the last step, or to the network itself."""
        if self.is_under_way or not self.can_take_back or self._is_hindered():
            return
        self._moments.pop()
        if self.steps == 0:
            self.discard()
        else:
            self._look()
            self.forget()

    def discard(self) -> None:
        """Drop the copy, and look into the network that it was made of."""
        if self._is_hindered():
            return
        if self._moments:
            self._moments = []
            self._copy.leave()
        self.forget()

    def keep(self) -> None:
        """Put the copy in the place of the open network; can be undone."""
        moment = self.moment
        if moment is None or self.is_under_way or self._is_hindered() or self._turns.refuses(Wish.KEEP_COPY):
            return
        if problem := problem_of_replacing(self._model):
            self.failed.emit(problem)
            return
        name, network = self._name(), moment.network.copy()
        settings = asdict(moment.recipe)
        network.card.provenance = describe_steps(network, self._copy.origin_name, moment.steps, settings)
        self._moments = []
        self._inspection.look_at(None)
        self.forget()
        self._undo_stack.push(
            Replacement("keeping the trained copy", self._model, network, name, self.failed.emit)
        )
        self.kept.emit(f"Now using {name}.")

    def _ask(self, function: Callable[..., Told], *arguments: object) -> None:
        if self.is_under_way or self._is_hindered():
            return
        if not self.steps:
            self._moments = [Moment(self._copy.begin().copy())]
        self.ask_anew(function, self._moments[-1].with_recipe(self._recipe), *arguments)

    def _see_step(self, told: Told) -> None:
        self._moments.append(told.after)
        most = min(MOST_KEPT, KEPT_NUMBERS // told.after.size)
        del self._moments[: -1 - max(1, most)]
        self._look()

    def _look(self) -> None:
        moment = self.moment
        assert moment is not None
        self._copy.look(moment.network, self._name())

    def _name(self) -> str:
        return f"{self._copy.plain_name} after {counted(self.steps, 'step')}"

    @property
    def is_seen(self) -> bool:
        """Whether there is a copy, and the page looks into it."""
        return bool(self.steps) and self._copy.is_seen

    def _is_hindered(self) -> bool:
        """Tell whether another copy, made of this one, has to be kept or discarded first; the user hears so."""
        hindrance = self._copy.hindrance if self.steps else ""
        if hindrance:
            self.failed.emit(hindrance)
        return bool(hindrance)

    def _see_inspection(self) -> None:
        """Drop the copy, and the step that is being taken, where another network has been put in its place."""
        if self._moments and self._copy.is_gone:
            self._moments = []
            self.forget()


@one_blas_thread()
def _step_on_picture(
    moment: Moment, image: ImageArray, label: int | None, on_progress: Callable[[float], object]
) -> TrainingStep:
    on_progress(0.0)  # unless it has been cancelled
    return take_step(moment, image[np.newaxis], None if label is None else np.array([label]))


@one_blas_thread()
def _step_on_batch(moment: Moment, dataset: Dataset, on_progress: Callable[[float], object]) -> TrainingStep:
    on_progress(0.0)
    check_belongs(moment.network, dataset)
    chosen = batch_of(moment, dataset.indices("train"))
    return take_step(moment, dataset.images[chosen], dataset.labels[chosen])


def _epoch(
    moment: Moment,
    dataset: Dataset,
    image: ImageArray,
    label: int | None,
    on_progress: Callable[[float], object],
) -> Epoch:
    check_belongs(moment.network, dataset)
    return take_epoch(moment, *dataset.part("train"), image, label, on_progress=on_progress)
