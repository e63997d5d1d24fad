"""Where reports of problems go."""

__all__ = ["issues_page"]

LABELS = "issues", "bug tracker"
"""What packages call that page among their addresses."""


def issues_page() -> str:
    """Return the address of the page that takes reports, as the installed package has it; empty if it has none."""
    from importlib.metadata import PackageNotFoundError, metadata  # noqa: PLC0415  a started window has no need of it

    try:
        addresses = metadata("digitgui").get_all("Project-URL") or []
    except PackageNotFoundError:  # the program runs from its folder
        return ""
    pages = {name.strip().lower(): page.strip() for name, _, page in (one.partition(",") for one in addresses)}
    return next((pages[name] for name in LABELS if pages.get(name, "").startswith("https://")), "")
