"""Settings that fit data for which none have been chosen: a network, and how long to train it."""

from model.data.dataset import Dataset
from model.errors import ShapeError
from model.network.architectures import as_own
from model.training.training_config import TrainingConfig

__all__ = ["fitting_settings"]

FEW, MANY = 1_000, 5_000
"""Training pictures: below the first, small batches; from the second on, photographs get the largest network."""
PICTURES_SEEN = 60_000
"""In all epochs together, within the limits of these."""
FEWEST_EPOCHS, MOST_EPOCHS = 5, 40
AUGMENTATIONS = {"ink": "handwriting", "photo": "photo", "unchanged": "none"}
"""By the preparation of the pictures."""


def fitting_settings(dataset: Dataset) -> tuple[str, TrainingConfig]:
    """Choose a network and settings for data, by the number and the kind of their pictures.

    A few pictures of each class are seen in many variants, and are learned in a few seconds; of many pictures, all
    are seen five times.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    (str, TrainingConfig)
        The name of a network that takes such pictures, and the settings.
    """
    count, task = len(dataset.split.train), dataset.task
    arch = "colour" if task.preparation == "photo" and count >= MANY else "lenet"
    try:
        as_own(arch).check(task.input_shape, task.count)
    except ShapeError:  # small pictures
        arch = "journal-24"
    return arch, TrainingConfig(
        learning_rate=0.001,
        batch_size=8 if count < FEW else 32,
        epochs=min(max(PICTURES_SEEN // max(count, 1), FEWEST_EPOCHS), MOST_EPOCHS),
        optimizer="adam",
        augmentation=AUGMENTATIONS[task.preparation],
    )
