"""Asks a store everything that its queries can tell, as JSON. Any release of Ascend can run it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

from pydantic_core import to_jsonable_python
from support.upgrade.commands import ADA, BEA, MAX, VERA

import ascend

USERS = [ascend.UserId(name) for name in (ADA, BEA, MAX, VERA)]
TAGS = ("№ 5", "brick")
Query = Callable[..., Awaitable[Any]]


async def ask_everything(store: ascend.Store, workspaces: Sequence[ascend.WorkspaceId]) -> dict[str, Any]:
    """Return the answers of all queries, by workspace and by user. A refusal counts as an answer."""
    answers: dict[str, Any] = {workspace: await WorkspaceAsker(store, workspace).ask() for workspace in workspaces}
    for user in USERS:
        queries = (store.queries.feed, store.queries.done, store.queries.mentions, store.queries.workspaces)
        across = [await ask(query, user, viewer=user) for query in (*queries, store.queries.invitations_of)]
        january = (date(2026, 1, 1), date(2026, 1, 31))
        across.append(await ask(store.queries.feed, user, viewer=user, start=january[0], end=january[1]))
        across += [await ask(store.queries.tasks_of, user, workspace, viewer=user) for workspace in workspaces]
        answers[user] = across
    return answers


async def ask(query: Query, *arguments: Any, **options: Any) -> Any:
    """Return the answer as JSON, or the name of the error. None is left out: a later release may have more fields."""
    try:
        answer = await query(*arguments, **options)
    except ascend.AscendError as error:
        return type(error).__name__
    return to_jsonable_python(answer, exclude_none=True)


class WorkspaceAsker:
    """Asks about everything in one workspace."""

    def __init__(self, store: ascend.Store, workspace: ascend.WorkspaceId) -> None:
        self._queries = store.queries
        self._workspace = workspace

    async def ask(self) -> dict[str, Any]:
        queries = self._queries
        answers = {
            "as": [await ask(queries.workspace, self._workspace, viewer=user) for user in USERS],
            "workspace": await self._operator(queries.workspace),
            "members": await self._operator(queries.members),
            "invitations": await self._operator(queries.invitations),
            "history": await self._operator(queries.history),
            "tagged": [await self._operator(queries.tagged, tag) for tag in TAGS],
            "statuses": [await self._operator(queries.tasks_by_status, status) for status in ascend.Status],
            "priorities": await self._operator(queries.tasks_by_priority),
            "kinds": [await self._operator(queries.things_by_kind, kind) for kind in ascend.ThingKind],
            "roots": await self._operator(queries.children, None),
            "subtree": await self._operator(queries.subtree, None),
            "tasks": await self._operator(queries.tasks),
            "assets": await self._operator(queries.assets),
        }
        answers["each thing"] = [await self._ask_thing(id) for id in found(answers["subtree"], "thing")]
        answers["each task"] = [await self._ask_task(id) for id in found(answers["tasks"], "task")]
        answers["each asset"] = [await self._ask_asset(id) for id in found(answers["assets"], "asset")]
        return answers

    async def _operator(self, query: Query, *arguments: Any) -> Any:
        return await ask(query, self._workspace, *arguments, viewer=ascend.OPERATOR)

    async def _ask_thing(self, id: str) -> list[Any]:
        thing, ref, queries = ascend.ThingId(id), ascend.Ref("thing", ascend.ThingId(id)), self._queries
        by_id = (queries.thing, queries.children, queries.subtree, queries.tasks_about, queries.comments)
        return await self._ask_about(ref, thing, by_id)

    async def _ask_task(self, id: str) -> list[Any]:
        task, ref, queries = ascend.TaskId(id), ascend.Ref("task", ascend.TaskId(id)), self._queries
        by_id = (queries.task, queries.subtasks, queries.blocks, queries.blocked_by, queries.comments)
        return await self._ask_about(ref, task, by_id)

    async def _ask_about(self, ref: ascend.Ref, id: str, by_id: tuple[Query, ...]) -> list[Any]:
        queries = self._queries
        by_ref = (queries.assets_of, queries.relations_from, queries.relations_to, queries.history_of)
        return [await self._operator(query, id) for query in by_id] + [
            await self._operator(query, ref) for query in by_ref
        ]

    async def _ask_asset(self, id: str) -> list[Any]:
        asset, queries = ascend.AssetId(id), self._queries
        return [await self._operator(query, asset) for query in (queries.asset, queries.targets_of, queries.comments)]


def found(page: Any, kind: str) -> list[str]:
    """Return the ids of the entities on a page. A refusal has none."""
    return [] if isinstance(page, str) else [line[kind] for line in page["items"]]
