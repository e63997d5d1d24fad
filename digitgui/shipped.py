"""The names ``bundled`` and ``default``: data and a model that come with the program; and every other source."""

from dataclasses import replace
from pathlib import Path

import resources
from model import Dataset, Network, load_network, sources
from model.errors import ModelFileError
from model.readers.edit_files import SavedEdits, edits_beside, load_edits
from model.readers.npz_files import load_npz
from model.reading import Ink, OnProgress, no_progress

__all__ = ["BUNDLED", "DEFAULT", "SHIPPED_NOTE", "has_learned_from", "has_path", "open_data", "open_model"]

BUNDLED = "bundled"
DEFAULT = "default"
SHIPPED_NOTE = "The default network has learned from the bundled digits: of new ones it gets fewer right."


def has_learned_from(model: str, source: str) -> bool:
    """Tell whether a model is the shipped one, and the data are the bundled digits, which it knows."""
    return model == DEFAULT and source == BUNDLED


def has_path(source: str) -> bool:
    """Tell whether a source is a file or folder of the user's, rather than a name."""
    return source != BUNDLED and source not in sources.NAMED


def open_data(
    source: str,
    *,
    edits: Path | None = None,
    ink: Ink | None = None,
    on_progress: OnProgress = no_progress,
    fetched: Dataset | None = None,
) -> Dataset:
    """Open ``bundled``, or whatever `model.sources.load` reads, with the user's edits.

    Parameters
    ----------
    source : str
    edits : path, optional
        Their file; the one beside the source if not given.
    ink : str, optional
        As for `model.sources.load`; as the file of edits has it if not given.
    on_progress : callable
    fetched : Dataset, optional
        What the source holds, for whoever has read it already.
    """
    file = edits or (edits_beside(source) if has_path(source) else None)
    saved = load_edits(file) if file else SavedEdits()
    if fetched:
        dataset = fetched
    elif source == BUNDLED:
        dataset = load_npz(resources.BUNDLED_DIGITS, name="MNIST 5,000", source=BUNDLED)
    else:
        dataset = sources.load(source, ink=ink or saved.ink, on_progress=on_progress)
    found, lost = saved.edits_of(dataset)
    if lost:
        number = "1 correction has" if len(lost) == 1 else f"{len(lost):,} corrections have"
        remark = f"{number} lost the picture, and stays in {file.name if file else ''} for when it comes back"
        dataset = replace(dataset, reading=replace(dataset.reading, remarks=(*dataset.reading.remarks, remark)))
    return dataset.edited(found)


def open_model(name: str | Path) -> Network:
    """Open ``default``, or a model file."""
    network = load_network(resources.DEFAULT_MODEL if name == DEFAULT else name)
    if network.input_shape != (1, 28, 28) or network.classes != 10:
        raise ModelFileError(
            f"{Path(name).name}: expected a network for 28×28 pictures and ten digits, found one for"
            f" {network.input_shape[1]}×{network.input_shape[2]} and {network.classes}"
        )
    return network
