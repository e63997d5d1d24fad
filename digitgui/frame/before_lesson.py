"""What was open before a lesson, and how it comes back."""

from digitgui.drawings.drawing import Sheet
from digitgui.frame.ways import Ways
from digitgui.runs.run_status import RunStatus
from digitgui.session import Session
from digitgui.wording import sentence_of
from model.errors import ModelError

__all__ = ["BeforeLesson"]


class BeforeLesson:
    """Remembers the network, the data, the settings and curves of the Train page, the drawing and the page.

    The lesson begins with an empty canvas: the user's own sheet is put aside. Until all is put back, the next
    start of the program opens what was open before the lesson: the program may be killed.

    Parameters
    ----------
    session : Session
    ways : Ways
    """

    def __init__(self, session: Session, ways: Ways) -> None:
        self._session, self._ways = session, ways
        model, data, form = session.model, session.data, ways.pages.page("train").form
        form.commit()
        try:
            model.keep_unsaved()
        except ModelError as error:
            session.failed.emit(sentence_of(error))
        model.remembers = data.remembers = False
        self._model = model.network, model.name, model.path, model.is_dirty
        data.aside = None
        self._awaited = "" if data.is_asking else data.reading_source  # a program that starts opens it yet
        self._form = form.architecture, form.config(), form.start.chosen, form.keep_epochs.value()
        self._page = ways.pages.current.name
        self._photo = session.photo.opened
        self._sheet = session.guide.rest_on(Sheet())
        trainings = session.trainings
        self._status = trainings.status
        self._show_runs(None, since=trainings.store.new_id(""))

    def put_back(self) -> None:
        """Open all of this again; what the lesson has trained stays among the unsaved networks."""
        session = self._session
        session.data.remembers = True
        try:
            self._put_back_drawing()
            self._put_back_form()
            self._put_back_model()
            self._show_runs(self._status, since="")
            self._put_back_data()
            if self._ways.pages.current.name != self._page:
                self._ways.pages.show_page(self._page)
        finally:  # or the next start would open nothing of what is trained from now on
            session.model.remembers = True
            session.data.aside = None  # all of it would stay in memory

    def _show_runs(self, status: RunStatus | None, *, since: str) -> None:
        """Show the curves of this run, and let only runs since then be continued."""
        trainings = self._session.trainings
        trainings.status, trainings.since = status, since
        trainings.look_for_continuable()
        trainings.progressed.emit()

    def _put_back_drawing(self) -> None:
        session = self._session
        session.guide.rest_on(self._sheet)
        if session.photo.opened is not self._photo:
            if self._photo:
                session.photo.show_picture(self._photo)
            else:
                session.photo.clear()

    def _put_back_data(self) -> None:
        data = self._session.data
        if not self._awaited:
            data.put_back()
        elif self._awaited != data.dataset.source:
            data.open(self._awaited, ask=False)

    def _put_back_form(self) -> None:
        form = self._ways.pages.page("train").form
        architecture, config, start, keep_epochs = self._form
        form.show_config(architecture, config)
        form.start.choose(start)
        form.keep_epochs.setValue(keep_epochs)

    def _put_back_model(self) -> None:
        model = self._session.model
        network, name, path, is_dirty = self._model
        if model.network is not network:
            is_trained = model.is_dirty
            try:
                model.replace(network, name=name, path=path, is_dirty=is_dirty)
            except ModelError as error:
                self._session.failed.emit(f"The network from before the lesson is not open: {sentence_of(error)}")
            else:
                if is_trained:
                    self._session.noticed.emit("The lesson's network is kept: see Network ▸ Unsaved networks.")
