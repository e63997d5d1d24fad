"""Where a number of a network is, in words: ``conv2 map 3, from map 10, row 0, column 2``. All count from 0."""

from model.network.arrays import Shape
from model.wording import counted

__all__ = ["layer_place", "parameter_place"]


def parameter_place(name: str, index: tuple[int, ...], shape: Shape, *, in_table: bool = False) -> str:
    """Say which number of a parameter it is.

    Parameters
    ----------
    name : str
        Of the parameter, such as ``conv1.kernel``.
    index, shape : tuple of int
        Of the number in it, and of all of it.
    in_table : bool
        Whether the name stands beside it already, and there is little room.
    """
    layer, _, kind = name.partition(".")
    match kind, index:
        case "kernel", (filter_, channel, row, column):
            source = "" if shape[1] == 1 else f" from map {channel}" if in_table else f", from map {channel}"
            place = f"map {filter_}{source}, row {row}, {'col' if in_table else 'column'} {column}"
        case "weight", (unit, source_unit):
            place = f"unit {unit}{'' if in_table else ','} from input {source_unit}"
        case _:
            place = f"{kind} {', '.join(map(str, index))}"
    return place if in_table else f"{layer} {place}"


def layer_place(shape: Shape) -> str:
    """Say how numbers lie: ``32 maps of 5 × 5``, or ``128 units``."""
    if len(shape) == 3:
        return f"{counted(shape[0], 'map')} of {shape[1]} × {shape[2]}"
    return counted(shape[0], "unit")
