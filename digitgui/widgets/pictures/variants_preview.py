"""A picture beside many changed versions of it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QWidget

from digitgui.looks.gray_images import squared, tiled
from digitgui.widgets.building import STRETCH, chips, column_of, label, row_of
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.pictures.digit_picture import DigitPicture
from digitgui.widgets.pictures.wide_picture import WidePicture
from model.network.arrays import ImageArray

COLUMNS, ROWS = 8, 4
VARIANTS = COLUMNS * ROWS
ORIGINAL_SIDE = 84
ALONE = 1
KINDS = (
    ("All changes together", "Show what all operations that are on do together"),
    ("Selected change only", "Show what the selected operation does alone"),
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
        self.variants = WidePicture(QSize(28 * COLUMNS, 28 * ROWS))
        self.variants.setAccessibleName("Augmented versions of the picture")
        self._kinds = chips(self, KINDS, lambda _number: self.toggled.emit())
        choice = FlowLayout(spacing=4)
        for one in self._kinds.buttons():
            choice.addWidget(one)
        words = column_of(label("Original, with variants below", "muted", wrap=True), choice, STRETCH, spacing=6)
        head = row_of((self.original, 0, Qt.AlignmentFlag.AlignTop), (words, 1), spacing=12)
        column_of(head, self.variants, inside=self, spacing=8)

    @property
    def is_alone(self) -> bool:
        """Whether the selected operation is wanted alone."""
        return self._kinds.checkedId() == ALONE

    def hasHeightForWidth(self) -> bool:
        """Tell layouts to go by hint and least height: the variants shrink where there is little room."""
        return False

    def show_variants(self, image: ImageArray, variants: ImageArray) -> None:
        """Show a picture, and an array of its variants."""
        self.original.set_pixels(image)
        self.variants.set_pixels(tiled(squared(variants), COLUMNS))
