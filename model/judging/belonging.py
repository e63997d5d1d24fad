"""Whether a network and a data set are about the same."""

from model.data.dataset import Dataset
from model.errors import DataFormatError
from model.judging.ensemble import AnyNetwork

__all__ = ["check_belongs"]


def check_belongs(network: AnyNetwork, dataset: Dataset) -> None:
    """Raise `DataFormatError` if a network takes other pictures than those of a data set, or has other classes."""
    problem = network.task.problem_of(dataset.task)
    if problem:
        raise DataFormatError(f"{network.card.name} and {dataset.name} do not belong together: {problem}")
