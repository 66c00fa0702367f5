"""Positions of policies on an ordered table."""

from collections.abc import Collection, Mapping
from typing import Any

from ascend.adapters.layout import keys
from ascend.adapters.store.view_items import UNREADABLE, show_key, to_int
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Table, Value
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Query
from ascend.domain.errors import Damaged
from ascend.domain.ids import WorkspaceId
from ascend.projections.policies.policy import PolicyPosition


class TablePolicyPositions:
    """`PolicyPositions` on any engine."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    async def read(self, workspace: WorkspaceId) -> Mapping[str, PolicyPosition]:
        page = await self.tables.query(Query(Table.VIEWS, keys.policies_partition(workspace)))
        return {item.key.sk: to_position(workspace, item) for item in page.items}

    async def begin(self, position: PolicyPosition) -> PolicyPosition:
        blocked = await self.tables.put(Table.VIEWS, to_item(position), Absent())
        if blocked is None or blocked.existing is None:
            return position
        return to_position(position.workspace, blocked.existing)

    async def move(self, old: PolicyPosition, new: PolicyPosition) -> bool:
        return await self.tables.put(Table.VIEWS, to_item(new), Equals(to_item(old).attributes)) is None

    async def installed(self) -> Collection[str]:
        return to_names(await self.tables.get(Table.VIEWS, keys.INSTALLED))

    async def install(self, names: Collection[str]) -> None:
        while True:
            item = await self.tables.get(Table.VIEWS, keys.INSTALLED)
            installed = to_names(item)
            if installed.issuperset(names):
                return
            when = Absent() if item is None else Equals(item.attributes)  # another process may add names meanwhile
            new = Item(keys.INSTALLED, {"installed": sorted(installed.union(names))})
            await self.tables.put(Table.VIEWS, new, when)


def to_item(position: PolicyPosition) -> Item:
    attributes: dict[str, Value] = {
        "position": position.position,
        "commit_id": position.commit_id,
        "stalled": position.stalled,
    }
    return Item(keys.policy_key(position.workspace, position.policy), attributes)


def to_position(workspace: WorkspaceId, item: Item) -> PolicyPosition:
    """Raises: Damaged if the item cannot be read. No rebuild brings a policy's position back."""
    attributes = item.attributes
    try:
        return PolicyPosition(
            workspace=workspace,
            policy=item.key.sk,
            position=to_int(attributes["position"]),
            commit_id=str(attributes["commit_id"]),
            stalled=str(attributes["stalled"]),
        )
    except UNREADABLE:
        raise Damaged(f"the position of a policy, {show_key(item)}") from None


def to_names(item: Item | None) -> frozenset[str]:
    names: Any = item.attributes["installed"] if item else ()
    return frozenset(names)
