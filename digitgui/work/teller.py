"""What has a sentence for the user now and then."""

from PySide6.QtCore import QObject, Signal

from digitgui.wording import sentence_of


class Teller(QObject):
    """Part of what is open, or all of it; the window shows its sentences.

    Signals
    -------
    noticed(str), failed(str)
        One sentence that the user should read; the second if something did not work.
    """

    noticed = Signal(str)
    failed = Signal(str)

    def report(self, error: Exception) -> None:
        """Tell the user what did not work, in the words of the error."""
        self.failed.emit(sentence_of(error))
