"""Positions of policies on an ordered table: beside the log, because they cannot be derived from it.

pk W#<workspace>#policies   sk <policy>    position, commit_id, stalled      a policy's position in a workspace
pk policies                 sk policies    installed                         the names of the installed policies
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from ascend.adapters.layout import keys
from ascend.adapters.store.view_items import UNREADABLE, show_key, to_int
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Table, Value
from ascend.adapters.table.pages import read_all
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Query
from ascend.domain.errors import Damaged, StoreMismatch
from ascend.domain.ids import WorkspaceId
from ascend.projections.policies.policy import PolicyPosition


class TablePolicyPositions:
    """`PolicyPositions` on any engine; in the views table, `FormerPositions`: earlier releases kept the same items there."""

    def __init__(self, tables: Tables, table: Table = Table.EVENTS) -> None:
        self.tables = tables
        self.table = table

    async def read(self, workspace: WorkspaceId, *, consistent: bool = False) -> Mapping[str, PolicyPosition]:
        query = Query(self.table, keys.policies_partition(workspace), consistent=consistent)
        return {item.key.sk: to_position(workspace, item) for item in await read_all(self.tables, query)}

    async def read_many(
        self, workspaces: Collection[WorkspaceId], policies: Collection[str], *, consistent: bool
    ) -> Mapping[tuple[WorkspaceId, str], PolicyPosition]:
        owners = {keys.policy_key(workspace, policy): workspace for workspace in workspaces for policy in policies}
        positions: dict[tuple[WorkspaceId, str], PolicyPosition] = {}
        for key, item in (await self.tables.batch_get(self.table, list(owners), consistent=consistent)).items():
            with suppress(Damaged):
                positions[owners[key], key.sk] = to_position(owners[key], item)
        return positions

    async def begin(self, position: PolicyPosition) -> PolicyPosition:
        blocked = await self.tables.put(self.table, to_item(position), Absent())
        if blocked is None or blocked.existing is None:
            return position
        return to_position(position.workspace, blocked.existing)

    async def move(self, old: PolicyPosition, new: PolicyPosition) -> bool:
        return await self.tables.put(self.table, to_item(new), Equals(to_item(old).attributes)) is None

    async def installed(self) -> Collection[str]:
        return self._to_names(await self.tables.get(self.table, keys.INSTALLED))

    async def install(self, names: Collection[str]) -> None:
        while True:
            item = await self.tables.get(self.table, keys.INSTALLED)
            installed = self._to_names(item)
            if installed.issuperset(names):
                return
            when = Absent() if item is None else Equals(item.attributes)  # another process may add names meanwhile
            new = Item(keys.INSTALLED, {"installed": sorted(installed.union(names))})
            await self.tables.put(self.table, new, when)

    def _to_names(self, item: Item | None) -> frozenset[str]:
        """Raises: StoreMismatch if the item cannot be read, because then nobody knows which policies are installed."""
        names: Any = () if item is None else item.attributes.get("installed")
        if isinstance(names, list | tuple) and all(isinstance(name, str) for name in names):  # pyright: ignore[reportUnknownVariableType]  checked here
            return frozenset(names)  # pyright: ignore[reportUnknownArgumentType]
        raise StoreMismatch(
            f"the item `policies` of the {self.table.value} table cannot be read: restore it from a backup"
        )


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
