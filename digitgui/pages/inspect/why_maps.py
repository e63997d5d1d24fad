"""Maps of what an answer depends on, each beside that of a network with random weights."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from digitgui.pages.inspect.why_panel import WhyPanel
from digitgui.session import Session
from digitgui.widgets.building import STRETCH, chips, column_of, label, row_of, show_text
from digitgui.widgets.pictures.heat_map import HeatMap
from digitgui.widgets.pictures.signed_colors import PLANES
from digitgui.work.background import BackgroundTasks
from model.inspection.attribution import channel_saliency, gradient_times_input, occlusion, saliency
from model.inspection.grad_cam import LEAST_PLACES, GradCam, grad_cam
from model.inspection.random_twin import likeness, random_twin
from model.inspection.trace import Trace
from model.network.arrays import ImageArray
from model.network.network import Network
from model.network.one_blas_thread import one_blas_thread

SIDE, CHANNEL_SIDE = 140, 64
ANSWER, LABEL = 0, 1
MUCH, LITTLE = 0.8, 0.4
"""Rank correlations above and below which two maps are called alike, and unlike."""
Values = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Method:
    """A way to compute a map.

    Attributes
    ----------
    title, tip : str
    colours : str
        What they mean, with the digit in braces.
    compute : callable or None
        None for Grad-CAM, which tells more than its map.
    """

    title: str
    tip: str
    colours: str
    compute: Callable[[Network, ImageArray, int], Values] | None


METHODS = (
    Method(
        "Saliency",
        "The gradient of the digit's logit with respect to each pixel",
        "Orange: more ink here speaks for {}. Blue: it speaks against it.",
        saliency,
    ),
    Method(
        "Gradient × input",
        "The gradient, times the ink that there is",
        "Orange ink speaks for {}, blue ink against it.",
        gradient_times_input,
    ),
    Method(
        "Occlusion",
        "How much the digit's probability falls when a patch of 5 × 5 pixels is blacked out",
        "Blacking out an orange place makes {} less likely, a blue one more.",
        occlusion,
    ),
    Method(
        "Grad-CAM",
        "Where the maps of the last convolution speak for the digit",
        "Orange: what the network finds here speaks for {}.",
        None,
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The map of a network, and that of its random twin; for Grad-CAM, with what it was made of.

    For the saliency of a picture in colour there are its channels, shape (height, width, 3), too.
    """

    method: Method
    picture: ImageArray
    digit: int
    values: Values
    random: Values
    cam: GradCam | None = None
    cam_shape: tuple[int, ...] = ()
    name: str = ""
    channels: Values | None = None


class MapsPanel(WhyPanel):
    """Shows a map over the picture, for the answer or for the right one, and what of it was learned."""

    def __init__(self, session: Session, tasks: BackgroundTasks) -> None:
        super().__init__(session, tasks, "Explaining the answer")
        self._method = METHODS[0]
        self.learned = HeatMap("Map of the network", SIDE)
        self.random = HeatMap("The same map of the network with random weights", SIDE)
        tips = ("", "What speaks for the answer"), ("", "What speaks for the right answer")
        self.digits = chips(self, tips, lambda _number: self.request())
        self._colours, self._layer = label(wrap=True), label(name="muted", wrap=True)
        self._alike = label(name="muted", wrap=True)
        self._name = label("This network", "muted")
        self.channels = [HeatMap(f"The map of the network for {plane} alone", CHANNEL_SIDE) for plane in PLANES]
        self._channels = QWidget()
        planes = [
            column_of(one, label(name, "muted"), spacing=2)
            for one, name in zip(self.channels, PLANES, strict=True)
        ]
        row_of(*planes, STRETCH, inside=self._channels, spacing=8)
        self._channels.hide()
        columns = (
            column_of(picture, (words, 0, Qt.AlignmentFlag.AlignHCenter), STRETCH, spacing=4)
            for picture, words in (
                (self.learned, self._name),
                (self.random, label("Random weights", "muted")),
            )
        )
        texts = (self._colours, self._layer, self._alike, self._sentence)
        row = row_of(*self.digits.buttons(), STRETCH, spacing=3)
        words = column_of(row, *texts, self._channels, STRETCH, spacing=6)
        column_of(row_of(*columns, (words, 1), spacing=12), STRETCH, inside=self)

    def choose(self, method: Method) -> None:
        """Show the map that is computed this way."""
        if method is not self._method:
            self._method = method
            self._clear()
        self.request()

    def _explain(self, trace: Trace) -> None:
        digit = self._digit(trace)
        copies = self._inspection.network.copy()
        basis = trace, self._method.title, digit
        begins = self._ask(_maps, self._method, copies, trace.image.copy(), digit, basis=basis)
        if begins and (self._looking.answer is None or self._looking.basis[1:] != basis[1:]):
            self._clear()

    def _digit(self, trace: Trace) -> int:
        """Name the chips, and return the digit of the one that is chosen."""
        self.digits.button(ANSWER).setText(f"Why {trace.class_name(trace.answer)} (answer)")
        self.digits.button(LABEL).setText(f"Why {trace.class_name(trace.label)} (right answer)")
        self.digits.button(LABEL).setVisible(trace.answer != trace.label)
        if trace.answer == trace.label:
            self.digits.button(ANSWER).setChecked(True)
        return trace.answer if self.digits.checkedId() == ANSWER else trace.label

    def _clear(self) -> None:
        trace = self._inspection.trace
        for part in (self.learned, self.random):
            part.show_values(trace.image if trace else None, None)
        for text in (self._colours, self._layer, self._alike):
            show_text(text, "")
        show_text(self._sentence, "Looking…")

    def _show(self, found: Found) -> None:
        if found.method is not self._method:
            return
        self.learned.show_values(found.picture, found.values)
        self.random.show_values(found.picture, found.random)
        is_finite = bool(np.isfinite(found.values).all())
        colours = found.method.colours.format(found.name)
        if found.picture.ndim == 3:
            colours = colours.replace("more ink here", "more light here").replace("ink", "light")
        show_text(self._colours, colours if is_finite else NOT_FINITE)
        self._show_channels(found)
        show_text(self._layer, _layer_words(found) if found.cam else "")
        show_text(self._alike, likeness_words(found.values, found.random) if is_finite else "")

    def _show_channels(self, found: Found) -> None:
        """Show by itself what the map adds up, channel by channel."""
        self._channels.setVisible(found.channels is not None)
        if found.channels is not None:
            for number, part in enumerate(self.channels):
                part.show_values(found.picture[:, :, number], found.channels[:, :, number])


NOT_FINITE = "The network answers with numbers that are not finite, so there is no map."


@one_blas_thread()
def _maps(method: Method, network: Network, picture: ImageArray, digit: int) -> Found:
    twin, name = random_twin(network), network.class_names[digit]
    if method.compute:
        values, random = (method.compute(one, picture, digit) for one in (network, twin))
        by_channel = method.compute is saliency and picture.ndim == 3
        channels = channel_saliency(network, picture, digit) if by_channel else None
        return Found(method, picture, digit, values, random, name=name, channels=channels)
    cam, of_twin = (grad_cam(one, picture, digit) for one in (network, twin))
    shape = network.shapes[network.layer_names.index(cam.layer) + 1]
    return Found(method, picture, digit, cam.values, of_twin.values, cam, shape, name)


def _layer_words(found: Found) -> str:
    """Say which layer it was and why, and why the map is empty where it is."""
    assert found.cam is not None
    maps, height, width = found.cam_shape
    text = (
        f"Layer: {found.cam.layer}, {maps} maps of {height}×{width}. It belongs to the last convolution whose"
        f" maps have at least {LEAST_PLACES}×{LEAST_PLACES} places."
    )
    if found.cam.is_empty:
        text += (
            " The map is empty: weighted by how much each map matters to"
            f" {found.name}, their sum is nowhere above 0, so no place speaks for {found.name}."
        )
    return text


def likeness_words(values: Values, random: Values) -> str:
    """Say how alike the map and that of the random network are, and what that means.

    Rank correlations: of the strength of the colours, and of the values with their sign.
    """
    strength = likeness(np.abs(values), np.abs(random))
    if strength is None:
        return "One of the two maps is the same everywhere, so they cannot be compared."
    figure = f"Rank correlation of the two maps: {two_places(strength)}"
    if (values >= 0).all() and (random >= 0).all():
        return f"{_meaning(strength)} {figure}."
    signed = likeness(values, random)
    assert signed is not None
    told = f"{figure} for the strength, {two_places(signed)} with the sign."
    if strength >= MUCH and abs(signed) < MUCH:
        return f"Where the map is strong follows mostly from the ink; its colours were learned. {told}"
    return f"{_meaning(strength)} {told}"


def two_places(number: float) -> str:
    """Write a number with two decimals and a true minus; none before a zero."""
    return f"{round(number, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")


def _meaning(alike: float) -> str:
    if alike >= MUCH:
        return "The map hardly depends on what was learned: do not rely on it."
    if alike > LITTLE:
        return "Part of the map comes from the picture and the layers, not from what was learned."
    return "A network that has learned nothing gives another map, so this one shows what was learned."
