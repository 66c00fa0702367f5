"""The expected results of the imports, computed from the files by other code than the importers'."""

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


def iterate_issues() -> Iterator[tuple[str, Row]]:
    """Yield each issue with the name of its workspace."""
    dap = load(real_file(*DAP))
    yield from (("dap", issue) for issue in dap["issues"] + dap["pulls"])
    yield from (("quic", issue) for issue in load(real_file(*QUIC)))


def assignees_of(issue: Row) -> list[str]:
    return [who if isinstance(who, str) else who["login"] for who in issue["assignees"]]


def open_issues_of(login: str) -> list[tuple[str, str]]:
    return sorted(
        (workspace, issue["title"])
        for workspace, issue in iterate_issues()
        if issue["state"].upper() == "OPEN" and login in assignees_of(issue)
    )


CLOSING = {
    *("close", "closes", "closed", "fix", "fixes", "fixed"),
    *("resolve", "resolves", "resolved", "address", "addresses", "addressed"),
}
PLAIN_REFERENCE = re.compile(r"#(\d+)")


def expected_references(workspace: str) -> dict[tuple[int, int], str]:
    """Return the relation type for each pair of an issue and a number in its text."""
    texts = {issue["number"]: issue["body"] or "" for where, issue in iterate_issues() if where == workspace}
    types: dict[tuple[int, int], str] = {}
    for number, text in texts.items():
        for hit in PLAIN_REFERENCE.finditer(text):
            pair, before = (number, int(hit[1])), text[: hit.start()]
            if int(hit[1]) in texts and not before[-1:].isalnum():
                words = before.removesuffix(":").split()
                closes = before[-1:].isspace() and bool(words) and words[-1].strip("*(:-").lower() in CLOSING
                types[pair] = "closes" if closes or types.get(pair) == "closes" else "mentions"
    return types


def count_plain_references(workspace: str) -> Counter[str]:
    """Count the pairs of each type, found by the simplest expressions. A pair may count under both types."""
    texts = {issue["number"]: issue["body"] or "" for where, issue in iterate_issues() if where == workspace}
    closing = re.compile(rf"\b({'|'.join(CLOSING)})\s+#(\d+)", re.IGNORECASE)
    counts = Counter[str]()
    for text in texts.values():
        closed = {hit.end(): int(hit[2]) for hit in closing.finditer(text)}
        others = {int(hit[1]) for hit in PLAIN_REFERENCE.finditer(text) if hit.end() not in closed}
        counts += Counter({"closes": len(set(closed.values()) & texts.keys()), "mentions": len(others & texts.keys())})
    return counts


def count_tags(workspace: str) -> Counter[str]:
    """Return the number of tasks, or of parts, with each tag."""
    if workspace == "parts":
        words = (part["keywords"] or "" for part in rows_of("part.part").values())
        return Counter(tag for text in words for tag in set(text.split()))
    labels = (issue["labels"] for where, issue in iterate_issues() if where == workspace)
    names = ({label if isinstance(label, str) else label["name"] for label in of_issue} for of_issue in labels)
    return Counter(tag for of_issue in names for tag in of_issue)


def status_of(issue: Row) -> str:
    """Return the status of the task. The archive says which pull requests were closed without a merge."""
    if issue["state"].upper() == "OPEN":
        return "open"
    return "cancelled" if "mergedAt" in issue and issue["mergedAt"] is None else "done"


def done_tasks_of(login: str) -> list[tuple[str, str]]:
    """Return workspace and title of the tasks of this user that are done."""
    return sorted(
        (workspace, issue["title"])
        for workspace, issue in iterate_issues()
        if status_of(issue) == "done" and login in assignees_of(issue)
    )


# The inventory

STATUS = {
    "build.build": {20: "started", 30: "cancelled", 40: "done"},
    "order.purchaseorder": {20: "started", 30: "done", 40: "cancelled", 50: "cancelled", 60: "cancelled"},
    "order.salesorder": {15: "started", 20: "done", 30: "done", 40: "cancelled", 50: "cancelled", 60: "cancelled"},
    "order.returnorder": {20: "started", 30: "done", 40: "cancelled"},
}


def rows_of(model: str) -> dict[int, Row]:
    return {row["pk"]: row["fields"] for row in load(real_file(*PARTS)) if row["model"] == model}


def expected_subtree(location: str) -> Counter[tuple[str, ...]]:
    """Count the paths of names from this location to each place and item in it, and to the location itself."""
    places, items, parts = rows_of("stock.stocklocation"), rows_of("stock.stockitem"), rows_of("part.part")

    def label(item: Row) -> str:
        name, quantity = parts[item["part"]]["name"], item["quantity"].rstrip("0").rstrip(".")
        return f"{name} #{item['serial']}" if item["serial"] else f"{name} ×{quantity}"

    def inside(item: int, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        path = (*above, label(items[item]))
        yield path
        for other, fields in items.items():
            if fields["belongs_to"] == item:
                yield from inside(other, path)

    def below(place: int, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        path = (*above, places[place]["name"])
        yield path
        for other, fields in places.items():
            if fields["parent"] == place:
                yield from below(other, path)
        for item, fields in items.items():
            if fields["location"] == place and fields["belongs_to"] is None:
                yield from inside(item, path)

    (root,) = (pk for pk, fields in places.items() if fields["name"] == location)
    return Counter(below(root, ()))


def part_relations() -> set[tuple[str, int, int]]:
    """Return type, source and target of the relations between parts."""
    lines = {("contains", line["part"], line["sub_part"]) for line in rows_of("part.bomitem").values()}
    variants = ((pk, part["variant_of"]) for pk, part in rows_of("part.part").items())
    return lines | {("is variant of", pk, template) for pk, template in variants if template is not None}


def parts_by_image() -> dict[str, set[int]]:
    """Return the parts that show each image."""
    shown: dict[str, set[int]] = {}
    for pk, part in rows_of("part.part").items():
        if part["image"]:
            shown.setdefault(part["image"], set()).add(pk)
    return shown


def subtasks_of_builds() -> dict[str, set[str]]:
    """Return the references of the builds in each build."""
    builds = rows_of("build.build")
    subtasks: dict[str, set[str]] = {}
    for build in builds.values():
        if build["parent"] is not None:
            subtasks.setdefault(builds[build["parent"]]["reference"], set()).add(build["reference"])
    return subtasks


def builds_of(part: int) -> set[str]:
    return {build["reference"] for build in rows_of("build.build").values() if build["part"] == part}


def expected_counts(workspace: str) -> dict[str, int]:
    """Return the number of entities of each kind, and of tasks by status."""
    if workspace == "parts":
        models = ("stock.stocklocation", "part.partcategory", "part.part", "stock.stockitem")
        orders = [(STATUS[model], order["status"]) for model in STATUS for order in rows_of(model).values()]
        tasks = Counter(f"tasks.{names.get(status, 'open')}" for names, status in orders)
        return {
            "things": sum(len(rows_of(model)) for model in models),
            "assets": len(parts_by_image()),
            "relations": len(part_relations()),
            **tasks,
        }
    own = [issue for where, issue in iterate_issues() if where == workspace]
    reviews = [review for issue in own for review in as_list(issue.get("reviews"))]
    written = [comment for issue in own for comment in as_list(issue.get("comments"))]
    inline = [comment for review in reviews for comment in as_list(review.get("comments"))]
    comments = [comment for comment in (*written, *reviews, *inline) if comment["body"].strip()]
    tasks = Counter(f"tasks.{status_of(issue)}" for issue in own)
    return {**tasks, "relations": len(expected_references(workspace))} | (
        {"comments": len(comments)} if comments else {}
    )


def as_list(value: Any) -> list[Row]:
    """Return the list, or an empty one: GitHub's list of issues gives only the number of comments."""
    return cast("list[Row]", value) if isinstance(value, list) else []


def count_moves() -> int:
    """Return the number of times that an item changed its place, from its first tracked place to its present one."""
    tracked: dict[int, list[tuple[str, int, int]]] = {}
    for pk, entry in rows_of("stock.stockitemtracking").items():
        if "location" in entry["deltas"]:
            tracked.setdefault(entry["item"], []).append((entry["date"], pk, entry["deltas"]["location"]))
    changes = 0
    for pk, item in rows_of("stock.stockitem").items():
        stays: list[object] = [place for _, _, place in sorted(tracked.get(pk, []))]
        stays.append(item["location"] if item["belongs_to"] is None else ("in", item["belongs_to"]))
        changes += sum(before != after for before, after in pairwise(stays))
    return changes
