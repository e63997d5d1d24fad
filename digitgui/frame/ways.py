"""The ways from one page to something on another."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from digitgui.frame.page_stack import PageStack
from digitgui.installation.shipped import DEFAULT
from digitgui.pages.page import Surroundings
from digitgui.session import Session
from digitgui.widgets.banner import Banner
from digitgui.work.turns import Wish
from model.network.architectures import Arch
from model.readers.sources import BUNDLED
from model.training.training_config import TrainingConfig

__all__ = ["Ways"]


class Ways(QObject):
    """Goes where a page, the menus or the banner ask to go, and lets the Train page know what others have.

    Parameters
    ----------
    session : Session
    pages : PageStack
    surroundings : Surroundings
    banner : Banner

    Attributes
    ----------
    pages : PageStack
    surroundings : Surroundings
    """

    def __init__(self, session: Session, pages: PageStack, surroundings: Surroundings, banner: Banner) -> None:
        super().__init__(pages)
        self.pages, self.surroundings = pages, surroundings
        self._session, self._banner = session, banner
        surroundings.page_wanted.connect(pages.show_page)
        surroundings.picture_wanted.connect(self.show_in_data)
        surroundings.my_digits_wanted.connect(self.browse_my_digits)
        surroundings.training_wanted.connect(self.train_on_these)
        session.data.proposal_changed.connect(self._show_proposal)
        surroundings.training_settings = self._training_settings
        session.trainings.settings_taken.connect(self._show_settings)

    def show_suspects(self) -> None:
        """Show the pictures whose labels are most likely wrong."""
        self.pages.show_page("data")
        self.pages.page("data").browser.show_suspects()

    def show_in_data(self, index: int) -> None:
        """Show a picture of the open data on the Data page."""
        self.pages.show_page("data")
        page = self.pages.page("data")
        page.browser.go_to(index)
        page.grid.setFocus()

    def browse_my_digits(self) -> None:
        """Show the user's own digits on the Data page, where they are corrected."""
        before, data = self._session.data.dataset, self._session.data
        self._session.my_digits.open()
        self.pages.show_page("data")
        if before.source != str(self._session.personal.path):
            text = f"My digits is now open instead of {before.name}."
            self._banner.show_notice(text, lambda: data.open(before.source, ask=False), "Back")

    def train_on_these(self) -> None:
        """Train a network on the open data with settings that fit them, and show how it learns."""
        page = self.pages.page("train")
        self.pages.show_page("train")
        page.train_on_these()

    def back_to_digits(self) -> None:
        """Open the network and the data that the program comes with."""
        if not self._session.turns.refuses(Wish.OPEN):
            self._session.data.open(BUNDLED, ask=False)
            self._session.open_model(DEFAULT)

    def roll(self) -> None:
        """Draw the augmented pictures anew, by other random numbers."""
        self.pages.page("data").augmentation.roll()

    def find_fault(self) -> None:
        """Show the lesson on a training with a fault."""
        self.pages.show_page("train")
        self.pages.page("train").show_fault()

    def show_sweep(self, folder: Path) -> None:
        """Show what the sweep in a folder has found."""
        self.pages.show_page("runs")
        self.pages.page("runs").show_sweep(folder)

    def _show_proposal(self) -> None:
        data = self._session.data
        if data.is_asking and data.is_reading:
            self.pages.show_page("data")
        elif data.proposal and data.is_asking and self.pages.current.name != "data":
            self._banner.show_notice(f"{data.proposal.dataset.name} is ready to open on the Data page.")

    def _training_settings(self) -> dict[str, Any]:
        return self.pages.page("train").form.usual()

    def _show_settings(self, arch: Arch, config: TrainingConfig) -> None:
        """Show in the form what a training goes on with."""
        self.pages.page("train").form.show_config(arch, config)
