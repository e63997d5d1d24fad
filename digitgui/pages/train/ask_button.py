"""After a training, one click to the network's first answer: where one draws, or with a picture to look at."""

from collections.abc import Callable

from PIL import Image
from PySide6.QtWidgets import QWidget

from digitgui.drawings.photo import OpenedPicture
from digitgui.drawings.prediction import takes_drawings
from digitgui.session import Session
from digitgui.widgets.building import button, column_of
from digitgui.wording import PART_NAMES
from model.data.dataset import Dataset
from model.data.splitting import Part

__all__ = ["AskButton"]

DRAW, SHOW = (
    ("Draw", "Draw for the network"),
    ("Try a picture", "Show the network a picture it did not learn from"),
)
UNSEEN: tuple[Part, ...] = ("test", "validation")


class AskButton(QWidget):
    """Seen when a training has ended and its network is the open one.

    Parameters
    ----------
    session : Session
    show_page : callable
        Is given the name of the page to be shown.
    """

    def __init__(self, session: Session, show_page: Callable[[str], object]) -> None:
        super().__init__()
        self._session, self._show_page = session, show_page
        self.button = button(*DRAW, self.ask, look="primary", name="askButton")
        column_of(self.button, inside=self)
        for change in (session.trainings.progressed, session.trainings.run.state_changed, session.model.changed):
            change.connect(self.refresh)

    def refresh(self) -> None:
        """Be there or not, as is right now; only where it has been laid out, or it would be a window."""
        status, network = self._session.trainings.status, self._session.model.network
        has_learned = status is not None and status.finished is not None and status.is_of(network)
        self.setVisible(has_learned and not self._session.trainings.run.is_active)
        text, tip = DRAW if takes_drawings(network.task) else SHOW
        self.button.setText(text)
        self.button.setToolTip(tip)
        self.button.setAccessibleDescription(tip)

    def ask(self) -> None:
        """Go where the network answers, with a picture to look at where it takes no drawings."""
        session = self._session
        status = session.trainings.status
        if status and not takes_drawings(session.model.task):
            self._show_unseen(status.dataset)
        self._show_page("draw")

    def _show_unseen(self, dataset: Dataset) -> None:
        """Show the network a picture that it did not learn from, if there is one."""
        part: Part = next((part for part in UNSEEN if len(dataset.split.part(part))), "train")
        index = dataset.split.part(part)[0]
        self._session.photo.show_picture(OpenedPicture.of(Image.fromarray(dataset.images[index])))
        self._session.noticed.emit(
            f"This is a {PART_NAMES[part]} picture of {dataset.name}. Paste, drop or open one of your own."
        )
