"""What has happened and what went wrong, told in the banner, with a button where there is something to do."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from digitgui.session import Session
from digitgui.widgets.banner import Banner
from digitgui.work.training_worker import RunState

__all__ = ["tell_in_banner"]


def tell_in_banner(session: Session, banner: Banner, show_sweep: Callable[[Path], object]) -> None:
    """Let a banner show, from now on, what a session has to say.

    Parameters
    ----------
    session : Session
    banner : Banner
    show_sweep : callable
        Shows what the sweep in a folder has found.
    """

    def offer_undo(text: str) -> None:
        banner.show_notice(text, session.undo_stack.undo)

    def offer_sweep(folder: Path, text: str) -> None:
        banner.show_notice(text, lambda: show_sweep(folder), "Show")

    def offer_report(file: Path) -> None:
        banner.forget_error(session.reports.last_failure)
        url = QUrl.fromLocalFile(str(file))
        banner.show_notice(f"Report saved: {file}", lambda: QDesktopServices.openUrl(url), "Open")

    session.failed.connect(banner.show_error)
    session.noticed.connect(banner.show_notice)
    session.offered.connect(banner.show_notice)
    session.outdated.connect(banner.forget_error)
    session.undo_stack.indexChanged.connect(banner.forget_undo)
    session.undo_stack.indexChanged.connect(banner.forget_old_errors)
    for gone_well in (session.data.opened, session.model.changed):
        gone_well.connect(banner.forget_earlier_errors)

    def see_training(state: RunState) -> None:
        if state is RunState.RUNNING:
            banner.forget_earlier_errors()

    session.trainings.run.state_changed.connect(see_training)
    session.undo_offered.connect(offer_undo)
    session.sweep_finished.connect(offer_sweep)
    session.reports.written.connect(offer_report)
