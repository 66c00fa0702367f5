"""What queries say about how things hang together, both ways; entities are called what their source calls them."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote

from ascend import OPERATOR, AssetId, Page, Ref, Store, WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.tasks.task import TaskCreated
from ascend.domain.things.thing import ThingCreated
from ascend.projections.read_models.assets import AssetCard

T = TypeVar("T")
K = TypeVar("K")
AT_ONCE = 16
COMMITS = 1_000
Edges = Counter[tuple[str, str, str]]
"""Type, source, target."""
Images = Counter[tuple[str, str]]
"""An image, and a part that shows it."""


async def names(store: Store, workspace: WorkspaceId) -> dict[Ref, str]:
    """`7` for an issue, `part.part 7` for a row of an inventory."""
    found: dict[Ref, str] = {}
    position = 0
    while commits := await store.log.commits(workspace, position + 1, COMMITS):
        for event in (event for commit in commits for event in commit.events()):
            if isinstance(event, TaskCreated | ThingCreated):
                found[event.touches()[0]] = event.metadata.get("number") or event.metadata["source"]
        position = commits[-1].position
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """What the operator sees of one workspace."""

    store: Store
    workspace: WorkspaceId
    names: dict[Ref, str]

    async def relations(self, refs: Collection[Ref], *, outwards: bool) -> Edges:
        """Of all of these, as seen from one end."""
        ask = self.store.queries.relations_from if outwards else self.store.queries.relations_to
        found: Edges = Counter()
        for ref, entries in (await self.of_each(refs, ask)).items():
            for entry in entries:
                me, other = self.names[ref], self.names[entry.line.other]
                found[entry.line.type, *((me, other) if outwards else (other, me))] += 1
        return found

    async def images(self) -> Images:
        ask = self.store.queries
        cards = await whole(lambda cursor: ask.assets(self.workspace, viewer=OPERATOR, cursor=cursor))
        paths = {AssetId(card.asset): image(card) for card in cards}
        shown = await self.of_each(paths, ask.targets_of)
        return Counter((paths[asset], self.names[Ref("thing", part.thing)]) for asset in paths for part in shown[asset])

    async def images_of(self, parts: Collection[Ref]) -> Images:
        """The same, as seen from the parts."""
        shown = await self.of_each(parts, self.store.queries.assets_of)
        return Counter((image(card), self.names[part]) for part in parts for card in shown[part])

    async def tagged(self, tags: Collection[str]) -> Counter[str]:
        """How many entities carry each."""
        found = await self.of_each(tags, self.store.queries.tagged)
        return Counter({tag: len(lines) for tag, lines in found.items()})

    async def of_each(self, keys: Collection[K], ask: Callable[..., Awaitable[Page[Any]]]) -> dict[K, list[Any]]:
        found: dict[K, list[Any]] = {}

        async def one(key: K) -> None:
            found[key] = await whole(lambda cursor: ask(self.workspace, key, viewer=OPERATOR, cursor=cursor))

        await for_each(keys, one, limit=AT_ONCE)
        return found


async def whole(query: Callable[[str | None], Awaitable[Page[T]]]) -> list[T]:
    """All pages."""
    page = await query(None)
    found = [*page.items]
    while page.cursor is not None:
        page = await query(page.cursor)
        found += page.items
    return found


def image(card: AssetCard) -> str:
    """Where it lies in the inventory."""
    return unquote((card.details.uri or "").removeprefix("inventree:"))
