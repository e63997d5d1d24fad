"""What was open before a lesson, and how it comes back."""

from digitgui.documents.data_document import LAST_KEY
from digitgui.drawings.drawing import Sheet
from digitgui.frame.ways import Ways
from digitgui.session import Session
from digitgui.wording import sentence_of
from model.errors import ModelError

__all__ = ["BeforeLesson"]


class BeforeLesson:
    """Remembers the network, the data, the settings of the Train page, the drawing and the page.

    The lesson begins with an empty canvas: the user's own sheet is put aside.

    Parameters
    ----------
    session : Session
    ways : Ways
    """

    def __init__(self, session: Session, ways: Ways) -> None:
        self._session, self._ways = session, ways
        model, form = session.model, ways.pages.page("train").form
        form.commit()
        self._model = model.network, model.name, model.path, model.is_dirty
        self._dataset = session.data.dataset
        self._form = form.architecture, form.config(), form.start.chosen, form.keep_epochs.value()
        self._page = ways.pages.current.name
        self._photo = session.photo.opened
        self._sheet = session.guide.rest_on(Sheet())

    def put_back(self) -> None:
        """Open all of this again; what the lesson has trained stays among the unsaved networks."""
        session = self._session
        session.guide.rest_on(self._sheet)
        if session.photo.opened is not self._photo:
            if self._photo:
                session.photo.show_picture(self._photo)
            else:
                session.photo.clear()
        self._put_back_form()
        self._put_back_model()
        dataset = self._dataset
        if session.data.dataset.source != dataset.source:
            session.data.open(dataset.source, **dataset.reading.asked.choices, ask=False)  # type: ignore[arg-type]
            session.settings.set(LAST_KEY, dataset.source)  # also where the program ends before it is read
        if self._ways.pages.current.name != self._page:
            self._ways.pages.show_page(self._page)

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
            try:
                model.replace(network, name=name, path=path, is_dirty=is_dirty)
            except ModelError as error:
                self._session.failed.emit(f"The network from before the lesson is not open: {sentence_of(error)}")
