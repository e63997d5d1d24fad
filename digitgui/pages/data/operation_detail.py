"""What one operation does: its purpose, its range on a picture, and how well the network copes with it."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from digitgui.documents.robustness_measurement import RobustnessMeasurement
from digitgui.widgets.building import STRETCH, button, column_of, label, progress_bar, row_of, show_text
from digitgui.widgets.pictures.digit_picture import DigitPicture
from digitgui.widgets.plots.strength_plot import StrengthPlot
from digitgui.wording import duration, percent
from model.data.augmentation import amounts
from model.data.image_operations import change
from model.data.pipeline import OPERATIONS, Step
from model.judging.robustness import strengths_of
from model.network.arrays import FloatArray, ImageArray

SIDE = 64
NO_BREAK = "\N{NO-BREAK SPACE}"


class OperationDetail(QWidget):
    """Tells about the operation that is selected.

    Parameters
    ----------
    measurement : RobustnessMeasurement
        Whose curve is shown.
    toggle_measuring : callable
        Begins it, or cancels it.
    """

    def __init__(self, measurement: RobustnessMeasurement, toggle_measuring: Callable[[], object]) -> None:
        super().__init__()
        self._measurement = measurement
        self._step: Step | None = None
        self._title = label(name="strong")
        self._sentence = label(name="muted", wrap=True)
        self.warning = label(wrap=True, tone="warning")
        self.range = [(DigitPicture(SIDE), label(name="muted")) for _ in range(3)]
        self.plot = StrengthPlot()
        self.measured = label(name="muted", wrap=True)
        self._progress = progress_bar("Progress of the measurement")
        tip = "Measure the accuracy at every strength of every operation, on validation pictures"
        self.measure_button = button("Measure", tip, toggle_measuring)
        column_of(
            self._title,
            self._sentence,
            self.warning,
            self._range_row(),
            self.plot,
            self._measure_row(),
            STRETCH,
            inside=self,
            spacing=6,
        )
        measurement.progressed.connect(self.show_measurement)

    def show_step(self, step: Step, image: ImageArray) -> None:
        """Tell about a step, on a picture, uint8 of shape (height, width) or (height, width, 3)."""
        self._step = step
        operation = OPERATIONS[step.operation]
        self._title.setText(operation.title)
        self._sentence.setText(operation.sentence)
        self._show_range(step, image)
        self.show_measurement()

    def show_measurement(self) -> None:
        """Show how far the measurement is, and what it says of this step."""
        if self._step is None:
            return
        measurement, name = self._measurement, self._step.operation
        curves = measurement.curves
        found = curves.accuracies.get(name, []) if curves else []
        self.plot.setVisible(bool(found))
        if curves and found:
            scale = 100.0 if OPERATIONS[name].unit == "%" else 1.0
            is_old = measurement.is_outdated
            self.plot.show_curve(list(strengths_of(name)), found, scale=scale, is_outdated=is_old)
            self.plot.show_strength(self._step.strength)
        self.measured.setText(self._measured_text())
        self.measure_button.setText("Cancel" if measurement.is_running else "Measure")
        self._progress.setVisible(measurement.is_running)
        self._progress.setValue(round(1000 * measurement.progress))
        show_text(self.warning, measurement.warning(self._step))

    def _measured_text(self) -> str:
        curves = self._measurement.curves
        if curves is None:
            return "How well does the network cope with each change? Not measured yet."
        if self._measurement.is_running:
            left = self._measurement.seconds_left
            return "Measuring…" if left is None else f"Measuring, {duration(left)} left"
        found = curves.accuracies.get(self._step.operation, []) if self._step else []
        if not found:
            return "Not measured."
        whose = f"{curves.model}, {curves.pictures:,} validation pictures"
        if self._measurement.is_outdated:
            return f"Accuracy of {whose} (outdated: the network or the data has changed since)."
        return f"Accuracy of {whose}: {percent(found[0]).replace(' ', NO_BREAK)} without changes."

    def _show_range(self, step: Step, image: ImageArray) -> None:
        shares = _shares(step)
        both = np.stack([shares, shares], axis=1)
        found = amounts(step, both if OPERATIONS[step.operation].per_axis else shares)
        copies = np.repeat(image[np.newaxis], len(shares), axis=0)
        changed = change(copies, {step.operation: found}, np.random.default_rng(0))
        for index, (picture, caption) in enumerate(self.range):
            there = index < len(shares)
            picture.setVisible(there)
            caption.setVisible(there)
            if there:
                picture.set_pixels(changed[index])
                caption.setText(_caption(step, float(np.ravel(found[index])[0])))
                picture.setAccessibleName(f"{OPERATIONS[step.operation].title}: {caption.text()}")

    def _range_row(self) -> QHBoxLayout:
        middle = Qt.AlignmentFlag.AlignHCenter
        for _, caption in self.range:
            caption.setAlignment(middle)
        columns = (column_of((picture, 0, middle), caption, spacing=2) for picture, caption in self.range)
        return row_of(*columns, STRETCH, spacing=12)

    def _measure_row(self) -> QHBoxLayout:
        words = column_of(self.measured, self._progress, spacing=4)
        return row_of((words, 1), (self.measure_button, 0, Qt.AlignmentFlag.AlignTop))


def _shares(step: Step) -> FloatArray:
    """Least, none and most; where nothing is the least, none, half and most."""
    if step.operation == "flip":
        return np.array([0.0, 1.0])
    return np.array([-1.0, 0.0, 1.0] if OPERATIONS[step.operation].signed else [0.0, 0.5, 1.0])


def _caption(step: Step, amount: float) -> str:
    if amount == 0:
        return "none"
    if step.operation == "flip":
        return "mirrored"
    operation = OPERATIONS[step.operation]
    sign = "" if not operation.signed else "+" if amount > 0 else "−"
    return f"{sign}{operation.text(abs(amount))}"
