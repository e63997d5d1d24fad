"""Why the network answers so: what speaks for the answer, what would change it, and which pictures are like it."""

from PySide6.QtWidgets import QWidget

from digitgui.pages.inspect.why_ink import InkPanel
from digitgui.pages.inspect.why_maps import METHODS, MapsPanel
from digitgui.pages.inspect.why_pictures import ExcitingPanel, NearestPanel
from digitgui.session import Session
from digitgui.widgets.building import chips, column_of, stack_of
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.work.background import BackgroundTasks

OTHERS = (
    ("Another digit", "The smallest change of ink that makes another digit of the picture"),
    ("Nearest pictures", "The training pictures that are nearest to this one for the network"),
    ("Exciting pictures", "The training pictures that excite the map of the pinned number most"),
)


class WhyView(QWidget):
    """Shows one of several explanations of the answer."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        tasks = BackgroundTasks(session.activity)
        self.maps = MapsPanel(session, tasks)
        self.ink = InkPanel(session, tasks)
        self.nearest, self.exciting = NearestPanel(session, tasks), ExcitingPanel(session, tasks)
        self._panels = (*(self.maps for _ in METHODS), self.ink, self.nearest, self.exciting)
        self._stack = stack_of(self.maps, self.ink, self.nearest, self.exciting)
        entries = [(method.title, method.tip) for method in METHODS]
        self.chips = chips(self, [*entries, *OTHERS], self._choose)
        row = FlowLayout(spacing=4)
        for button in self.chips.buttons():
            row.addWidget(button)
        column_of(row, (self._stack, 1), inside=self, spacing=12)
        session.inspection.changed.connect(self._name_classes)
        self._inspection = session.inspection
        self._name_classes()

    def _name_classes(self) -> None:
        """Call an answer a digit only where it is one."""
        title, tip = OTHERS[0]
        is_of_digits = self._inspection.network.task.speaks_of_digits
        chip = self.chips.button(len(METHODS))
        chip.setText(title if is_of_digits else "Another answer")
        chip.setToolTip(tip if is_of_digits else "The smallest change of ink that changes the answer")

    def _choose(self, number: int) -> None:
        self._stack.setCurrentWidget(self._panels[number])
        if number < len(METHODS):
            self.maps.choose(METHODS[number])
