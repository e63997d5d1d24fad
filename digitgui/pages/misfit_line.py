"""Where the open network does not know the open data: what each is about, and what trains a network for them."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from digitgui.session import Session
from digitgui.widgets.building import button, label, row_of
from model.judging.belonging import misfit_of
from model.network.task import Preparation, Task

__all__ = ["MisfitLine", "words_of_misfit"]

READ_AS: dict[Preparation, str] = {"ink": "drawings", "photo": "photographs", "unchanged": "they are"}


class MisfitLine(QFrame):
    """Seen as long as the open network and the open data do not belong together.

    Parameters
    ----------
    session : Session
    train : callable
        Trains a network on the open data.
    """

    def __init__(self, session: Session, train: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("card")
        self._session = session
        self._words = label(wrap=True)
        self.train = button(
            "Train on these",
            "Train a new network on the open data, with settings that fit their number",
            train,
            look="primary",
            name="trainOnThese",
        )
        row_of((self._words, 1), self.train, inside=self).setContentsMargins(16, 8, 8, 8)
        for change in (session.model.changed, session.data.changed, session.trainings.run.state_changed):
            change.connect(self.refresh)

    def refresh(self) -> None:
        """Be there or not, as is needed now; only where it has been laid out, or it would be a window."""
        network, dataset = self._session.model.network, self._session.data.dataset
        self.setVisible(misfit_of(network, dataset) is not None)
        self._words.setText(words_of_misfit(network.task, dataset.task))
        self.train.setEnabled(not self._session.trainings.run.is_active)


def words_of_misfit(known: Task, wanted: Task) -> str:
    """Say what the open network knows or takes, and what the open data have instead."""
    if known.class_names != wanted.class_names:
        return (
            f"The open network knows {known.words_of_classes()}, the open data have {wanted.words_of_classes()}."
        )
    if known.picture_shape != wanted.picture_shape:
        return f"The open network takes {known.words_of_shape()}, the open data have {wanted.words_of_shape()}."
    return (
        f"The open network takes pictures as {READ_AS[known.preparation]}, the open data have them as"
        f" {READ_AS[wanted.preparation]}."
    )
