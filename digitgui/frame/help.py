"""The Help menu: the list of keys, and what this program is."""

from collections.abc import Iterable
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QScrollArea, QVBoxLayout, QWidget

from digitgui import __version__
from digitgui.frame.action import Action, Choices, plain, written_keys
from digitgui.frame.page_list import PAGES
from digitgui.widgets.building import capitalised
from digitgui.wording import JOURNAL

__all__ = ["show_about", "show_shortcuts"]

ABOUT = f"""<h3>digitgui {__version__}</h3>
<p>A desktop laboratory for a convolutional network whose code you can read.</p>
<p>{JOURNAL}</p>
<p>MIT licence. The bundled digits are from MNIST (Y. LeCun and C. Cortes), CC BY-SA 3.0;
see NOTICE.md.</p>"""

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


def show_about(parent: QWidget) -> None:
    """Tell what this program is."""
    _show(parent, "about", "About digitgui", ABOUT)


def _show(parent: QWidget, name: str, title: str, html: str) -> None:
    for open_one in parent.findChildren(QDialog, name):
        open_one.raise_()
        open_one.activateWindow()
        return
    dialog = QDialog(parent)
    dialog.setObjectName(name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    text = QLabel(html)
    text.setMargin(8)
    scroll = QScrollArea()
    scroll.setAccessibleName(title)
    scroll.setWidget(text)
    scroll.setWidgetResizable(True)
    buttons = QDialogButtonBox()
    buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)  # a standard one has an icon
    buttons.rejected.connect(dialog.close)
    layout = QVBoxLayout(dialog)
    layout.addWidget(scroll)
    layout.addWidget(buttons)
    dialog.resize(text.sizeHint().width() + 64, min(640, text.sizeHint().height() + 96))
    dialog.show()
