"""What must come out, worked out from the files themselves, by other code than the importers'."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from importers.given import real

DAP = ("ietf-issues", "dap-archive-2024-09-24.json")
QUIC = ("ietf-issues", "quic-issues-2017-04-28.json")
PARTS = ("inventree", "inventree_data.json")
Row = dict[str, Any]


def load(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


# Issues


def issues() -> Iterator[tuple[str, Row]]:
    """Each with the workspace that it goes to."""
    dap = load(real(*DAP))
    yield from (("dap", issue) for issue in dap["issues"] + dap["pulls"])
    yield from (("quic", issue) for issue in load(real(*QUIC)))


def logins(issue: Row) -> list[str]:
    return [who if isinstance(who, str) else who["login"] for who in issue["assignees"]]


def open_issues_of(login: str) -> list[tuple[str, str]]:
    return sorted(
        (workspace, issue["title"])
        for workspace, issue in issues()
        if issue["state"].upper() == "OPEN" and login in logins(issue)
    )


# The inventory


def rows(model: str) -> dict[int, Row]:
    return {row["pk"]: row["fields"] for row in load(real(*PARTS)) if row["model"] == model}


def subtree(location: str) -> Counter[tuple[str, ...]]:
    """The names from this location down to each of what is in it, itself included."""
    places, items, parts = rows("stock.stocklocation"), rows("stock.stockitem"), rows("part.part")

    def label(item: Row) -> str:
        name, quantity = parts[item["part"]]["name"], item["quantity"].rstrip("0").rstrip(".")
        return f"{name} #{item['serial']}" if item["serial"] else f"{name} ×{quantity}"

    def inside(item: int, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        here = (*above, label(items[item]))
        yield here
        for other, fields in items.items():
            if fields["belongs_to"] == item:
                yield from inside(other, here)

    def below(place: int, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        here = (*above, places[place]["name"])
        yield here
        for other, fields in places.items():
            if fields["parent"] == place:
                yield from below(other, here)
        for item, fields in items.items():
            if fields["location"] == place and fields["belongs_to"] is None:
                yield from inside(item, here)

    (root,) = (pk for pk, fields in places.items() if fields["name"] == location)
    return Counter(below(root, ()))


def moves() -> int:
    """How often an item changed its place, from where it was tracked first to where it is stored."""
    tracked: dict[int, list[tuple[str, int, int]]] = {}
    for pk, entry in rows("stock.stockitemtracking").items():
        if "location" in entry["deltas"]:
            tracked.setdefault(entry["item"], []).append((entry["date"], pk, entry["deltas"]["location"]))
    changes = 0
    for pk, item in rows("stock.stockitem").items():
        stays: list[object] = [place for _, _, place in sorted(tracked.get(pk, []))]
        stays.append(item["location"] if item["belongs_to"] is None else ("in", item["belongs_to"]))
        changes += sum(before != after for before, after in pairwise(stays))
    return changes
