"""What comes of teaching the open network a hand, and what becomes of that."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QUndoCommand, QUndoStack

from digitgui.documents.model_document import ModelDocument, plain_name
from digitgui.documents.replacement import Replacement
from digitgui.wording import sentence_of
from model import Dataset, Network, save_network
from model.atomic_files import as_file_name, unused_path
from model.errors import ModelError
from model.readers.sources import BUNDLED, open_data
from model.runs.provenance import describe_teaching
from model.runs.storage import SUFFIX
from model.training.teaching import TeachingConfig, own_halves
from model.training.teaching_report import TeachingReport, teach_and_report

__all__ = ["NO_ENSEMBLE", "Lesson", "give_lesson"]

NO_ENSEMBLE = "An ensemble cannot be taught. Open one of its networks instead."
USING = "using the taught network"


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What came of teaching.

    Attributes
    ----------
    network : Network
        The taught one.
    name : str
        Of the network that it was made of.
    taught_name : str
        Of the taught one.
    report : TeachingReport
    """

    network: Network
    name: str
    taught_name: str
    report: TeachingReport

    def use(
        self,
        model: ModelDocument,
        undo_stack: QUndoStack,
        fail: Callable[[str], object],
        also: QUndoCommand | None = None,
    ) -> bool:
        """Let the taught network be the open one, which can be undone, with ``also``; tell whether it is."""
        try:
            model.keep_unsaved()  # what fails here would fail in the middle of a command
        except ModelError as error:
            fail(sentence_of(error))
            return False
        undo_stack.beginMacro(USING)
        undo_stack.push(Replacement(USING, model, self.network, self.taught_name, fail))
        if also is not None:
            undo_stack.push(also)
        undo_stack.endMacro()
        return True

    def keep_aside(self, model: ModelDocument) -> None:
        """Keep the taught network among the unsaved ones.

        Raises
        ------
        ModelFileError
            If it cannot be written.
        """
        model.keep_aside(self.network, self.taught_name)

    def save_into(self, folder: Path) -> None:
        """Write the taught network into a folder; raise as `keep_aside`."""
        save_network(self.network, unused_path(folder / f"{as_file_name(self.taught_name)}{SUFFIX}"))


def give_lesson(
    network: Network,
    name: str,
    whose: str,
    digits: Dataset,
    on_progress: Callable[[float], object],
    base: Dataset | None = None,
) -> Lesson:
    """Teach a network to the end.

    Parameters
    ----------
    network : Network
        Stays as it is.
    name : str
        Its name for the user.
    whose : str
        What the name of the taught one ends in: ``my hand``.
    digits : Dataset
    on_progress : callable
        Is given the share that is done; may raise.
    base : Dataset, optional
        What is replayed, so that nothing is forgotten: the bundled digits if not given.
    """
    config = TeachingConfig()
    steps = teach_and_report(network, digits, base or open_data(BUNDLED), config)
    try:
        while True:
            on_progress(next(steps).share)
    except StopIteration as end:
        taught, report = end.value
    finally:
        steps.close()
    count = len(own_halves(digits)[0][0])
    taught.card.provenance = describe_teaching(network, name, digits, count, config, report)
    plain = plain_name(name, network.card.provenance)
    return Lesson(taught, name, plain if plain.endswith(f" {whose}") else f"{plain} {whose}", report)
