"""How data differ from what they were when something learned from them."""

from collections.abc import Mapping
from typing import Any

Known = Mapping[str, Any]
"""What is known of data, as `describe_data` in `model.runs.provenance` has it; of an old file perhaps not all."""


def difference(then: Known, now: Known) -> str:
    """Write how data differ from what they were; empty if they do not, or if that is unknown.

    Pictures that were learned from beside them count in their checksum, and so only the rest is compared then.
    """
    if then.get("sha256") in (None, now["sha256"]):
        return ""
    parts = []
    if then.get("name") != now["name"]:
        parts.append(f"{then.get('name')} then, {now['name']} now")
    if then.get("edits") != now["edits"]:
        parts.append(f"{then.get('edits') or 'no corrections'} then, {now['edits'] or 'no corrections'} now")
    if then.get("split") != now["split"]:
        parts.append("split in another way")
    count = then.get("train_pictures")
    if isinstance(count, int) and count != now["train_pictures"]:
        parts.append(f"{count:,} training pictures then, {now['train_pictures']:,} now")
    if not parts and not then.get("extra") and not now["extra"]:
        parts.append("other pictures or labels")
    return "; ".join(parts)


def way_back(then: Known, now: Known) -> str:
    """Say how to make the open data what they were, as far as that is known; ends with a full stop."""
    ways = []
    if then.get("source_sha256") not in (None, now["source_sha256"]):
        return "Open the data that it learned from."
    if then.get("edits") != now["edits"]:
        ways.append("undo or redo corrections on the Data page until they match")
    if then.get("split") != now["split"]:
        ways.append(f"split the data as before ({_split(then.get('split'))}) with Split… on the Data page")
    if not ways:
        return "Open the data as it was, or train again."
    sentence = ", and ".join(ways)
    return f"{sentence[0].upper()}{sentence[1:]}; or train again."


def _split(split: object) -> str:
    """Write the settings of a split by the names that they have on the Data page."""
    if not isinstance(split, Mapping):
        return "the settings are unknown"
    shares, own = ("yes" if split.get(key) else "no" for key in ("stratified", "own_parts"))
    return f"seed {split.get('seed')}, equal digit proportions: {shares}, the source's own parts: {own}"
