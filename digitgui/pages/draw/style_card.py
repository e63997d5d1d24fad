"""How far my handwriting is from what the network has learned from."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from digitgui.session import Session
from digitgui.widgets.building import STRETCH, column_of, label, row_of
from digitgui.widgets.even_grid import EvenGrid
from digitgui.widgets.plots.trait_strip import TraitLegend, TraitStrip
from model.handwriting.handwriting_style import TRAITS, Trait, sentence_of


class StyleCard(QWidget):
    """Thickness, slant, size and position, each with its place among the training digits and a sentence.

    Attributes
    ----------
    legend : TraitLegend
        Says which mark is which; it stands beside the card's title.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._handwriting = session, session.handwriting
        self._columns = {name: _Column(trait) for name, trait in TRAITS.items()}
        column_of(EvenGrid([*self._columns.values()], fewest=2, spacing=24), inside=self)
        self.legend = TraitLegend()
        self._is_number = False
        session.handwriting.changed.connect(self._refresh)
        session.answering.changed.connect(self._see_answer)

    def showEvent(self, event: QShowEvent) -> None:
        """Have the training digits measured now that they are seen."""
        super().showEvent(event)
        self._refresh()

    def _see_answer(self) -> None:
        if self._is_number != (self._session.answering.number is not None):
            self._refresh()

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        self._handwriting.request()
        training = self._handwriting.training
        self._is_number = is_number = self._session.answering.number is not None
        for index, (name, column) in enumerate(self._columns.items()):
            mine = [] if is_number else self._handwriting.values(name)
            values = None if training is None else training[:, index]
            column.strip.set_values(values, mine)
            if values is None:
                column.say("Measuring the training digits…", "")
            elif not len(values):
                column.say("No training digits", "")
            elif is_number:
                column.say("This compares single digits. Draw one.", "")
            elif not mine:
                column.say("Draw a digit to see its place here.", "")
            else:
                column.say(sentence_of(name, values, mine[-1]), column.strip.figure(mine[-1]))


class _Column(QWidget):
    def __init__(self, trait: Trait) -> None:
        super().__init__()
        self._trait = trait
        self.strip = TraitStrip(trait.title, trait.unseen, trait.unit, trait.factor)
        self._figure: QLabel = label(name="muted")
        self._sentence: QLabel = label(wrap=True)
        head = row_of(label(trait.title, "strong"), STRETCH, self._figure)
        column_of(head, self.strip, self._sentence, STRETCH, inside=self, spacing=6)

    def say(self, sentence: str, figure: str) -> None:
        self._sentence.setText(sentence)
        self._figure.setText(figure)
        self.strip.setAccessibleDescription(f"{figure}: {sentence}" if figure else sentence)
