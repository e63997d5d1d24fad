"""My digits where they are open as data: corrections go there, additions come from there."""

from PySide6.QtCore import QObject

from digitgui.documents.data_document import DataDocument
from digitgui.documents.hand_teaching import HandTeaching
from digitgui.documents.personal_set import PersonalSet


class MyDigitsAsData(QObject):
    """Keeps the open data and the user's own set in step, if they are the same.

    Parameters
    ----------
    personal : PersonalSet
    hand : HandTeaching
        Hears of corrections that were made on the Data page.
    data : DataDocument
    """

    def __init__(
        self, personal: PersonalSet, hand: HandTeaching, data: DataDocument, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._personal, self._hand, self._data = personal, hand, data
        data.changed.connect(self._see_corrections)
        hand.digits_changed.connect(self._show_anew)

    def open(self) -> None:
        """Open my digits as the data, without asking."""
        self._data.open(str(self._personal.path), ask=False)

    @property
    def _are_open(self) -> bool:
        return self._data.dataset.source == str(self._personal.path)

    def _see_corrections(self) -> None:
        if self._are_open:
            self._hand.read_digits()

    def _show_anew(self) -> None:
        """Show what has been added, unless other data is on its way in."""
        digits, data = self._hand.digits, self._data
        if (
            digits
            and self._are_open
            and not (data.is_reading or data.proposal)
            and len(digits) != len(data.dataset)
        ):
            self.open()
