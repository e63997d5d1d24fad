"""The style sheet of the window, filled with the colours of a theme."""

import re
from pathlib import Path
from string import Template

import resources
from digitgui.looks.theme import Theme

TYPEFACE = "Inter"
WHITE = "#FFFFFF"
FRAME_SHEET = "QMainWindow::separator { width: 1px; height: 1px; background: palette(mid); }"
"""Of the window itself, the same in every theme: another one would dress everything in it anew."""
RULE = re.compile(r"(?P<selector>[^{}]+)(?P<content>\{[^}]*\})")
NUMBER = re.compile(r"\d+")
PART = re.compile(r"indicator|arrow|drop-down|-button")
"""Parts of a control, which grow with the text in it."""
WORDLESS = re.compile(r"QSlider|QProgressBar|QScrollBar")
LARGE = 48
"""Pixels of a letter that can be read from afar: it grows with the room, and not with the text around it."""


def stylesheet(theme: Theme, text_percent: int = 100) -> str:
    """Return the style sheet for a theme, with texts of so many per cent of their usual size."""
    colors = {name: getattr(theme, name) for name in theme.__slots__}
    pictures = {
        "check": _quotable(resources.icon("check" if theme.on_accent == WHITE else "check-dark")),
        "chevron_up": _quotable(resources.icon("chevron-up")),
        "chevron_down": _quotable(resources.icon("chevron-down")),
    }
    sheet = _TEMPLATE.substitute(colors, typeface=TYPEFACE, **pictures)
    return RULE.sub(lambda rule: rule["selector"] + _scaled(rule, text_percent / 100), sheet)


def _scaled(rule: re.Match[str], scale: float) -> str:
    """Return what a rule says with everything that holds text so much larger.

    The ring of what has the focus is one pixel broader, and the room inside so much narrower: nothing moves.
    """
    if WORDLESS.search(rule["selector"]):
        return rule["content"]
    ring = 1 if ":focus" in rule["selector"] else 0
    properties = r"font-size|min-height|min-width|padding|border-radius"
    if PART.search(rule["selector"]):
        properties += r"|width|height"

    def larger(found: re.Match[str]) -> str:
        if found["name"] == "border-radius":
            return "border-radius: " + NUMBER.sub(lambda size: _rounder(size, scale), found["sizes"])
        ringed = {"padding": ring, "min-height": 2 * ring}.get(found["name"], 0)
        return f"{found['name']}: " + NUMBER.sub(lambda size: _larger(size, scale, ringed), found["sizes"])

    return re.sub(rf"\b(?<!-)(?P<name>{properties}): (?P<sizes>[^;}}]+)", larger, rule["content"])


def _larger(size: re.Match[str], scale: float, ringed: int) -> str:
    pixels = int(size[0])
    return str(round((pixels + ringed) * scale) - ringed if 0 < pixels < LARGE else pixels)


def _rounder(size: re.Match[str], scale: float) -> str:
    """Write a radius that is never more than half of what it rounds, or Qt would paint corners."""
    return str(int(int(size[0]) * scale - 0.5) if scale != 1 else size[0])


def _quotable(path: Path) -> str:
    return path.as_posix().replace("\\", "\\\\").replace('"', '\\"')


_TEMPLATE = Template("""
* { font-family: "$typeface"; font-size: 13px; }
QWidget { color: $text; }
QDialog, #page { background: $window; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QFileDialog QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; }
QFileDialog QToolButton { padding: 4px; }
QFileDialog QToolButton:hover { border-color: $line; }
QFileDialog QToolButton:focus { border-color: $accent; }
QFileDialog QToolButton:checked { background: $accent_soft; }
QFileDialog QListView, QFileDialog QTreeView { background: $card; border: 2px solid $line; border-radius: 6px; }
QFileDialog QListView, QFileDialog QTreeView { selection-background-color: $accent_soft; selection-color: $text; }
QFileDialog QListView:focus, QFileDialog QTreeView:focus { border-color: $accent; }
QToolTip { background: $card; color: $text; border: 1px solid $line; padding: 4px 6px; }

#card { background: $card; border: 1px solid $line; border-radius: 8px; }
#heading { font-size: 17px; font-weight: 600; }
#cardTitle { font-size: 12px; font-weight: 600; color: $muted; }
#muted { color: $muted; }
#stepAnswer { font-size: 12px; }
#strong { font-weight: 600; }
#pinnedName { font-weight: 600; border: 2px solid transparent; border-radius: 4px; padding: 0px 2px; }
#pinnedName:focus { border-color: $accent; }
#operationRow { border-radius: 6px; }
#operationRow[selected="true"] { background: $accent_soft; }
#figure, #handAnswer { font-size: 17px; font-weight: 600; }
#cellReading { font-size: 28px; font-weight: 700; }
#cellReading[blank="true"] { color: $muted; font-weight: 400; }
#predictedDigit, #askedDigit { font-weight: 700; }
#predictedDigit[doubted="true"], #smallDigit[doubted="true"] { color: $muted; font-weight: 400; }
#smallDigit, #exampleDigit { font-weight: 700; }
#rejectionNote { color: $warning; font-weight: 600; }
QLabel[tone="good"] { color: $good; }
QLabel[tone="warning"] { color: $warning; }
QLabel[tone="muted"] { color: $muted; }

#figureTile { background: $field; border: 2px solid transparent; border-radius: 6px; }
#figureTile:focus { border-color: $accent; }
#figureTile[big="true"] #strong { font-size: 24px; }

#rail { background: $card; border: none; border-right: 1px solid $line; }
#rail QToolButton {
    background: transparent; border: 2px solid transparent; border-radius: 8px; color: $muted; font-size: 12px;
    padding: 8px 0px;
}
#rail QToolButton:hover { background: $field; }
#rail QToolButton:checked { background: $accent_soft; color: $accent; font-weight: 600; }
#rail QToolButton:focus { border-color: $accent; }

QPushButton {
    background: $card; border: 1px solid $line; border-radius: 6px; padding: 0px 14px; min-height: 30px;
}
QPushButton:hover { border-color: $muted; }
QPushButton:pressed { background: $field; }
QPushButton:checked { background: $accent_soft; color: $accent; border-color: $accent; }
QPushButton:focus { border: 2px solid $accent; padding: 0px 13px; min-height: 28px; }
QPushButton:disabled { color: $muted; background: $window; }
QPushButton[primary="true"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[primary="true"]:focus { border: 2px solid $text; }
QPushButton[primary="true"]:disabled { background: $field; color: $muted; border-color: $line; }
QPushButton[chip="true"] { border-radius: 12px; min-height: 22px; padding: 0px 7px; }
QPushButton[small="true"] { min-height: 24px; padding: 0px 10px; }
QPushButton[small="true"]:focus { min-height: 22px; padding: 0px 9px; }
QPushButton[tab="true"] {
    background: transparent; color: $muted; font-weight: 600; min-height: 24px; padding: 0px 6px;
    border: 2px solid transparent; border-radius: 0px;
}
QPushButton[tab="true"]:hover { color: $text; }
QPushButton[tab="true"]:checked { background: transparent; color: $text; border-bottom-color: $accent; }
QPushButton[tab="true"]:focus { border: 2px solid $accent; border-radius: 4px; outline: none; }
QPushButton[round="true"] { min-width: 10px; }
QPushButton[answer="true"] {
    background: $accent_soft; border-color: $accent_soft; color: $accent; font-weight: 700;
}
QPushButton[chip="true"]:focus { border: 2px solid $accent; min-height: 20px; padding: 0px 6px; }

QPushButton::menu-indicator { image: url("$chevron_down"); width: 12px; height: 12px; right: 10px; }
QPushButton[chip="true"]::menu-indicator { image: none; }
QPushButton[menu="true"] { padding-right: 28px; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $accent_soft; }
QPlainTextEdit, QTextBrowser { background: $field; border: 1px solid $line; border-radius: 6px; padding: 4px; }
QPlainTextEdit:focus, QTextBrowser:focus { border: 2px solid $accent; padding: 3px; }

QTableView { background: $card; outline: none; border: 2px solid transparent; border-radius: 6px;
    selection-background-color: $accent_soft; selection-color: $text; }
QTableView:focus { border-color: $accent; }
QTableView::item { padding: 0px 6px; border: none; }
QTableView::item:selected { background: $accent_soft; color: $text; }
QTableView QLineEdit { min-height: 0px; padding: 0px 5px; border-radius: 4px; }
QTableView QLineEdit:focus { min-height: 0px; padding: 0px 4px; }
QHeaderView { background: $card; border: none; }
QHeaderView::section {
    background: $card; color: $muted; border: none; border-bottom: 1px solid $line; padding: 0px 9px;
}
QHeaderView::up-arrow, QHeaderView::down-arrow {
    width: 10px; height: 10px; subcontrol-origin: padding; subcontrol-position: top center;
}
QHeaderView::up-arrow { image: url("$chevron_up"); }
QHeaderView::down-arrow { image: url("$chevron_down"); }
#sheetView { border: none; background: transparent; }
#scoreTable::item { padding: 0px 2px; }
#layerTable::item { padding: 0px 3px; }
#layerTable QHeaderView::section { padding: 0px 4px 0px 6px; }
#scoreTable QHeaderView { font-size: 12px; }
#scoreTable QHeaderView::section { font-size: 12px; padding: 10px 4px 4px 2px; }
QHeaderView::section:vertical { border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QTableCornerButton::section { background: $card; border: none; border-bottom: 1px solid $line; }
#readout { background: $card; border: 1px solid $line; border-radius: 6px; padding: 6px 8px; font-size: 12px; }

QComboBox, QSpinBox, QDoubleSpinBox, QLineEdit {
    background: $field; border: 1px solid $line; border-radius: 6px; padding: 0px 8px; min-height: 30px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QSpinBox, QDoubleSpinBox { min-height: 27px; }
QCheckBox { spacing: 8px; }
QCheckBox:disabled { color: $muted; }
QCheckBox::indicator {
    width: 16px; height: 16px; border: 1px solid $muted; border-radius: 4px; background: $field;
}
QCheckBox::indicator:focus { border: 2px solid $accent; width: 14px; height: 14px; }
QCheckBox:focus { text-decoration: underline; }
QCheckBox::indicator:checked { image: url("$check"); background: $accent; border-color: $accent; }
QComboBox:hover, QSpinBox:hover, QDoubleSpinBox:hover { border-color: $muted; }
QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QLineEdit:focus {
    border: 2px solid $accent; padding: 0px 7px; min-height: 28px;
}
QSpinBox:focus, QDoubleSpinBox:focus { min-height: 25px; }
QSpinBox[wrong="true"], QDoubleSpinBox[wrong="true"], QLineEdit[wrong="true"] { border-color: $bad; }
QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled { color: $muted; background: $window; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$chevron_down"); width: 12px; height: 12px; }
QComboBox QAbstractItemView {
    background: $card; border: 1px solid $line; padding: 4px; outline: none;
    selection-background-color: $accent_soft; selection-color: $text;
}
QSpinBox[bare="true"] { padding: 0px 6px; }
QSpinBox[bare="true"]:focus { padding: 0px 5px; }
QSpinBox[bare="true"]::up-button, QSpinBox[bare="true"]::down-button { width: 1px; }
QSpinBox[bare="true"]::up-arrow, QSpinBox[bare="true"]::down-arrow { image: none; }
QSpinBox QLineEdit, QDoubleSpinBox QLineEdit {
    background: transparent; border: none; padding: 0px; min-height: 0px;
}
QSpinBox::up-button, QDoubleSpinBox::up-button {
    subcontrol-origin: border; subcontrol-position: top right; border: none; width: 24px; background: transparent;
}
QSpinBox::down-button, QDoubleSpinBox::down-button {
    subcontrol-origin: border; subcontrol-position: bottom right; border: none; width: 24px;
    background: transparent;
}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$chevron_up"); width: 12px; height: 12px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$chevron_down"); width: 12px; height: 12px; }

QSlider { min-height: 24px; border: 2px solid transparent; border-radius: 6px; }
QSlider:focus { border-color: $accent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $track; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal {
    background: $card; border: 2px solid $accent; width: 12px; height: 12px; margin: -6px 0px; border-radius: 8px;
}

QSlider::sub-page:horizontal:disabled { background: $line; }
QSlider::handle:horizontal:disabled { border-color: $line; }

QProgressBar { background: $track; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

#banner { background: $accent_soft; border: 1px solid $accent; border-radius: 8px; }
#banner[tone="bad"] { background: $card; border: 1px solid $bad; }
#banner QPushButton { min-height: 20px; }

#tourCard { background: $card; border: 2px solid $accent; border-radius: 8px; }
QLabel[term="true"] { text-decoration: underline; }
QLabel[term="true"]:hover { color: $accent; }
#palette { background: $card; border: 1px solid $muted; border-radius: 8px; }
#paletteList { background: $card; border: 2px solid transparent; border-radius: 6px; outline: none; }
#paletteList:focus { border-color: $accent; }
#searchButton { background: $field; color: $muted; min-height: 22px; padding: 0px 10px; }
#searchButton:hover { color: $text; }
#searchButton:focus { color: $text; min-height: 20px; padding: 0px 9px; }

QMenuBar { background: $card; border-bottom: 1px solid $line; padding: 2px 8px; }
QMenuBar::item { background: transparent; padding: 5px 8px; border-radius: 4px; }
QMenuBar::item:selected { background: $accent_soft; }
QMenu { background: $card; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

QStatusBar { background: $card; border-top: 1px solid $line; min-height: 34px; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $muted; padding: 0px 6px; }
#badge { border: 1px solid $line; border-radius: 6px; background: $field; }

QDockWidget { font-size: 12px; font-weight: 600; color: $muted; }
QDockWidget::title { background: $card; padding: 8px 16px; border-left: 1px solid $line; }
#dockBody QLabel:focus, #about QLabel:focus { background: $accent_soft; border-radius: 4px; }
#dockBody { background: $card; border-left: 1px solid $line; }

QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QDialog > QScrollArea { border: 2px solid transparent; border-radius: 6px; }
QDialog > QScrollArea:focus { border-color: $accent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0px; }
QScrollBar::handle:vertical { background: $muted; border-radius: 4px; min-height: 32px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0px; }
QScrollBar::handle:horizontal { background: $muted; border-radius: 4px; min-width: 32px; margin: 2px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0px; width: 0px; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")
