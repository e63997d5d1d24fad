"""The experiment of the journal that this program grew from: five networks, compared on 231 pictures.

It learned picture by picture, with plain gradient descent, 20 times from 85 % of 3,078 digits of MNIST, balanced,
each flipped, turned, moved or grained by chance; its own accuracies are those on its validation part.
"""

from dataclasses import dataclass
from typing import Any

__all__ = ["JOURNAL_ROWS", "JOURNAL_SETTINGS", "JournalRow"]


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One of its networks.

    Attributes
    ----------
    filters : int
    learning_rate : float
    accuracy : float
        What the journal got, from 0 to 1.
    """

    filters: int
    learning_rate: float
    accuracy: float

    @property
    def settings(self) -> dict[str, Any]:
        """What sets it apart from the others."""
        return {"arch": f"journal-{self.filters}", "learning_rate": self.learning_rate}


JOURNAL_ROWS = (
    JournalRow(8, 0.001, 0.866),
    JournalRow(16, 0.001, 0.870),
    JournalRow(24, 0.001, 0.883),
    JournalRow(24, 0.005, 0.883),
    JournalRow(24, 0.01, 0.887),
)

JOURNAL_SETTINGS: dict[str, Any] = {
    "epochs": 20,
    "batch_size": 1,
    "optimizer": "sgd",
    "augmentation": "journal",
    "limit": 3078,
}
"""What they have in common; of a smaller data set, all pictures are taken."""
