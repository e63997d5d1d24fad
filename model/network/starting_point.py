"""A training that begins with the weights of another network instead of random ones."""

from model.errors import ShapeError
from model.network.layers import Dense, copy_arrays, layer_copies
from model.network.model_card import ModelCard
from model.network.network import Network
from model.network.task import Task

__all__ = ["start_from", "words_of_start"]


def start_from(network: Network, task: Task, seed: int) -> Network:
    """Return a network for a task that begins with the weights of another.

    Where the classes and the preparation of pictures are the same, all weights are kept. Where they differ, its
    last layer is made anew, with an output for each class; all others are kept.

    Parameters
    ----------
    network : Network
        Stays as it is.
    task : Task
        Of the data to learn from.
    seed : int
        Draws the weights of a new last layer.

    Returns
    -------
    Network
        It has no line of doubt of its own yet.

    Raises
    ------
    ShapeError
        If it takes pictures of another shape, or ends in a layer that cannot be made for other classes.
    """
    name = network.card.name
    if network.input_shape != task.input_shape:
        raise ShapeError(
            f"{name} takes pictures of {network.task.words_of_shape()}, the data have {task.words_of_shape()}:"
            " begin with fresh weights, or with a network for such pictures"
        )
    if _is_same(network, task):
        started = network.copy()
        started.card.refuse_below, started.card.preparation = ModelCard.refuse_below, task.preparation
        return started
    *kept, last = network.layers
    if not isinstance(last, Dense):
        raise ShapeError(
            f"{name} ends in {last!r}, which cannot be made for other classes: begin with one that ends in Dense"
        )
    started = Network(
        [*layer_copies(kept), Dense(task.count)],
        network.input_shape,
        ModelCard(name, seed, class_names=task.class_names, preparation=task.preparation),
        network.dtype,
        network.initializer,
        network.input_mean,
        network.input_deviation,
    )
    copy_arrays(kept, started.layers[:-1])
    return started


def words_of_start(network: Network, task: Task) -> str:
    """Say what `start_from` keeps of a network, in a sentence without its full stop."""
    if _is_same(network, task):
        return f"begins with all weights of {network.card.name}"
    before, now = network.task.words_of_classes(), task.words_of_classes()
    if network.preparation != task.preparation:
        before, now = f"{before} ({network.preparation})", f"{now} ({task.preparation})"
    return f"begins with the weights of {network.card.name}; its last layer, for {before}, is made anew for {now}"


def _is_same(network: Network, task: Task) -> bool:
    """Return whether outputs mean the classes of a task already: digits as ink are no numbered photographs."""
    return (network.class_names, network.preparation) == (task.class_names, task.preparation)
