"""Imports sequential networks from ONNX files by Keras, PyTorch and others.

The graph is followed from its input to its end, node by node; each node becomes a layer, changes the layout, or
scales the input. At the end the network answers pictures, and so does the graph, by the reference evaluator of the
package ``onnx``: the network is returned only if both agree.
"""

from pathlib import Path
from typing import Any

import numpy as np

from model.damaged_files import told_as
from model.errors import ModelFileError
from model.exchange.imported import Imported, Scaling
from model.exchange.onnx_files import read_onnx
from model.exchange.onnx_graph import Graph
from model.exchange.onnx_nodes import Walk
from model.network.arrays import ImageArray
from model.network.losses import softmax
from model.network.network import Network
from model.readers.sources import BUNDLED, open_data
from model.runs.storage import golden_images

__all__ = ["import_onnx"]

LARGEST_DIFFERENCE = 1e-4
"""Largest allowed difference between the probabilities of the file's graph and those of the network.

Between logits, it is a share of the largest of a picture.
"""
DIGITS = 12
"""Number of bundled digits that both answer."""
MAKES_SMALL = 0.02
"""A graph that multiplies its input by less makes pixels from 0 to 255 small."""


def import_onnx(path: Path, scaling: Scaling | None = None) -> Imported:
    """Make a network from an ONNX file.

    Parameters
    ----------
    path : Path
    scaling : Scaling, optional
        Of the graph's input, if the graph does not scale it; from 0 to 1 if not given.

    Raises
    ------
    ModelFileError
        If it cannot be read, holds what this program has no layer for, or needs a package that is not installed.
    DataFormatError
        If it is larger than the bound of `model.bounds`.
    """
    try:
        import onnx  # noqa: F401, PLC0415  imported only for an import
    except ImportError as error:
        raise ModelFileError(
            "this file needs the package onnx: install it with “pip install onnx”, and try again"
        ) from error
    model = read_onnx(path)
    with told_as(ModelFileError, f"{path.name} is not an ONNX file, or it is damaged: export it again"):
        graph = Graph(model, path.name)
    walk = Walk(graph)
    with told_as(ModelFileError, f"{path.name}: {{error}}"):
        walk.go()
    before = _scaling_before(graph, walk, scaling)
    whole = _with_scaling_of(walk, before)
    notes = [f"the input: pixels {whole}", *walk.notes]
    network = walk.found.network(path, "imported", whole, notes)
    _check_answers(walk.plain_model(), graph, network, before)
    notes = [*notes, "the network gives the same answers as the graph in the file"]
    return Imported(network, notes, assumes_scale=scaling is None and not graph.takes_bytes)


def _scaling_before(graph: Graph, walk: Walk, told: Scaling | None) -> Scaling:
    """Return how pixels are scaled before they enter the graph."""
    if graph.takes_bytes:
        if told is not None:
            raise ModelFileError(
                f"{graph.name} takes pixels from 0 to 255 and scales them itself: leave out --input"
            )
        return Scaling.of("0-255")
    return told or Scaling.of("0-255" if walk.factor < MAKES_SMALL else "0-1")


def _with_scaling_of(walk: Walk, before: Scaling) -> Scaling:
    """Add what the graph does to its input."""
    if not walk.factor > 0:
        raise ModelFileError("the file turns dark into bright: expected a network for bright ink on black")
    deviation = before.deviation / walk.factor
    return Scaling(before.mean - walk.offset * deviation, deviation)


def _check_answers(model: Any, graph: Graph, network: Network, before: Scaling) -> None:
    """Let the nodes that were followed answer pictures, as they are at the end of the graph and before a softmax.

    Networks for pixels from 0 to 255 may be sure of anything: their probabilities then agree whatever the logits.
    """
    from onnx.reference import ReferenceEvaluator  # noqa: PLC0415  as above

    images = _pictures(network)
    with told_as(ModelFileError, f"{graph.name} cannot be computed by the package onnx ({{error}})"):
        evaluator = ReferenceEvaluator(model)
        answers = [list(evaluator.run(None, {graph.input: graph.as_input(one, before)})) for one in images]
        logits, end = (
            np.stack([np.asarray(row[place], np.float64).reshape(network.classes) for row in answers])
            for place in (0, -1)
        )
        ours = network.logits(images)
        largest = np.maximum(1, np.abs(ours).max(axis=1, keepdims=True))
        wide = float((np.abs(logits - ours) / largest).max())
        probabilities = network.predict_proba(images)
        difference = max(wide, min(float(np.abs(one - probabilities).max()) for one in (end, softmax(end.T).T)))
    if not difference <= LARGEST_DIFFERENCE:
        raise ModelFileError(
            f"{graph.name} was not understood: the answers of its graph and the network differ by {difference:.2g}"
        )


def _pictures(network: Network) -> ImageArray:
    """Return digits, and the pictures of a model file."""
    return np.concatenate([golden_images(network.input_shape), open_data(BUNDLED).images[:DIGITS]])
