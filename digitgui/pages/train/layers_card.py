"""The layers of the chosen network; those of one's own are edited here."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QMenu, QPushButton, QWidget

from digitgui.asking.file_dialogs import ask_architecture, ask_architecture_target
from digitgui.documents.own_network import OwnNetwork
from digitgui.looks.sizes import by_text
from digitgui.pages.train.layer_fields import ABOUT, LayerFields
from digitgui.pages.train.layer_list import LayerList
from digitgui.settings import Settings
from digitgui.widgets.building import button, card_of, column_of, label, set_look, wrapped
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.focus import keeping_focus
from digitgui.wording import short_number
from model.network.architecture import LONGEST_NAME, Architecture, FittedLayer
from model.network.layers import LAYER_KINDS
from model.wording import counted

NAME_WIDTH = 120
"""Pixels where text has 100 %."""


class LayersCard(QFrame):
    """A table of layers, and the tools to change them.

    Parameters
    ----------
    own : OwnNetwork
    settings : Settings
        Where folders are remembered.

    Attributes
    ----------
    parameters : int
        How many the network has, as far as it can be built.
    is_own : bool
        Whether the layers are one's own, which can be changed.
    problem : str
        Why the network cannot be built for the pictures and classes that there are; empty if it can.

    Signals
    -------
    own_wanted()
        The network of one's own is to be the chosen one.
    """

    own_wanted = Signal()

    def __init__(self, own: OwnNetwork, settings: Settings) -> None:
        super().__init__()
        self._own, self._settings = own, settings
        self._shown, self.is_own = own.architecture, True
        self._form: tuple[tuple[int, int, int], int] = ((1, 28, 28), 10)
        self._is_locked = False
        self.parameters, self.problem = 0, ""
        self.list = LayerList()
        self._sum = label(wrap=True)
        self.fields = LayerFields()
        self.fields.number_changed.connect(lambda name, value: own.set_number(self._place, name, value))
        self.copy = button(
            "Edit a copy", "Make these layers your own, to change them", self._edit_copy, look="primary"
        )
        self._tools = self._layer_tools()
        self._files = self._file_tools()
        tools = card_of(self.fields, self._tools, self._files, spacing=8)
        tools.layout().setContentsMargins(10, 8, 10, 8)  # type: ignore[union-attr] # a card has one
        column_of((self.list, 1), self._sum, tools, inside=self, spacing=6)
        self.list.chosen.connect(lambda _row: self._show_chosen())

    @property
    def _place(self) -> int:
        return self.list.currentRow()

    def show_layers(
        self, architecture: Architecture, input_shape: tuple[int, int, int], classes: int, *, is_own: bool
    ) -> None:
        """Show the layers of a network for such pictures and classes; those of one's own can be changed."""
        self._shown, self._form, self.is_own = architecture, (input_shape, classes), is_own
        self._show()

    def lock(self, locked: bool) -> None:
        """Forbid changes while a run goes on."""
        self._is_locked = locked
        self._show_chosen()

    def commit(self) -> str:
        """Take what is being typed; where that is no number, go there and say what it takes."""
        return self.fields.commit() if self.is_own else ""

    # tools

    def _layer_tools(self) -> QWidget:
        self.add = QPushButton("Add")
        self.add.setProperty("menu", True)
        self.add.setProperty("small", True)
        self.add.setToolTip("Add a layer behind the chosen one")
        menu = QMenu(self.add)
        for kind in LAYER_KINDS:
            menu.addAction(kind, partial(self._add, kind)).setToolTip(wrapped(ABOUT[kind]))
        menu.setToolTipsVisible(True)
        self.add.setMenu(menu)
        self.up = button("↑", "Move the chosen layer up", lambda: self._move(-1), look="small")
        self.down = button("↓", "Move the chosen layer down", lambda: self._move(1), look="small")
        self.remove = button("Remove", "Leave the chosen layer out", self._remove, look="small")
        self.undo = button("Undo", "Take the last change of the layers back", self._own.undo, look="small")
        return _flow(self.add, self.up, self.down, self.remove, self.undo)

    def _file_tools(self) -> QWidget:
        self.name = QLineEdit(maxLength=LONGEST_NAME)
        self.name.setAccessibleName("Name of the network")
        self.name.setToolTip("Name of the network: runs and files are called after it")
        self.name.setFixedWidth(by_text(NAME_WIDTH))
        self.name.editingFinished.connect(self._rename)
        self.open = button("Open…", "Open layers from a file", self._open, look="small")
        tip = "Save the layers to a file, as digitgui train --arch takes it"
        self.save = button("Save…", tip, self._save, look="small")
        return _flow(self.copy, self.name, self.open, self.save)

    def _edit_copy(self) -> None:
        self._own.take(self._shown)
        self.own_wanted.emit()

    def _add(self, kind: str) -> None:
        count = len(self._own.architecture.layers)
        place = min(self._place + 1, count) if self._place >= 0 else count
        self._own.add(place, kind)
        self.list.setCurrentCell(place, 0)

    def _move(self, step: int) -> None:
        place = self._place + step
        self._own.move(self._place, step)
        self.list.setCurrentCell(place, 0)

    def _remove(self) -> None:
        self._own.remove(self._place)

    def _rename(self) -> None:
        if self.name.text() != self._own.architecture.name:
            self._own.rename(self.name.text())

    def _open(self) -> None:
        path = ask_architecture(self, self._settings)
        if path:
            self._own.open(path)
            self.own_wanted.emit()

    def _save(self) -> None:
        path = ask_architecture_target(self, self._settings, self._own.architecture.name)
        if path:
            self._own.save(path)

    # what is shown

    def _show(self) -> None:
        input_shape, classes = self._form
        place, fitted = self._place, self._shown.fitted(input_shape, classes)
        self.parameters = sum(row.parameters for row in fitted)
        self.problem = next((f"{row.name}: {row.problem}" for row in fitted if row.problem), "")
        self.list.show_layers(fitted)
        if self._place < 0 or place < 0:
            self.list.setCurrentCell(min(max(place, 0), len(fitted) - 1), 0)
        self._sum.setText(_summary(fitted))
        set_look(self._sum, "tone", "warning" if self.problem else "")
        self.name.setText(self._shown.name)
        self._show_chosen()

    def _show_chosen(self) -> None:
        """Offer what can be done with the chosen layer."""
        layers, place = self._own.architecture.layers, self._place
        can_edit = self.is_own and not self._is_locked
        has_chosen = can_edit and 0 <= place < len(layers)
        with keeping_focus(self, self.list):
            self.fields.show_layer(layers[place] if self.is_own and 0 <= place < len(layers) else None)
            self.fields.setVisible(self.is_own and 0 <= place < len(layers))
            self.fields.setEnabled(can_edit)
            self._tools.setVisible(self.is_own)
            for part in (self.add, self.name, self.open):
                part.setEnabled(can_edit)
            self.remove.setEnabled(has_chosen)
            self.up.setEnabled(has_chosen and place > 0)
            self.down.setEnabled(has_chosen and place < len(layers) - 1)
            self.undo.setEnabled(can_edit and self._own.can_undo)
            self.copy.setVisible(not self.is_own)
            self.copy.setEnabled(not self._is_locked)
            self.open.setEnabled(not self._is_locked)
            for part in (self.name, self.save):
                part.setVisible(self.is_own)


def _flow(*parts: QWidget) -> QWidget:
    content, flow = QWidget(), FlowLayout(spacing=6)
    content.setLayout(flow)
    for part in parts:
        flow.addWidget(part)
    return content


def _summary(fitted: list[FittedLayer]) -> str:
    """Say how large the whole is, or that it cannot be built."""
    if any(row.problem for row in fitted):
        return "This network cannot be built: see the marked layer."
    cost = short_number(sum(row.multiplications for row in fitted))
    return f"{counted(len(fitted), 'layer')} · {cost} multiplications a picture"
