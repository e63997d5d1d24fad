"""A report on paper: Qt's text documents know tables and pictures, and hardly any style."""

import re
from typing import TypeAlias

from PySide6.QtCore import QByteArray, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPainter,
    QTextBlock,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextTable,
)
from PySide6.QtSvg import QSvgRenderer

from digitgui.looks.theme import LIGHT
from digitgui.runs.matrix_on_paper import draw_matrix

__all__ = ["document_for_paper", "print_report"]

MARGIN_MILLIMETRES = 15.0
PAGE_WIDTH, GAP, FOOTER = 680, 16, 24
"""Of a page, between what stands side by side, and below the text: in the document's pixels."""
LEAST_HEIGHT = 900
"""Of a page, which holds the largest matrix: on paper that lies across, all becomes smaller."""
SHARPNESS = 4
"""Pixels of a picture for one of the document: it is printed at 380 dots an inch, about."""
PICTURES_IN_ROW = 10
STYLE = f"""
body {{ font-family: Inter, sans-serif; font-size: 11px; color: {LIGHT.text}; }}
h1 {{ font-size: 22px; }} h2 {{ font-size: 16px; }} h3 {{ font-size: 12px; }}
.big {{ font-size: 30px; font-weight: 700; }}
td, th, .muted, caption {{ font-size: 10px; }} .muted, caption {{ color: {LIGHT.muted}; }}
.good {{ color: {LIGHT.good}; }} .warning {{ color: {LIGHT.warning}; }} .bad {{ color: {LIGHT.bad}; }}
th {{ text-align: left; }} .number {{ text-align: right; white-space: nowrap; }}
.differs td {{ font-weight: 700; }} .differs td.muted {{ font-weight: 400; }}
.setting, .state {{ white-space: nowrap; }}
code, pre {{ font-family: monospace; font-size: 9px; }}
"""
LEFT_OUT = r"<(nav|title|style|head)\b.*?</\1>|<span class=\"spoken\">.*?</span>"
UNKNOWN = {
    r"</?figure\b[^>]*>": "",
    r"<figcaption>": "<p class='muted'>",
    r"</figcaption>|</pre>": "</p>",
    r"<pre>": "<p>",
    r"<(/?)summary>": r"<\1h3>",
    r'<td class="muted meaning">': "<td width='58%' class='muted'>",
}
"""Elements that a text document does not know, and what stands for them."""
Part: TypeAlias = QTextBlock | QTextTable
LINES_BETWEEN = 3
"""At most so many paragraphs lie between a heading and what it is about."""
PICTURE = r"<svg\b.*?</svg>|<table class=\"confusion.*?</table>"


def print_report(html: str, device: QPagedPaintDevice) -> None:
    """Print a report page by page; takes a moment, and may be done in another thread.

    Parameters
    ----------
    html : str
        As `model.reports` writes it.
    device : QPagedPaintDevice
        A printer, or a PDF.
    """
    device.setPageMargins(QMarginsF(*[MARGIN_MILLIMETRES] * 4), QPageLayout.Unit.Millimeter)
    scale = min(device.width() / PAGE_WIDTH, device.height() / LEAST_HEIGHT)
    height = device.height() / scale - FOOTER
    document = document_for_paper(html, height)
    font = QFont()
    font.setPixelSize(10)
    with QPainter(device) as painter:
        painter.scale(scale, scale)
        painter.setFont(font)
        for page in range(document.pageCount()):
            if page:
                device.newPage()
            foot = QRectF(0, height, PAGE_WIDTH, FOOTER)
            painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, f"{page + 1}")
            painter.save()
            painter.translate(0, -page * height)
            shown = QRectF(0, page * height, PAGE_WIDTH, height)
            painter.setClipRect(shown)
            document.drawContents(painter, shown)
            painter.restore()


def document_for_paper(html: str, height: float) -> QTextDocument:
    """Lay a report out in pages of this height, in pixels, that cut no row, picture or matrix in two."""
    html, pictures = _for_paper(_in_light_colors(html))
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setUseDesignMetrics(True)
    document.setDefaultStyleSheet(STYLE)
    for number, image in enumerate(pictures):
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(f"picture:{number}"), image)
    document.setHtml(html)
    document.setPageSize(QSizeF(PAGE_WIDTH, height))
    _keep_together(document)
    return document


def _in_light_colors(html: str) -> str:
    """Put the colours of the light style, which stand first, in place of their names."""
    colors = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", html.partition("@media")[0]))
    return re.sub(r"var\(--([\w-]+)\)", lambda found: colors.get(found[1], found[0]), html)


def _for_paper(html: str) -> tuple[str, list[QImage]]:
    """Write a report with what a text document understands, and draw what it cannot."""
    images: list[QImage] = []

    def draw(text: str, width: float) -> str:
        def drawn(found: re.Match[str]) -> str:
            is_matrix = found[0].startswith("<table")
            images.append((draw_matrix if is_matrix else _draw_svg)(found[0], width, SHARPNESS))
            caption = re.search(r"<caption>(.*?)</caption>", found[0]) if is_matrix else None
            told = f"<p class='muted'>{caption[1]}</p>" if caption else ""
            return f"{told}<p><img src='picture:{len(images) - 1}'/></p>"

        return re.sub(PICTURE, drawn, text, flags=re.DOTALL)

    def abreast(cells: list[str], columns: int) -> str:
        width = (PAGE_WIDTH - (columns - 1) * GAP) / columns
        cells = [f"<td width='{100 / columns}%'>{draw(cell, width)}</td>" for cell in cells]
        return _table(cells, columns, f"<td width='{GAP}'></td>")

    def beside(found: re.Match[str]) -> str:
        cells = found[1].split("<!--next-->")
        return abreast(cells, len(cells))

    def pictures(found: re.Match[str]) -> str:
        return abreast(re.findall(r"<figure>.*?</figure>|<p class='legend'>.*?</p>", found[1], flags=re.DOTALL), 2)

    html = re.sub(LEFT_OUT, "", html[html.find("<body") :], flags=re.DOTALL)
    html = re.sub(r'<ul class="legend".*?</ul>', _in_a_line, html, flags=re.DOTALL)
    html = re.sub(r"<!--beside-->(.*?)<!--end-->", beside, html, flags=re.DOTALL)
    html = re.sub(r'<div class="pictures">(.*?)</div>', pictures, html, flags=re.DOTALL)
    html = draw(html, PAGE_WIDTH)
    html = re.sub(r'<ul class="gallery">(.*?)</ul>', _in_rows, html, flags=re.DOTALL)
    html = re.sub(r'<table class="(wide|heat)">', "<table width='100%' cellpadding='2'>", html)
    html = re.sub(r'<td class="right" style="--strength: ([\d.]+)"', _painted, html)
    for unknown, known in UNKNOWN.items():
        html = re.sub(unknown, known, html)
    return html, images


def _draw_svg(svg: str, width: float, sharpness: int) -> QImage:
    """Draw curves as wide as asked."""
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    size = QSizeF(renderer.defaultSize())
    image = QImage((size * (sharpness * width / size.width())).toSize(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        renderer.render(painter)
    image.setDevicePixelRatio(sharpness)
    return image


def _painted(cell: re.Match[str]) -> str:
    """Give a cell of a heat map the colour that a browser mixes."""
    full, share = QColor(LIGHT.accent), 0.5 * min(1.0, float(cell[1]))
    mixed = [round(255 + share * (part - 255)) for part in (full.red(), full.green(), full.blue())]
    return f'<td bgcolor="{QColor(*mixed).name()}"'


def _in_rows(gallery: re.Match[str]) -> str:
    """Lay pictures out in rows, each a table of its own, so that none is cut."""
    found = re.findall(r"<li>(.*?)</li>", gallery[1], flags=re.DOTALL)
    side = PAGE_WIDTH // PICTURES_IN_ROW - 8
    sized = [
        re.sub(r'<img (src="[^"]*")[^>]*>', rf"<img \1 width='{side}' height='{side}'/>", one) for one in found
    ]
    rows = [sized[start : start + PICTURES_IN_ROW] for start in range(0, len(sized), PICTURES_IN_ROW)]
    width = 100 / PICTURES_IN_ROW
    return "".join(
        _table([f"<td width='{width}%'>{one}</td>" for one in row + [""] * (PICTURES_IN_ROW - len(row))])
        for row in rows
    )


def _table(cells: list[str], columns: int = PICTURES_IN_ROW, between: str = "") -> str:
    """Write a table as wide as the page that only lays out."""
    rows = [between.join(cells[start : start + columns]) for start in range(0, len(cells), columns)]
    return f"<table width='100%' cellspacing='{GAP // 4}'>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _in_a_line(legend: re.Match[str]) -> str:
    """Lay out which line is which."""
    items = re.findall(r"<li>(.*?)</li>", legend[0], flags=re.DOTALL)
    return f"<p class='legend'>{' &nbsp; '.join(items)}</p>".replace("</span>", "</span>&nbsp;")


def _keep_together(document: QTextDocument) -> None:
    """Begin a new page before what would be cut in two though a page can hold it, and before its heading."""
    parts = _parts(document)
    height = document.pageSize().height()
    for number, part in enumerate(parts):
        first = parts[_start(parts, number)]
        top, box = _box(document, first).top(), _box(document, part)
        bottom = box.bottom() if box.bottom() - top < height else box.top() + 1
        if top // height != (bottom - 1) // height:
            _break_before(first)


def _start(parts: list[Part], number: int) -> int:
    """Return which part is the heading of one, a few lines before it; without a heading, the part itself."""
    for first in range(number - 1, max(-1, number - LINES_BETWEEN - 2), -1):
        part = parts[first]
        if not isinstance(part, QTextBlock):
            break
        if part.blockFormat().headingLevel():
            return first
    return number


def _break_before(part: Part) -> None:
    """Begin a new page before a part."""
    always = QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore
    if isinstance(part, QTextBlock):
        block_format = part.blockFormat()
        block_format.setPageBreakPolicy(always)
        QTextCursor(part).setBlockFormat(block_format)
    else:
        table_format = part.format()
        table_format.setPageBreakPolicy(always)
        part.setFormat(table_format)


def _parts(document: QTextDocument) -> list[Part]:
    """Return the paragraphs and tables of a document in their order, without the empty lines between tables."""
    parts: list[Part] = []
    at = document.rootFrame().begin()
    while not at.atEnd():
        table, block = at.currentFrame(), at.currentBlock()
        if isinstance(table, QTextTable):
            parts.append(table)
        elif block.length() > 1:
            parts.append(block)
        at += 1
    return parts


def _box(document: QTextDocument, part: Part) -> QRectF:
    layout = document.documentLayout()
    return layout.blockBoundingRect(part) if isinstance(part, QTextBlock) else layout.frameBoundingRect(part)
