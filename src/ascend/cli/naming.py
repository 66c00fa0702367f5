"""Resolve an id or a name that a user typed. A name must be unique among what the viewer sees."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
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
from ascend.cli.workspace_cards import workspace_names
from ascend.domain.ids import UUID_TEXT, Id
from ascend.domain.user_text import find_fault
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.members import MemberLine

I = TypeVar("I", bound=Id)  # noqa: E741 - an Id
EntityId = TaskId | ThingId | AssetId | CommentId
MAX_CANDIDATES = 5
"""Candidates that an error lists."""
MAX_NAME_LENGTH = 80
"""Characters of a name that an error quotes."""
PAGE_SIZE = 1_000


class NotRendered(StoreError):
    """The workspace is in the log, but no worker has rendered it yet: run `ascend worker --until-caught-up`."""


class NameResolver:
    """Finds the ids of what people name, as far as the viewer sees it.

    A name that nothing has raises `UnknownName`, a name of several raises `AmbiguousName`. An id of a workspace or a Thing
    is returned unchecked.
    """

    def __init__(self, store: Store, viewer: Viewer) -> None:
        self.store = store
        self.viewer = viewer

    async def find_workspace(self, text: str) -> WorkspaceId:
        if UUID_TEXT.fullmatch(text):
            return WorkspaceId(text)
        matches = {id: str(id) async for id, name in workspace_names(self.store, self.viewer) if name == text}
        return pick_only(matches, f"workspace {shorten_name(text)}", "`ascend workspaces` lists them")

    async def find_rendered_workspace(self, text: str) -> WorkspaceId:
        """Find a workspace that is rendered.

        Raises:
            NotRendered: the viewer is the operator, and no worker has rendered the workspace.
            NotAllowed: the viewer is not a member.
        """
        workspace = await self.find_workspace(text)
        try:
            await self.store.queries.check(workspace, self.viewer)
        except NotFound:
            log = self.store.log
            if await log.exists(workspace):
                raise NotRendered(workspace) from None
            raise
        return workspace

    async def find_user(self, text: str) -> UserId:
        """Find a member of a workspace that the viewer sees."""
        if text == self.viewer or (not find_fault(text) and await self._operator_sees_member(UserId(text))):
            return UserId(text)
        matches: dict[UserId, str] = {}
        async for workspace, _ in workspace_names(self.store, self.viewer):
            async for line in self._members(workspace):
                if text in {line.user, line.name}:
                    matches[line.user] = line.user
        return pick_only(matches, f"user {shorten_name(text)}", "`ascend members WORKSPACE` lists them")

    def _members(self, workspace: WorkspaceId) -> AsyncIterator[MemberLine]:
        queries, viewer = self.store.queries, self.viewer
        return all_items(lambda cursor: queries.members(workspace, viewer=viewer, limit=PAGE_SIZE, cursor=cursor))

    async def _operator_sees_member(self, user: UserId) -> bool:
        """Return True if the operator asks and the user is a member somewhere: one request instead of a search."""
        return isinstance(self.viewer, Operator) and bool(
            (await self.store.queries.workspaces(user, viewer=self.viewer, limit=1)).items
        )

    async def find_thing(self, workspace: WorkspaceId, text: str) -> ThingId:
        if UUID_TEXT.fullmatch(text):
            return ThingId(text)
        matches = await self._match_things(workspace, text)
        return pick_only(matches, f"thing {shorten_name(text)}", "`ascend tree WORKSPACE` lists them")

    async def find_entity(self, workspace: WorkspaceId, text: str) -> EntityId:
        """Find a task, thing, asset or comment by id, or a task, thing or asset by name."""
        if UUID_TEXT.fullmatch(text):
            return await self._find_by_id(workspace, text)
        matches: dict[TaskId | ThingId | AssetId, str] = {}
        matches.update((await self._match_tasks(workspace, text)).items())
        matches.update((await self._match_things(workspace, text)).items())
        matches.update((await self._match_assets(workspace, text)).items())
        return pick_only(matches, shorten_name(text), "`ascend tasks` and `ascend tree` list them")

    async def _find_by_id(self, workspace: WorkspaceId, text: str) -> EntityId:
        look_ups: tuple[Callable[[WorkspaceId, str], Awaitable[EntityId]], ...] = (
            self._get_task,
            self._get_thing,
            self._get_asset,
            self._get_comment,
        )
        for look_up in look_ups:
            with suppress(NotFound):
                return await look_up(workspace, text)
        raise UnknownName(f"{text}: no task, thing, asset or comment in this workspace")

    async def _get_task(self, workspace: WorkspaceId, text: str) -> TaskId:
        return (await self.store.queries.task(workspace, TaskId(text), viewer=self.viewer)).task

    async def _get_thing(self, workspace: WorkspaceId, text: str) -> ThingId:
        return (await self.store.queries.thing(workspace, ThingId(text), viewer=self.viewer)).card.thing

    async def _get_asset(self, workspace: WorkspaceId, text: str) -> AssetId:
        return (await self.store.queries.asset(workspace, AssetId(text), viewer=self.viewer)).asset

    async def _get_comment(self, workspace: WorkspaceId, text: str) -> CommentId:
        return (await self.store.queries.comment(workspace, CommentId(text), viewer=self.viewer)).comment

    async def _match_tasks(self, workspace: WorkspaceId, title: str) -> dict[TaskId, str]:
        lines = all_items(
            lambda cursor: self.store.queries.tasks(workspace, viewer=self.viewer, limit=PAGE_SIZE, cursor=cursor)
        )
        return {line.task: f"task {line.task}" async for line in lines if line.title == title}

    async def _match_assets(self, workspace: WorkspaceId, name: str) -> dict[AssetId, str]:
        cards = all_items(
            lambda cursor: self.store.queries.assets(workspace, viewer=self.viewer, limit=PAGE_SIZE, cursor=cursor)
        )
        return {card.asset: f"asset {card.asset}" async for card in cards if card.details.name == name}

    async def _match_things(self, workspace: WorkspaceId, name: str) -> dict[ThingId, str]:
        nodes = all_items(lambda cursor: self.store.queries.subtree(workspace, None, viewer=self.viewer, cursor=cursor))
        things = [node.thing async for node in nodes if node.name == name]
        listed = {thing: await self._describe_thing(workspace, thing) for thing in things[:MAX_CANDIDATES]}
        return listed | {thing: thing for thing in things[MAX_CANDIDATES:]}

    async def _describe_thing(self, workspace: WorkspaceId, thing: ThingId) -> str:
        ancestors = (await self.store.queries.thing(workspace, thing, viewer=self.viewer)).ancestors
        return f"thing {thing} in {' › '.join(node.name for node in ancestors) or 'no other thing'}"


def shorten_name(text: str) -> str:
    return repr(text) if len(text) <= MAX_NAME_LENGTH else f"{text[:MAX_NAME_LENGTH]!r}…"


def pick_only(matches: Mapping[I, str], description: str, hint: str) -> I:
    """Return the id of the only match.

    Raises: UnknownName if there is none, with the hint; AmbiguousName if there are several, with their descriptions.
    """
    if not matches:
        raise UnknownName(f"{description}: {hint}")
    if len(matches) > 1:
        more = f", and {len(matches) - MAX_CANDIDATES} more" if len(matches) > MAX_CANDIDATES else ""
        raise AmbiguousName(f"{description} is {', '.join([*matches.values()][:MAX_CANDIDATES])}{more}")
    return next(iter(matches))
