"""Settings of the form that fit the open data, as long as these are open."""

from typing import NamedTuple

from PySide6.QtCore import QObject

from digitgui.pages.train.training_form import TrainingForm
from digitgui.session import Session
from model.network.architectures import Arch
from model.network.task import Task
from model.training.fitting import fitting_settings
from model.training.training_config import TrainingConfig

__all__ = ["FittedForm"]


class _Fitted(NamedTuple):
    """What the form showed when it had been fitted to data, and before."""

    task: Task
    shown: tuple[Arch, TrainingConfig]
    before: tuple[Arch, TrainingConfig]


class FittedForm(QObject):
    """Fits a form to the open data, and gives its settings back where data of another kind are open.

    Digits would be trained with the settings of photographs otherwise.

    Parameters
    ----------
    form : TrainingForm
    session : Session
    """

    def __init__(self, form: TrainingForm, session: Session) -> None:
        super().__init__(form)
        self._form, self._session = form, session
        self._fitted: _Fitted | None = None
        session.data.opened.connect(self._give_back)

    def fit(self) -> None:
        """Show settings that fit the open data."""
        before = self._fitted.before if self._fitted else self._shown()
        self._form.show_config(*fitting_settings(self._session.data.dataset))
        self._fitted = _Fitted(self._session.data.task, self._shown(), before)

    def _give_back(self) -> None:
        """Show what was shown before, unless the user has changed it, or it belongs to a training."""
        fitted, session = self._fitted, self._session
        if fitted and fitted.task != session.data.task and not session.trainings.run.is_active:
            if self._shown() == fitted.shown:
                self._form.show_config(*fitted.before)
            self._fitted = None

    def _shown(self) -> tuple[Arch, TrainingConfig]:
        return self._form.architecture, self._form.config()
