"""Whether a network and a data set are about the same."""

from model.data.dataset import Dataset
from model.errors import DataFormatError
from model.judging.ensemble import AnyNetwork

__all__ = ["check_belongs", "misfit_of"]


def check_belongs(network: AnyNetwork, dataset: Dataset) -> None:
    """Raise `DataFormatError` if a network takes other pictures than those of a data set, or has other classes."""
    problem = misfit_of(network, dataset)
    if problem:
        raise DataFormatError(f"{network.card.name} and {dataset.name} do not belong together: {problem}")


def misfit_of(network: AnyNetwork, dataset: Dataset) -> str | None:
    """Say why a network and a data set do not belong together; None if they do."""
    problem, last = network.task.problem_of(dataset.task), int(dataset.labels.max())
    if problem is None and last >= network.classes:  # both number their classes
        return f"the network knows the classes 0 to {network.classes - 1}, the data have a {last}"
    return problem
