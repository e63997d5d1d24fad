"""Names with values, in sections."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from digitgui.looks.theme import tabular
from digitgui.widgets.building import label


class Facts(QWidget):
    """Shows titles, and under each of them names with values."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[tuple[str, list[tuple[str, str]]]] = []
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(12)
        self._layout.setVerticalSpacing(3)
        self._layout.setColumnStretch(1, 1)

    def show_sections(self, sections: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        """Show other facts; what is shown already stays as it is."""
        wanted = [(title, list(facts)) for title, facts in sections]
        if wanted == self._shown:
            return
        self._shown = wanted
        while (item := self._layout.takeAt(0)) is not None:
            if (part := item.widget()) is not None:
                part.hide()
                part.deleteLater()
        row = 0
        for title, facts in sections:
            head = label(title, "cardTitle", wrap=True)
            head.setContentsMargins(0, 8 if row else 0, 0, 0)
            self._layout.addWidget(head, row, 0, 1, 2)
            for name, text in facts:
                row += 1
                value = label(text, wrap=True)
                value.setFont(tabular(value.font()))
                value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._layout.addWidget(label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
                self._layout.addWidget(value, row, 1)
            row += 1
