"""Reads ONNX files, and the weights that PyTorch keeps in another file beside them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from model.bounds import check_size
from model.damaged_files import told_as
from model.errors import ModelFileError

__all__ = ["read_onnx"]


def read_onnx(path: Path) -> Any:
    """Read an ONNX file, and all weights of its graph.

    Parameters
    ----------
    path : Path

    Returns
    -------
    onnx.ModelProto
        Checked by the package ``onnx``.

    Raises
    ------
    ModelFileError
        If it is damaged, or its weights are in a file that is not beside it.
    DataFormatError
        If it, or its weights, are larger than the bound of `model.bounds`.
    OSError
        If it cannot be read.
    """
    import onnx  # noqa: PLC0415  takes a while

    check_size(path.name, path.stat().st_size)
    with told_as(ModelFileError, f"{path.name} is not an ONNX file, or it is damaged: export it again"):
        model = onnx.load_model(path, load_external_data=False)
        _take_weights_beside(path, model)
        onnx.checker.check_model(model)
    return model


def _take_weights_beside(path: Path, model: Any) -> None:
    """Read what lies in other files of the same folder; the package would look in the current folder later."""
    from onnx import external_data_helper  # noqa: PLC0415  as above

    outside = [tensor for tensor in _tensors(model.graph) if tensor.data_location == tensor.EXTERNAL]
    announced = 0
    for tensor in outside:
        told = {entry.key: entry.value for entry in tensor.external_data}
        name = told.get("location", "")
        if Path(name).name != name or not (path.parent / name).is_file():
            raise ModelFileError(
                f"{path.name} keeps its weights in {name[:100]!r}: put that file into the same folder, or export"
                " the network with its weights inside (external_data=False in PyTorch)"
            )
        announced += int(told.get("length", (path.parent / name).stat().st_size))
    check_size(path.name, announced)
    for tensor in outside:
        external_data_helper.load_external_data_for_tensor(tensor, str(path.parent))


def _tensors(graph: Any) -> Iterator[Any]:
    """List the tensors that `model.exchange.onnx_graph` reads."""
    yield from graph.initializer
    for node in graph.node:
        yield from (attribute.t for attribute in node.attribute if attribute.HasField("t"))
