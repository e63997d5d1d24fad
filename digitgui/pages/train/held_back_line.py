"""A line that tells why everything takes longer than it needs to on this computer."""

from PySide6.QtWidgets import QWidget

from digitgui.installation.held_back_blas import setting_that_holds_back
from digitgui.settings import Settings
from digitgui.widgets.building import button, label, row_of

__all__ = ["HeldBackLine"]

DISMISSED_KEY = "train/held_back_dismissed"
"""The setting whose notice the user has closed: it is told once."""


class HeldBackLine(QWidget):
    """Says which setting holds NumPy back, what that costs and what to do, until the user has closed it.

    Parameters
    ----------
    settings : Settings
        Where it is remembered that this has been read.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._setting = setting_that_holds_back()
        self.words = label(
            f"{self._setting} makes NumPy use only a part of this processor: training and answers may take twice"
            " as long. Start digitgui without this setting.",
            wrap=True,
            tone="warning",
        )
        close = button("Got it", "Do not show this again", self._dismiss, look="small", name="dismissHeldBack")
        row_of((self.words, 1), close, inside=self, spacing=8)
        if not self._setting or settings.text(DISMISSED_KEY) == self._setting:
            self.hide()

    def _dismiss(self) -> None:
        self._settings.set(DISMISSED_KEY, self._setting)
        self.hide()
