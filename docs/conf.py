"""How Sphinx makes pages of these documents: ``make docs``."""

import json
import re
import sys
import typing
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from myst_parser.sphinx_ import Parser
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.writers.html5 import HTML5Translator

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

import model  # noqa: E402
from model.version import __version__  # noqa: E402

project = "digitgui"
release = version = __version__
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "numpydoc",
]
source_suffix = {".md": "markdown", ".ipynb": "notebook"}
exclude_patterns = ["_build"]

html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_title = "digitgui"
html_static_path = ["_static"]
html_css_files = ["docs.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_sidebars = {"**": ["globaltoc.html"]}
html_theme_options = {
    "navbar_center": [],
    "navigation_with_keys": False,
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
}

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]

default_role = "py:obj"  # docstrings name what they mean between single backticks
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
autodoc_typehints = "none"  # the docstrings have types, with shapes and units
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "undoc-members": False}

nitpick_ignore_regex = [
    ("py:obj", r"(.*\.)?[A-Z][A-Z_]*"),  # constants: some belong to their module alone
    ("py:class", r"(collections\.abc|numpy)\..*"),
]

BESIDE = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md", "README.md": "index.md"}
"""Files beside this folder, and the pages that show them."""
OUTPUTS = ("text/html", "text/plain")
"""Forms of an output of a notebook, the best one first."""


class NotebookParser(Parser):
    """Reads a notebook as Markdown: code, and what it gave when it was last run."""

    supported = ("notebook",)

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse the cells in their order."""
        cells = json.loads(inputstring)["cells"]
        super().parse("\n\n".join(block for cell in cells for block in _blocks(cell)), document)


def _blocks(cell: dict[str, Any]) -> list[str]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return [source]
    return [f"```python\n{source}\n```", *(_output(output) for output in cell["outputs"])]


def _output(output: dict[str, Any]) -> str:
    if output["output_type"] == "stream":
        return f"```text\n{''.join(output['text'])}\n```"
    form = next(form for form in OUTPUTS if form in output["data"])
    content = "".join(output["data"][form])
    return f"```{{raw}} html\n{content}\n```" if form == "text/html" else f"```text\n{content}\n```"


def write_formula(writer: HTML5Translator, node: nodes.math | nodes.math_block) -> None:
    """Write a formula as MathML, which browsers show without a program from elsewhere."""
    is_block = isinstance(node, nodes.math_block)
    formula = tex2mathml(node.astext().strip(), as_block=is_block)
    writer.body.append(f'<div class="formula">{formula}</div>' if is_block else formula)
    raise nodes.SkipNode


def write_rooms(_app: Sphinx) -> None:
    """Write a page of the reference for each room of ``model``, from its modules."""
    package = Path(model.__path__[0])
    for room in sorted(file.parent for file in package.glob("*/__init__.py")):
        _write_room(f"model.{room.name}", [file.stem for file in room.glob("[!_]*.py")], "")
    loose = {file.stem for file in package.glob("[!_]*.py")} - {"errors"}  # which the page of the reference shows
    _write_room("model", loose, "The files that all rooms use.")


def _write_room(room: str, modules: Collection[str], sentence: str) -> None:
    about = [sentence] if sentence else [f".. automodule:: {room}", "   :no-members:"]
    lines = [f"# {room}", "", "```{eval-rst}", *about, ""]
    for name in (f"{room}.{module}" for module in sorted(modules)):
        lines += [name, "~" * len(name), "", f".. automodule:: {name}", ""]
    text = "\n".join([*lines, "```", ""])
    page = DOCS / "api" / "rooms" / f"{room.removeprefix('model.')}.md"
    page.parent.mkdir(exist_ok=True)
    if not page.exists() or page.read_text(encoding="utf-8") != text:
        page.write_text(text, encoding="utf-8")


def leaves_out(_app: Sphinx, _what: str, name: str, found: object, skip: bool, _options: object) -> bool | None:
    """Leave out names for the types of arguments, and what scikit-learn adds to every classifier."""
    is_alias = typing.get_origin(found) in (dict, list, tuple, np.ndarray)
    return True if skip or is_alias or re.fullmatch("set_.*_request", name) else None


def link_to_pages(_app: Sphinx, name: str, source: list[str]) -> None:
    """Let links to files beside this folder lead to the pages that show them."""
    up = "../" * name.count("/")

    def page_of(link: re.Match[str]) -> str:
        return f"]({up}{BESIDE[link[1]]}"

    source[0] = re.sub(rf"\]\({re.escape(up)}\.\./({'|'.join(BESIDE)})", page_of, source[0])


def find_name(
    app: Sphinx, env: BuildEnvironment, reference: pending_xref, content: nodes.TextElement
) -> nodes.Node | None:
    """Find what a docstring names by the end of its path, as in ``Network.to_input``; of several, link to none."""
    if reference.get("refdomain") != "py" or reference.get("reftype") != "obj":
        return None
    target = reference["reftarget"]
    found = [name for name in env.domains.python_domain.objects if name.endswith(f".{target}")]
    if len(found) != 1:
        return content if found else None
    reference["reftarget"] = found[0]
    python = env.domains.python_domain
    return python.resolve_xref(env, reference["refdoc"], app.builder, "obj", found[0], reference, content)


def setup(app: Sphinx) -> None:
    """Register what is above."""
    app.add_source_parser(NotebookParser)
    app.add_html_math_renderer("mathml", (write_formula, None), (write_formula, None))
    app.connect("builder-inited", write_rooms)
    app.connect("autodoc-skip-member", leaves_out)
    app.connect("source-read", link_to_pages)
    app.connect("missing-reference", find_name)
