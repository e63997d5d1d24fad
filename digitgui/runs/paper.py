"""A report on paper: Qt's text documents know tables and pictures, and hardly any style."""

import re
from collections.abc import Iterator

from PySide6.QtCore import QByteArray, QMarginsF, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QPagedPaintDevice, QPageLayout, QPainter, QTextDocument
from PySide6.QtSvg import QSvgRenderer

__all__ = ["print_report"]

MARGIN_MILLIMETRES = 15.0
SHARPNESS = 3
"""Pixels of a curve's picture for one of the document: it is printed at 300 dots an inch, about."""
PICTURE_WIDTH = 320
PICTURES_IN_ROW = 7
STYLE = """
body { font-family: Inter, sans-serif; font-size: 9pt; color: #1A1F26; }
h1 { font-size: 17pt; } h2 { font-size: 13pt; } h3 { font-size: 10pt; }
.big { font-size: 22pt; font-weight: 700; }
.muted, caption, span { color: #5D6878; font-size: 8pt; }
.good { color: #1A7D44; } .warning { color: #8A5708; } .bad { color: #C03434; }
th { text-align: left; } .number { text-align: right; } .differs td { font-weight: 700; }
code, pre { font-family: monospace; font-size: 8pt; }
"""
LEFT_OUT = r"<(nav|title|style|head)\b.*?</\1>|<span class=\"spoken\">.*?</span>|<summary\b"
CONFUSION_PAINTS = {"right": QColor("#2B66E0"), "wrong": QColor("#C03434")}


def print_report(html: str, device: QPagedPaintDevice) -> None:
    """Print a report page by page; takes a moment, and may be done in another thread.

    Parameters
    ----------
    html : str
        As `model.reports` writes it.
    device : QPagedPaintDevice
        A printer, or a PDF.
    """
    html = _in_light_colors(html)
    document = QTextDocument()
    document.setDefaultStyleSheet(STYLE)
    for number, image in enumerate(_drawn(html)):
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(f"picture:{number}"), image)
    document.setHtml(_for_paper(html))
    device.setPageMargins(QMarginsF(*[MARGIN_MILLIMETRES] * 4), QPageLayout.Unit.Millimeter)
    document.print_(device)


def _in_light_colors(html: str) -> str:
    """Put the colours of the light style, which stand first, in place of their names."""
    colors = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", html.partition("@media")[0]))
    return re.sub(r"var\(--([\w-]+)\)", lambda found: colors.get(found[1], found[0]), html)


def _for_paper(html: str) -> str:
    """Write a report with what a text document understands in place of what only a browser does."""
    numbers = iter(range(html.count("<svg")))
    html = html[html.find("<body") :]
    html = re.sub(LEFT_OUT, lambda found: "<p" if found[0].startswith("<summary") else "", html, flags=re.DOTALL)
    html = html.replace("</summary>", "</p>").replace(
        '<table class="wide">', "<table width='100%' cellpadding='3'>"
    )
    html = html.replace('<table class="confusion">', "<table cellpadding='4'>")
    html = re.sub(r'<td class="(right|wrong)" style="--strength: ([\d.]+)"', _painted, html)
    html = re.sub(
        r"<svg\b.*?</svg>", lambda _svg: f"<img src='picture:{next(numbers)}'/><br/>", html, flags=re.DOTALL
    )
    html = re.sub(r'<ul class="gallery">(.*?)</ul>', _in_rows, html, flags=re.DOTALL)
    html = re.sub(r'<ul class="legend".*?</ul>', _in_a_line, html, flags=re.DOTALL)
    for unknown, known in (("<figure>", "<p>"), ("</figure>", "</p>"), ("figcaption", "span"), ("pre>", "p>")):
        html = html.replace(unknown, known)
    return html


def _drawn(html: str) -> Iterator[QImage]:
    """Draw the curves of a report."""
    for svg in re.findall(r"<svg\b.*?</svg>", html, flags=re.DOTALL):
        renderer = QSvgRenderer(QByteArray(svg.encode()))
        side = SHARPNESS * PICTURE_WIDTH
        size = renderer.defaultSize().scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
        image = QImage(size, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        with QPainter(image) as painter:
            renderer.render(painter)
        image.setDevicePixelRatio(SHARPNESS)
        yield image


def _painted(cell: re.Match[str]) -> str:
    """Give a cell of a confusion matrix the colour that a browser mixes."""
    share = 0.5 * min(1.0, float(cell[2]))
    full = CONFUSION_PAINTS[cell[1]]
    mixed = [round(255 + share * (part - 255)) for part in (full.red(), full.green(), full.blue())]
    return f'<td align="center" bgcolor="{QColor(*mixed).name()}"'


def _in_rows(gallery: re.Match[str]) -> str:
    """Lay pictures out in rows."""
    found = re.findall(r"<li>(.*?)</li>", gallery[1], flags=re.DOTALL)
    cells = [f"<td>{cell.replace('<figcaption>', '<br/><figcaption>')}</td>" for cell in found]
    rows = [cells[start : start + PICTURES_IN_ROW] for start in range(0, len(cells), PICTURES_IN_ROW)]
    return "<table cellpadding='4'>" + "".join(f"<tr>{''.join(row)}</tr>" for row in rows) + "</table>"


def _in_a_line(legend: re.Match[str]) -> str:
    """Lay out which colour is which."""
    swatch = re.compile(r'<span class="swatch" style="background: ([^"]+)"></span>(.*?)</li>')
    return (
        "<p>"
        + " ".join(f'<font color="{color}">■</font> {text}' for color, text in swatch.findall(legend[0]))
        + "</p>"
    )
