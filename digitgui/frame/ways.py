"""The ways from one page to something on another."""

from pathlib import Path

from PySide6.QtCore import QObject

from digitgui.frame.page_stack import PageStack
from digitgui.pages.data.augmentation_lab import remembered_pipelines
from digitgui.pages.data.data_page import DataPage
from digitgui.pages.page import Surroundings
from digitgui.pages.runs.runs_page import RunsPage
from digitgui.pages.train.train_page import FAULT, TrainPage
from digitgui.session import Session
from digitgui.widgets.banner import Banner
from model.data.pipeline import Pipeline

__all__ = ["Ways"]


class Ways(QObject):
    """Goes where a page, the menus or the banner ask to go, and lets pages know what others have.

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
        session.data.proposal_changed.connect(self._show_proposal)
        surroundings.pipeline_set.connect(self._offer_pipeline)
        self._offer_pipeline(remembered_pipelines(session.settings)[0])

    def show_suspects(self) -> None:
        """Show the pictures whose labels are most likely wrong."""
        self.pages.show_page("data")
        self.pages.page(DataPage).browser.show_suspects()

    def show_in_data(self, index: int) -> None:
        """Show a picture of the open data on the Data page."""
        self.pages.show_page("data")
        page = self.pages.page(DataPage)
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

    def find_fault(self) -> None:
        """Show the lesson on a training with a fault."""
        self.pages.show_page("train")
        self.pages.page(TrainPage).show_tab(FAULT)

    def show_sweep(self, folder: Path) -> None:
        """Show what the sweep in a folder has found."""
        self.pages.show_page("runs")
        self.pages.page(RunsPage).show_sweep(folder)

    def _show_proposal(self) -> None:
        data = self._session.data
        if data.is_asking and data.is_reading:
            self.pages.show_page("data")
        elif data.proposal and data.is_asking and self.pages.current.name != "data":
            self._banner.show_notice(f"{data.proposal.dataset.name} is ready to open on the Data page.")

    def _offer_pipeline(self, pipeline: Pipeline) -> None:
        """Let a training choose the pipeline that is set on the Data page."""
        self.pages.page(TrainPage).form.set_custom_pipeline(pipeline)
