"""Two states of the same source: an older version of an archive, made by undoing changes of its records."""

import json
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from support.importers.states import content
from support.importers.store import ImportStore

from ascend.domain.comments.comment import Comment
from ascend.domain.ids import CommentId
from ascend.domain.tasks.task import Task
from ascend.domain.workspaces.view import Entity

Record = dict[str, Any]
ANY_COMMENT = CommentId.derive("any")
Undo = Callable[[Record], None]


def reopen(record: Record) -> None:
    """Undo the closing of the record. One that is open gets another title instead."""
    if record["state"] == "OPEN":
        record["title"] = f"{record['title']} (draft)"
    record |= {"state": "OPEN", "closedAt": None}
    record |= {"mergedAt": None, "mergedBy": None} if "mergedAt" in record else {}


def take_back_label(record: Record) -> None:
    record["labels"] = ["triage"] if not record["labels"] else record["labels"][:-1]


def take_back_assignee(record: Record) -> None:
    people = record["assignees"]
    record["assignees"] = people[:-1] if people else [record["author"]]


def take_back_text(record: Record) -> None:
    record["body"] = f"{record['body'] or ''}\n\nSee also #1."
    record["title"] = f"Draft: {record['title']}"


def take_back_comments(record: Record) -> None:
    """Undo the last comment, and the edits of the others. Another comment stands there, which was removed since."""
    comments: list[Record] = record["comments"] or []
    removed = {"author": record["author"], "body": "removed since", "createdAt": record["createdAt"]}
    record["comments"] = [*map(without_edit, comments[:-1]), removed]


def without_edit(comment: Record) -> Record:
    if comment["updatedAt"] == comment["createdAt"]:
        return comment
    return {**comment, "body": f"{comment['body']} (first version)", "updatedAt": comment["createdAt"]}


def take_back_reviews(record: Record) -> None:
    if record.get("reviews"):
        record["reviews"] = record["reviews"][:-1]
    else:
        take_back_text(record)


UNDOS: tuple[Undo, ...] = (
    reopen,
    take_back_label,
    take_back_assignee,
    take_back_text,
    take_back_comments,
    take_back_reviews,
)


def older_archive(archive: Mapping[str, Any], every: int = 3) -> dict[str, Any]:
    """Return the archive as it was before the last change of every third record, without its newest records."""
    older = deepcopy(dict(archive))
    for name in ("issues", "pulls"):
        records: list[Record] = older[name]
        for place, record in enumerate(records[::every]):
            UNDOS[place % len(UNDOS)](record)
        older[name] = records[: len(records) - 3]
    return older


def write_older(source: Path, folder: Path) -> Path:
    """Write the older version of an archive into a folder."""
    path = folder / "older.json"
    path.write_text(json.dumps(older_archive(json.loads(source.read_text()))))
    return path


async def comparable(store: ImportStore) -> Mapping[str, Entity]:
    """Return the content of a store, without what the source does not say.

    It gives tags and assignees no order. A comment that was removed and comes back has another id.
    """
    states = [without_order(state) for state in (await content(store)).values()]
    return {name_of(state): state for state in states}


def without_order(state: Entity) -> Entity:
    match state:
        case Task():
            return replace(state, tags=tuple(sorted(state.tags)), assignees=tuple(sorted(state.assignees)))
        case Comment():
            return replace(state, id=ANY_COMMENT)
        case _:
            return state


def name_of(state: Entity) -> str:
    if isinstance(state, Comment):
        return f"{state.on} {state.author} {state.posted_at} {state.text}"
    return str(state.id)  # type: ignore[attr-defined]


def differences(before: Mapping[str, Entity], after: Mapping[str, Entity]) -> list[tuple[Entity | None, Entity | None]]:
    """Return what differs between two contents, both sides."""
    ids: Iterable[str] = {**before, **after}
    return [(before.get(id), after.get(id)) for id in ids if before.get(id) != after.get(id)]
