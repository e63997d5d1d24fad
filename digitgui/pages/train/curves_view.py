"""Loss and accuracy of a run, as they grow."""

from PySide6.QtWidgets import QWidget

from digitgui.looks.theme import Theme
from digitgui.runs.curves import RunCurves
from digitgui.widgets.building import STRETCH, card_of, column_of, label, row_of
from digitgui.widgets.plots.curve_plot import CurvePlot
from digitgui.widgets.plots.plot_axes import PercentAxis


class CurvesView(QWidget):
    """Two plots over one another, of training and of validation."""

    def __init__(self) -> None:
        super().__init__()
        self.loss = CurvePlot("Loss against epochs", top=10.0)
        self.loss.setObjectName("lossCurve")
        self.accuracy = CurvePlot("Accuracy against epochs", top=1.0, left=PercentAxis("left"), rises=True)
        self.accuracy.setObjectName("accuracyCurve")
        cards = ((_Legend("Loss"), self.loss), (_Legend("Accuracy"), self.accuracy))
        column_of(*((card_of(legend, (plot, 1)), 1) for legend, plot in cards), inside=self, spacing=8)

    def show_epochs(self, epochs: int) -> None:
        """Give empty plots the scale of a run of so many epochs."""
        for plot in (self.loss, self.accuracy):
            plot.show_epochs(epochs)

    def show_curves(self, curves: RunCurves) -> None:
        """Draw the curves of a run."""
        x = curves.train_epochs()
        validation = curves.validation_epochs
        losses, accuracies = curves.train_losses(), curves.train_accuracies()
        self.loss.show_curves(curves.epochs, (x, losses), (validation, curves.validation_losses), curves.means)
        self.accuracy.show_curves(
            curves.epochs, (x, accuracies), (validation, curves.validation_accuracies), curves.means
        )
        for plot in (self.loss, self.accuracy):
            plot.show_rates(curves.rates_set)


class _Legend(QWidget):
    """Title of a plot, and the colours of its curves."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._dots = [label("—"), label("—●—")]  # as the curves look
        training, validation = label("Training", "muted"), label("Validation", "muted")
        training.setToolTip("The thin line is the loss or accuracy as it came, unsmoothed.")
        validation.setToolTip("Not used for learning; measured after every epoch.")
        head = label(title, "cardTitle")
        row_of(head, STRETCH, self._dots[0], training, 8, self._dots[1], validation, inside=self, spacing=6)

    def set_theme(self, theme: Theme) -> None:
        for dot, color in zip(self._dots, (theme.accent, theme.second), strict=True):
            dot.setStyleSheet(f"color: {color}")
