"""One frame of a film: a title, a sentence, and its numbers as pictures, bars, a calculation or a table."""

from PySide6.QtWidgets import QWidget

from digitgui.widgets.building import STRETCH, column_of, label, stack_of
from digitgui.widgets.facts import Facts
from digitgui.widgets.pictures.signed_maps import SignedMaps
from digitgui.widgets.scrolling import ScrollColumn
from digitgui.widgets.signed_bars import SignedBars
from digitgui.widgets.tables.text_table import TextTable
from model.inspection.step_film import Frame

NOTHING, MAPS, BARS, LINES, TABLE = range(5)


class FrameView(QWidget):
    """Shows a frame."""

    def __init__(self) -> None:
        super().__init__()
        self.title = label(name="strong")
        self.sentence = label(wrap=True)
        self.maps, self.bars = SignedMaps(), SignedBars()
        self.lines = Facts()
        calculation = QWidget()
        column_of(self.lines, STRETCH, inside=calculation)
        self.table = TextTable("What has moved", left=2)
        self.stack = stack_of(QWidget(), self.maps, self.bars, ScrollColumn(calculation), self.table)
        column_of(self.title, self.sentence, (self.stack, 1), inside=self, spacing=4)

    def show_frame(self, frame: Frame) -> None:
        """Show another frame."""
        self.title.setText(frame.title)
        self.sentence.setText(frame.sentence)
        shown = NOTHING
        if frame.maps:
            shown = MAPS
            self.maps.show_groups(frame.maps)
        elif frame.bars:
            shown = BARS
            self.bars.show_groups(frame.bars)
        elif frame.lines:
            shown = LINES
            self.lines.show_sections([("The number that moves most", frame.lines)])
        elif frame.table:
            shown = TABLE
            self.table.show_rows(frame.table)
        self.stack.setCurrentIndex(shown)
