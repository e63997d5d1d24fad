"""The networks of a run as they were after its epochs: model files of its folder, thinned out to a bound.

``epochs/00007.safetensors`` is the network after epoch 7, and ``00000`` the one before the training; each opens
as a model everywhere. Weights keep all their bits: with fewer, an epoch would give other answers than it gave.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from model.atomic_files import write_atomically
from model.errors import ModelFileError
from model.network.network import Network
from model.runs.storage import SUFFIX, encode_network, load_network
from model.training.settings import Number

__all__ = ["BOUND", "USUAL_MEGABYTES", "EpochWeights", "as_option", "bound_of", "first_to_go", "noted"]

USUAL_MEGABYTES = 200
"""All epochs of a run of usual length: 454 of lenet, 52 of deep."""
BOUND = Number(
    "Keep epochs",
    "keep-epochs",
    "Keeps the network after each epoch with the run, for the time machine on Inspect: every epoch while they fit"
    " into so many MB, then fewer. 0: none.",
    0,
    100_000,
)
"""The setting; it is none of `SETTINGS`, since it changes nothing that is learned, and sweeps keep no epochs."""
KEY = "keep_epochs"
MEGABYTE = 1_000_000
LATEST = 3
"""So many of the last epochs are thinned out late."""
NAME = re.compile(rf"(\d{{5}}){re.escape(SUFFIX)}")


class EpochWeights:
    """The epochs that are kept of one run.

    Parameters
    ----------
    folder : path
        As returned by `RunStore.epochs_folder`; missing where none are kept, as in runs of earlier versions.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._sizes: dict[int, int] | None = None  # known to the one who writes, who is alone

    def file(self, epoch: int) -> Path:
        """Return where the network after an epoch lies, if it is kept."""
        return self.folder / f"{epoch:05}{SUFFIX}"

    def epochs(self) -> list[int]:
        """List the epochs that are kept, in order; 0 is before the training."""
        try:
            names = [NAME.fullmatch(file.name) for file in self.folder.iterdir()]
        except OSError:  # there is no such folder, or it cannot be read
            return []
        return sorted(int(found[1]) for found in names if found)

    def load(self, epoch: int) -> Network:
        """Open the network as it was after an epoch.

        Raises
        ------
        ModelFileError
            If it is missing, damaged, or cannot be read.
        """
        try:
            return load_network(self.file(epoch))
        except ModelFileError as error:
            raise type(error)(f"epoch {epoch} cannot be shown: {error}") from error

    def keep(self, epoch: int, network: Network, best: int | None, megabytes: float) -> None:
        """Keep the network as it is now; where there is no room for it, thin out the others first.

        Parameters
        ----------
        epoch : int
            Later than all that are kept.
        network : Network
        best : int or None
            The epoch with the lowest validation loss so far.
        megabytes : float
            The files of the run never take more together, not even while one is being written. 0 keeps none.

        Raises
        ------
        ModelFileError
            If it cannot be written, or is larger than that by itself; no other epoch is removed then.
        """
        if not megabytes:
            return
        file, bound = self.file(epoch), megabytes * MEGABYTE
        content = encode_network(network, file)
        if len(content) > bound:
            raise ModelFileError(
                f"an epoch of this network takes {len(content) / MEGABYTE:.1f} MB, and only {megabytes:g} MB are"
                " allowed for the epochs of a run: allow more, or 0 to keep none"
            )
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._make_room(epoch, len(content), best, bound)
        except OSError as error:
            raise ModelFileError(f"{file.parent} cannot be written: {error.strerror or error}") from error
        write_atomically(file, content, durable=False)
        self._known_sizes()[epoch] = len(content)

    def forget_after(self, epoch: int) -> None:
        """Remove the epochs after this one, which a run that goes on from here will have again.

        Raises
        ------
        ModelFileError
            If one cannot be removed.
        """
        try:
            for later in [one for one in self._known_sizes() if one > epoch]:
                self._remove(later)
        except OSError as error:
            raise ModelFileError(f"{self.folder} cannot be written: {error.strerror or error}") from error

    def _make_room(self, epoch: int, size: int, best: int | None, bound: float) -> None:
        sizes = self._known_sizes()
        while size + sum(sizes.values()) > bound:
            self._remove(first_to_go([*sizes, epoch], best))

    def _known_sizes(self) -> dict[int, int]:
        if self._sizes is None:
            self._sizes = {epoch: self.file(epoch).stat().st_size for epoch in self.epochs()}
        return self._sizes

    def _remove(self, epoch: int) -> None:
        self.file(epoch).unlink(missing_ok=True)
        del self._known_sizes()[epoch]


def noted(megabytes: int) -> dict[str, int]:
    """Return what `RunRecord.extra` says of a bound: nothing of the usual one."""
    BOUND.check(BOUND.option, megabytes)
    return {} if megabytes == USUAL_MEGABYTES else {KEY: megabytes}


def as_option(megabytes: int) -> list[str]:
    """Write a bound for the command line: nothing of the usual one."""
    return [word for value in noted(megabytes).values() for word in (f"--{BOUND.option}", str(value))]


def bound_of(extra: Mapping[str, Any]) -> int:
    """Read the bound of a run, in MB, from its `RunRecord.extra`.

    Raises
    ------
    ConfigError
        If it is no such number.
    """
    megabytes = extra.get(KEY, USUAL_MEGABYTES)
    BOUND.check(KEY, megabytes)
    return int(megabytes)


def first_to_go(epochs: Sequence[int], best: int | None) -> int:
    """Choose which epoch is missed least.

    Where there is less and less room, the epochs between the others go first, evenly, so that the rest lie about
    as far apart everywhere; then those at powers of two and the `LATEST`; then the first and the best. The
    last one stays.

    Parameters
    ----------
    epochs : sequence of int
        At least two, in order.
    best : int or None
    """
    special = {2**power for power in range(20)} | set(epochs[-LATEST:])

    def worth(place: int) -> tuple[int, int, int]:
        epoch = epochs[place]
        rank = 2 if place == 0 or epoch == best else int(epoch in special)
        gap = epochs[place + 1] - epochs[max(0, place - 1)]  # to be left where it is removed
        return rank, gap, epoch

    return epochs[min(range(len(epochs) - 1), key=worth)]
