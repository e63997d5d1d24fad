"""A picture beside many changed versions of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from digitgui.looks.gray_images import tiled
from digitgui.widgets.building import STRETCH, chips, label, row_of
from digitgui.widgets.pictures.digit_picture import DigitPicture
from model.network.arrays import ImageArray

COLUMNS = 8
VARIANTS = COLUMNS**2
SIDE = 28 * COLUMNS
ORIGINAL_SIDE = 92
ALONE = 1
KINDS = (
    ("all", "Show what all operations that are on do together"),
    ("alone", "Show what the selected operation does alone"),
)


class VariantsPreview(QWidget):
    """Shows the original, the variants, and a choice of what they are variants of.

    Signals
    -------
    toggled()
        The user chose all operations, or the selected one alone.
    """

    toggled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.original = DigitPicture(ORIGINAL_SIDE)
        self.original.setAccessibleName("The picture as it is")
        self.variants = DigitPicture(SIDE)
        self.variants.setAccessibleName("Augmented versions of the picture")
        caption = label("original", "muted")
        caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        caption.setFixedWidth(ORIGINAL_SIDE)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.original, 0, 0)
        grid.addWidget(caption, 1, 0)
        grid.setRowStretch(2, 1)
        self._kinds = chips(self, KINDS, lambda _number: self.toggled.emit())
        grid.addLayout(row_of(*self._kinds.buttons(), STRETCH, spacing=4), 3, 0)
        grid.addWidget(self.variants, 0, 1, 4, 1)

    @property
    def is_alone(self) -> bool:
        """Whether the selected operation is wanted alone."""
        return self._kinds.checkedId() == ALONE

    def show_variants(self, image: ImageArray, variants: ImageArray) -> None:
        """Show a picture, shape (28, 28), and its variants, shape (`VARIANTS`, 28, 28)."""
        self.original.set_pixels(image)
        self.variants.set_pixels(tiled(variants, COLUMNS))
