"""A copy of the network that the Inspect page looks into: what it was made of, and what was made of it."""

from digitgui.documents.inspection import Inspection
from digitgui.documents.model_document import ModelDocument, plain_name
from digitgui.wording import sentence_of
from model.errors import ModelError
from model.network.network import Network


class InspectedCopy:
    """Knows which network a copy was made of, and leads there and back.

    A copy can be made of a copy: steps of training after operations, and the other way round. The former waits
    until the latter is kept or discarded.

    Parameters
    ----------
    inspection : Inspection
    """

    def __init__(self, inspection: Inspection) -> None:
        self._inspection = inspection
        self._network: Network | None = None
        self._origin: tuple[Network | None, str, tuple[Network, ...]] = (None, "", ())
        self.origin_name = self.plain_name = ""

    @property
    def is_seen(self) -> bool:
        """Whether the page looks into it."""
        return self._network is self._inspection.network

    @property
    def is_gone(self) -> bool:
        """Whether another network has been put in its place."""
        return not self.is_seen and self._network not in self._inspection.made_of

    @property
    def hindrance(self) -> str:
        """Why it cannot be changed or kept now, in a sentence; empty if it can."""
        return "" if self.is_seen else f"Keep or discard {self._inspection.title} first: it was made of this copy."

    def begin(self) -> Network:
        """Remember what is looked into, of which a copy is being made."""
        inspection = self._inspection
        is_open = inspection.is_of_open_network
        self._origin = (None if is_open else inspection.network, inspection.title, inspection.made_of)
        self.origin_name, self._network = inspection.title, inspection.network
        self.plain_name = plain_name(self.origin_name, self._network.card.provenance)
        return inspection.network

    def look(self, network: Network, name: str) -> None:
        """Look into the copy as it is now."""
        origin, _name, made_of = self._origin
        self._network = network
        self._inspection.look_at(network, name, (*made_of, origin) if origin else made_of)

    def leave(self) -> None:
        """Look into what it was made of."""
        self._inspection.look_at(*self._origin)


def problem_of_replacing(model: ModelDocument) -> str:
    """Save what would be lost if the open network were replaced; return a sentence if that fails, else ``""``."""
    try:
        model.keep_unsaved()  # what fails here would fail in the middle of a command
    except ModelError as error:
        return sentence_of(error)
    return ""
