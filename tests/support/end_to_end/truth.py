"""What must come out, worked out from the files themselves, by other code than the importers'."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from support.importers.files import real_file

DAP = ("ietf-issues", "dap-archive-2024-09-24.json")
QUIC = ("ietf-issues", "quic-issues-2017-04-28.json")
PARTS = ("inventree", "inventree_data.json")
Row = dict[str, Any]


@cache
def load(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


# Issues


def issues() -> Iterator[tuple[str, Row]]:
    """Each with the workspace that it goes to."""
    dap = load(real_file(*DAP))
    yield from (("dap", issue) for issue in dap["issues"] + dap["pulls"])
    yield from (("quic", issue) for issue in load(real_file(*QUIC)))


def logins(issue: Row) -> list[str]:
    return [who if isinstance(who, str) else who["login"] for who in issue["assignees"]]


def open_issues_of(login: str) -> list[tuple[str, str]]:
    return sorted(
        (workspace, issue["title"])
        for workspace, issue in issues()
        if issue["state"].upper() == "OPEN" and login in logins(issue)
    )


CLOSING = {
    *("close", "closes", "closed", "fix", "fixes", "fixed"),
    *("resolve", "resolves", "resolved", "address", "addresses", "addressed"),
}
PLAIN = re.compile(r"#(\d+)")


def references(workspace: str) -> dict[tuple[int, int], str]:
    """Which numbers the texts of issues name, and whether they close them."""
    texts = {issue["number"]: issue["body"] or "" for where, issue in issues() if where == workspace}
    found: dict[tuple[int, int], str] = {}
    for number, text in texts.items():
        for hit in PLAIN.finditer(text):
            pair, before = (number, int(hit[1])), text[: hit.start()]
            if int(hit[1]) in texts and not before[-1:].isalnum():
                words = before.removesuffix(":").split()
                closes = before[-1:].isspace() and bool(words) and words[-1].strip("*(:-").lower() in CLOSING
                found[pair] = "closes" if closes or found.get(pair) == "closes" else "mentions"
    return found


def plain_references(workspace: str) -> Counter[str]:
    """Pairs by the plainest of expressions, each kind by itself."""
    texts = {issue["number"]: issue["body"] or "" for where, issue in issues() if where == workspace}
    closing = re.compile(rf"\b({'|'.join(CLOSING)})\s+#(\d+)", re.IGNORECASE)
    found = Counter[str]()
    for text in texts.values():
        closed = {hit.end(): int(hit[2]) for hit in closing.finditer(text)}
        others = {int(hit[1]) for hit in PLAIN.finditer(text) if hit.end() not in closed}
        found += Counter({"closes": len(set(closed.values()) & texts.keys()), "mentions": len(others & texts.keys())})
    return found


def tags(workspace: str) -> Counter[str]:
    """How many tasks, or parts, carry each."""
    if workspace == "parts":
        words = (part["keywords"] or "" for part in rows("part.part").values())
        return Counter(tag for text in words for tag in set(text.split()))
    labels = (issue["labels"] for where, issue in issues() if where == workspace)
    return Counter(tag for given in labels for tag in {one if isinstance(one, str) else one["name"] for one in given})


def done(login: str) -> list[tuple[str, str]]:
    """Tasks of theirs that are closed, by workspace and title."""
    return sorted(
        (workspace, issue["title"])
        for workspace, issue in issues()
        if issue["state"].upper() != "OPEN" and login in logins(issue)
    )


# The inventory

STATUS = {
    "build.build": {20: "started", 30: "cancelled", 40: "done"},
    "order.purchaseorder": {20: "started", 30: "done", 40: "cancelled", 50: "cancelled", 60: "cancelled"},
    "order.salesorder": {15: "started", 20: "done", 30: "done", 40: "cancelled", 50: "cancelled", 60: "cancelled"},
    "order.returnorder": {20: "started", 30: "done", 40: "cancelled"},
}


def rows(model: str) -> dict[int, Row]:
    return {row["pk"]: row["fields"] for row in load(real_file(*PARTS)) if row["model"] == model}


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


def bills() -> set[tuple[str, int, int]]:
    """What part has to do with what other part."""
    lines = {("contains", line["part"], line["sub_part"]) for line in rows("part.bomitem").values()}
    variants = ((pk, part["variant_of"]) for pk, part in rows("part.part").items())
    return lines | {("is variant of", pk, template) for pk, template in variants if template is not None}


def images() -> dict[str, set[int]]:
    """The parts that show each."""
    shown: dict[str, set[int]] = {}
    for pk, part in rows("part.part").items():
        if part["image"]:
            shown.setdefault(part["image"], set()).add(pk)
    return shown


def parts_of_builds() -> dict[str, set[str]]:
    builds = rows("build.build")
    found: dict[str, set[str]] = {}
    for build in builds.values():
        if build["parent"] is not None:
            found.setdefault(builds[build["parent"]]["reference"], set()).add(build["reference"])
    return found


def builds_of(part: int) -> set[str]:
    return {build["reference"] for build in rows("build.build").values() if build["part"] == part}


def counts(workspace: str) -> dict[str, int]:
    """How many there are of each kind, of tasks by status."""
    if workspace == "parts":
        held = ("stock.stocklocation", "part.partcategory", "part.part", "stock.stockitem")
        orders = [(STATUS[model], one["status"]) for model in STATUS for one in rows(model).values()]
        tasks = Counter(f"tasks.{names.get(status, 'open')}" for names, status in orders)
        return {
            "things": sum(len(rows(model)) for model in held),
            "assets": len(images()),
            "relations": len(bills()),
            **tasks,
        }
    here = [issue for where, issue in issues() if where == workspace]
    said = [
        one
        for issue in here
        for kind in ("comments", "reviews")
        for one in listed(issue.get(kind))
        if one["body"].strip()
    ]
    tasks = Counter("tasks.open" if issue["state"].upper() == "OPEN" else "tasks.done" for issue in here)
    return {**tasks, "relations": len(references(workspace))} | ({"comments": len(said)} if said else {})


def listed(value: Any) -> list[Row]:
    """GitHub's list of issues gives the number of comments only."""
    return cast("list[Row]", value) if isinstance(value, list) else []


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
