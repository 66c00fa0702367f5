"""What people call things: an id, or a name where it is unique. Names stand only for what the viewer sees."""

from collections.abc import AsyncIterator, Mapping
from typing import TypeVar

from ascend import (
    AssetId,
    CommentId,
    NotFound,
    Operator,
    Store,
    StoreError,
    TaskId,
    ThingId,
    UserId,
    Viewer,
    WorkspaceId,
)
from ascend.cli.errors import AmbiguousName, UnknownName
from ascend.cli.paging import workspace_names
from ascend.domain.ids import USER_TEXT, UUID_TEXT, Id
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.members import MemberLine

I = TypeVar("I", bound=Id)  # noqa: E741 - an Id
SHOWN = 5
"""Candidates that an error lists."""
LONGEST = 80
"""Characters of a name that an error quotes."""
MOST = 1_000


class NotRendered(StoreError):
    """The workspace is in the log, but no worker has rendered it yet: run `ascend worker --until-caught-up`."""


class Names:
    def __init__(self, store: Store, viewer: Viewer) -> None:
        self.store = store
        self.viewer = viewer

    async def workspace(self, text: str) -> WorkspaceId:
        if UUID_TEXT.fullmatch(text):
            return WorkspaceId(text)
        found = {id: str(id) async for id, name in workspace_names(self.store, self.viewer) if name == text}
        return one(found, f"workspace {quoted(text)}", "`ascend workspaces` lists them")

    async def rendered_workspace(self, text: str) -> WorkspaceId:
        """For queries: they know only what was rendered."""
        workspace = await self.workspace(text)
        try:
            await self.store.queries.check(workspace, self.viewer)
        except NotFound:
            log = self.store.log
            if (await log.head(workspace)).position and not await log.is_erased(workspace):
                raise NotRendered(workspace) from None
            raise
        return workspace

    async def user(self, text: str) -> UserId:
        """Somebody who is a member of a workspace that the viewer sees."""
        if text == self.viewer or (USER_TEXT.fullmatch(text) and await self._is_member(UserId(text))):
            return UserId(text)
        found: dict[UserId, str] = {}
        async for workspace, _ in workspace_names(self.store, self.viewer):
            async for line in self._members(workspace):
                if text in {line.user, line.name}:
                    found[line.user] = line.user
        return one(found, f"user {quoted(text)}", "`ascend members WORKSPACE` lists them")

    def _members(self, workspace: WorkspaceId) -> AsyncIterator[MemberLine]:
        queries, viewer = self.store.queries, self.viewer
        return all_items(lambda cursor: queries.members(workspace, viewer=viewer, limit=MOST, cursor=cursor))

    async def _is_member(self, user: UserId) -> bool:
        """For the operator, one request instead of a walk."""
        return isinstance(self.viewer, Operator) and bool(
            (await self.store.queries.workspaces(user, viewer=self.viewer, limit=1)).items
        )

    async def thing(self, workspace: WorkspaceId, text: str) -> ThingId:
        if UUID_TEXT.fullmatch(text):
            return ThingId(text)
        return one(await self._things(workspace, text), f"thing {quoted(text)}", "`ascend tree WORKSPACE` shows them")

    async def entity(self, workspace: WorkspaceId, text: str) -> TaskId | ThingId | AssetId | CommentId:
        """A task, a thing, an asset or a comment, by id; all but a comment by name."""
        if UUID_TEXT.fullmatch(text):
            return await self._by_id(workspace, text)
        found: dict[TaskId | ThingId | AssetId, str] = {}
        found.update((await self._tasks(workspace, text)).items())
        found.update((await self._things(workspace, text)).items())
        found.update((await self._assets(workspace, text)).items())
        return one(found, quoted(text), "`ascend tasks` and `ascend tree` list them")

    async def _by_id(self, workspace: WorkspaceId, text: str) -> TaskId | ThingId | AssetId | CommentId:
        queries, viewer = self.store.queries, self.viewer
        try:
            return (await queries.task(workspace, TaskId(text), viewer=viewer)).task
        except NotFound:
            pass
        try:
            return (await queries.thing(workspace, ThingId(text), viewer=viewer)).card.thing
        except NotFound:
            pass
        try:
            return (await queries.asset(workspace, AssetId(text), viewer=viewer)).asset
        except NotFound:
            pass
        try:
            return (await queries.comment(workspace, CommentId(text), viewer=viewer)).comment
        except NotFound:
            raise UnknownName(f"{text}: no task, thing, asset or comment in this workspace") from None

    async def _tasks(self, workspace: WorkspaceId, title: str) -> dict[TaskId, str]:
        lines = all_items(
            lambda cursor: self.store.queries.tasks(workspace, viewer=self.viewer, limit=MOST, cursor=cursor)
        )
        return {line.task: f"task {line.task}" async for line in lines if line.title == title}

    async def _assets(self, workspace: WorkspaceId, name: str) -> dict[AssetId, str]:
        cards = all_items(
            lambda cursor: self.store.queries.assets(workspace, viewer=self.viewer, limit=MOST, cursor=cursor)
        )
        return {card.asset: f"asset {card.asset}" async for card in cards if card.details.name == name}

    async def _things(self, workspace: WorkspaceId, name: str) -> dict[ThingId, str]:
        nodes = all_items(lambda cursor: self.store.queries.subtree(workspace, None, viewer=self.viewer, cursor=cursor))
        found = [node.thing async for node in nodes if node.name == name]
        return {thing: await self._place(workspace, thing, place < SHOWN) for place, thing in enumerate(found)}

    async def _place(self, workspace: WorkspaceId, thing: ThingId, ask: bool) -> str:
        if not ask:
            return thing
        above = (await self.store.queries.thing(workspace, thing, viewer=self.viewer)).ancestors
        return f"thing {thing} in {' › '.join(node.name for node in above) or 'no other'}"


def quoted(text: str) -> str:
    return repr(text) if len(text) <= LONGEST else f"{text[:LONGEST]!r}…"


def one(found: Mapping[I, str], what: str, hint: str) -> I:
    """The only one. Raises `UnknownName`, `AmbiguousName`."""
    if not found:
        raise UnknownName(f"{what}: {hint}")
    if len(found) > 1:
        more = f", and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise AmbiguousName(f"{what} is {', '.join([*found.values()][:SHOWN])}{more}")
    return next(iter(found))
