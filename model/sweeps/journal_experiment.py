"""The journal's experiment: five networks, compared on 231 pictures.

The journal is a student's account of a CNN in NumPy that this program grew from. Its networks learned picture by
picture, with plain gradient descent, for 20 epochs from 85 % of 3,078 digits of MNIST, balanced, each randomly
flipped, rotated, moved or given noise. Its accuracies are measured on the part that is reported at the end, which
is the test part here; the journal calls it validation, and the part that it watches test.
"""

from dataclasses import dataclass
from typing import Any

__all__ = ["JOURNAL_PICTURES", "JOURNAL_ROWS", "JOURNAL_SETTINGS", "JournalRow"]

JOURNAL_PICTURES = 231
"""Number of pictures in its final report."""


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One of its networks.

    Attributes
    ----------
    arch : str
        A key of `model.network.architectures.ARCHITECTURES`.
    learning_rate : float
    right : int
        How many of the `JOURNAL_PICTURES` it answered correctly.
    """

    arch: str
    learning_rate: float
    right: int

    @property
    def accuracy(self) -> float:
        """The journal's accuracy, from 0 to 1, to a tenth of a per cent as it is given there."""
        return round(self.right / JOURNAL_PICTURES, 3)


JOURNAL_ROWS = (
    JournalRow("journal-8", 0.001, 200),
    JournalRow("journal-16", 0.001, 201),
    JournalRow("journal-24", 0.001, 204),
    JournalRow("journal-24", 0.005, 204),
    JournalRow("journal-24", 0.01, 205),
)

JOURNAL_SETTINGS: dict[str, Any] = {
    "epochs": 20,
    "batch_size": 1,
    "optimizer": "sgd",
    "augmentation": "journal",
    "limit": 3078,
}
"""What they share: the first three as in ``TrainingConfig()``; if there are fewer pictures, all are used."""
