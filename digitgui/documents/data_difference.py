"""How data differ from what they were when something learned from them."""

from collections.abc import Mapping
from typing import Any

Known = Mapping[str, Any]
"""What is known of data, as `describe_data` in `model.runs.provenance` has it; of an old file perhaps not all."""


def difference(then: Known, now: Known) -> str:
    """Write how data differ from what they were; empty if they do not, or nobody can tell.

    Pictures that were learned from beside them count in their checksum, and so only the rest is compared then.
    """
    if then.get("sha256") in (None, now["sha256"]):
        return ""
    parts = []
    if then.get("name") != now["name"]:
        parts.append(f"it was {then.get('name')}, open is {now['name']}")
    if then.get("edits") != now["edits"]:
        parts.append(f"{then.get('edits') or 'nothing corrected'} then, {now['edits'] or 'nothing corrected'} now")
    if then.get("split") != now["split"]:
        parts.append("it was cut into parts in another way")
    count = then.get("train_pictures")
    if isinstance(count, int) and count != now["train_pictures"]:
        parts.append(f"{count:,} pictures to train on then, {now['train_pictures']:,} now")
    if not parts and not then.get("extra") and not now["extra"]:
        parts.append("other pictures or labels are in it")
    return "; ".join(parts)


def way_back(then: Known, now: Known) -> str:
    """Say how the open data become what they were, as far as that can be told; ends with a full stop."""
    ways = []
    if then.get("source_sha256") not in (None, now["source_sha256"]):
        return "Open the data that it learned from."
    if then.get("edits") != now["edits"]:
        ways.append("make or take back corrections on the Data page until they are the same")
    if then.get("split") != now["split"]:
        ways.append(f"cut the data as they were ({_cut(then.get('split'))}) with cut … on the Data page")
    if not ways:
        return "Open the data as they were, or train anew."
    sentence = ", and ".join(ways)
    return f"{sentence[0].upper()}{sentence[1:]}; or train anew."


def _cut(split: object) -> str:
    """Write the settings of a cut by the names that they have on the Data page."""
    if not isinstance(split, Mapping):
        return "nobody knows how"
    shares, own = ("yes" if split.get(key) else "no" for key in ("stratified", "own_parts"))
    return f"seed {split.get('seed')}, the same shares of digits: {shares}, the source's own parts: {own}"
