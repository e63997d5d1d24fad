"""The Help menu: the list of keys, and what this program is."""

from collections.abc import Iterable
from functools import partial
from html import escape

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QScrollArea, QWidget

from digitgui import __version__
from digitgui.frame.action import Action, Choices, plain, written_keys
from digitgui.frame.page_list import PAGES
from digitgui.frame.window_parts import WindowParts
from digitgui.looks.sizes import by_text
from digitgui.looks.theme import app_icon
from digitgui.widgets.building import capitalised, column_of, row_of
from digitgui.wording import JOURNAL

__all__ = ["show_about", "show_shortcuts"]

LOGO_SIDE, ABOUT_WIDTH = 72, 420
TOUR, GLOSSARY = "digitgui:tour", "digitgui:glossary"
"""Links that lead into the program; all others lead into the browser."""
ABOUT = f"""<p style="font-size: 17px; font-weight: 600">digitgui {__version__}</p>
<p>A desktop laboratory for a convolutional network whose code you can read.</p>
<p>New here? <a href="{TOUR}">Take the tour</a>, or look words up in the <a href="{GLOSSARY}">glossary</a>.</p>
<p>{JOURNAL}</p>
<p>The program is under the MIT licence. The bundled digits are from MNIST (Y. LeCun and C. Cortes),
<a href="https://creativecommons.org/licenses/by-sa/3.0/">CC BY-SA 3.0</a>; the network has also learned from
<a href="https://archive.ics.uci.edu/dataset/81">pen-based digits</a> (E. Alpaydin and F. Alimoglu) and
<a href="https://doi.org/10.5281/zenodo.1195803">UNIPEN</a>,
<a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>. The typeface is
<a href="https://rsms.me/inter/">Inter</a>, under the
<a href="https://openfontlicense.org">SIL Open Font License</a>.</p>"""

LINKS_BY_KEY = Qt.TextInteractionFlag.LinksAccessibleByKeyboard

CANVAS_KEYS = (
    ("Draw", "left button, pen or finger"),
    ("Erase", "right button, or the other end of the pen"),
    ("Pen width", "wheel"),
    ("Add to my digits as a 7", "7, or another digit"),
    ("Move the pen with the keyboard", "arrow keys, with Shift by four cells"),
    ("Pen down, pen up", "Space or Return"),
    ("Pen or eraser", "Backspace"),
    ("Hide the pen; end a replay", "Escape"),
)
GRID_KEYS = (
    ("Move the selection", "arrow keys, page keys, Home, End"),
    ("Select several", "Shift or Ctrl with the mouse, Shift with the arrow keys, Ctrl+A"),
    ("Relabel as a 7", "7, or another digit"),
    ("Label is correct", "K"),
    ("Exclude / include", "X"),
    ("Add to my digits", "M"),
    ("Next picture", "S"),
)
MAP_KEYS = (
    ("Choose a picture", "click, arrow keys"),
    ("Show only part", "drag a frame"),
    ("Zoom, move, see all", "wheel, middle button, double-click"),
)


def show_shortcuts(parent: QWidget, actions: Iterable[Action | Choices]) -> None:
    """List every key of the actions, and what else can be done on canvases, grids and pages."""
    of_menus: dict[str, list[tuple[str, str]]] = {}
    for action in actions:
        if isinstance(action, Action) and action.keys:
            rows = of_menus.setdefault(plain(action.menu.split("/")[0]), [])
            rows.append((action.title, written_keys(action.keys)))
    groups = [
        *of_menus.items(),
        ("On the canvas", list(CANVAS_KEYS)),
        ("In the grid of pictures", list(GRID_KEYS)),
        ("On the map", list(MAP_KEYS)),
        *((f"On the {page.title} page", list(page.kind.keys)) for page in PAGES),
    ]
    table = "".join(
        f"<tr><td colspan='2' style='padding-top: 8px'><b>{escape(title)}</b></td></tr>"
        + "".join(
            f"<tr><td style='padding-right: 32px'>{escape(name)}</td><td>{escape(capitalised(keys))}</td></tr>"
            for name, keys in rows
        )
        for title, rows in groups
        if rows
    )
    _show(parent, "keys", "Keyboard shortcuts", f"<table cellspacing='0' cellpadding='2'>{table}</table>")


def show_about(window: WindowParts) -> None:
    """Tell what this program is, and what it comes from."""
    if _is_open(window, "about"):
        return
    dialog = _dialog(window, "about", "About digitgui")
    logo = QLabel()
    side = by_text(LOGO_SIDE)
    logo.setPixmap(app_icon().pixmap(QSize(side, side), window.devicePixelRatioF()))
    logo.setAccessibleName("Icon of digitgui")
    text = QLabel(ABOUT, wordWrap=True)
    text.setFixedWidth(by_text(ABOUT_WIDTH))
    text.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse | LINKS_BY_KEY)
    text.linkActivated.connect(partial(_follow, window, dialog))
    top = Qt.AlignmentFlag.AlignTop
    buttons = _closing(dialog)
    column_of(row_of((logo, 0, top), text, spacing=24), buttons, inside=dialog, margin=24, spacing=16)
    buttons.buttons()[0].setFocus()
    dialog.show()


def _follow(window: WindowParts, dialog: QDialog, link: str) -> None:
    """Go where a link leads."""
    if link == TOUR:
        dialog.close()
        window.tour_wanted.emit()
    elif link == GLOSSARY:
        dialog.close()
        window.word_wanted.emit("")
    else:
        QDesktopServices.openUrl(QUrl(link))


def _show(parent: QWidget, name: str, title: str, html: str) -> None:
    if _is_open(parent, name):
        return
    dialog = _dialog(parent, name, title)
    text = QLabel(html)
    text.setMargin(8)
    scroll = QScrollArea()
    scroll.setAccessibleName(title)
    scroll.setWidget(text)
    scroll.setWidgetResizable(True)
    column_of(scroll, _closing(dialog), inside=dialog, margin=12)
    dialog.resize(text.sizeHint().width() + 64, min(640, text.sizeHint().height() + 96))
    dialog.show()


def _is_open(parent: QWidget, name: str) -> bool:
    """Bring a dialog to the front that is open, and tell whether there was one."""
    for open_one in parent.findChildren(QDialog, name):
        open_one.raise_()
        open_one.activateWindow()
        return True
    return False


def _dialog(parent: QWidget, name: str, title: str) -> QDialog:
    dialog = QDialog(parent)
    dialog.setObjectName(name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    return dialog


def _closing(dialog: QDialog) -> QDialogButtonBox:
    buttons = QDialogButtonBox()
    buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)  # a standard one has an icon
    buttons.rejected.connect(dialog.close)
    return buttons
