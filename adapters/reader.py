"""Reads items for queries: one BatchGet or one Query a call."""

from collections.abc import Collection, Mapping

from ascend.adapters import keys
from ascend.adapters.table import Between, Everything, Index, Prefix, Sort, Table, Tables
from ascend.adapters.views import to_epochs, to_record
from ascend.domain.ids import WorkspaceId
from ascend.projections.current import CurrentGeneration
from ascend.projections.item import ViewKey
from ascend.projections.ports import Asked, Found
from ascend.projections.projection import Build


class TableReader:
    """`Reader` on any of the stores."""

    def __init__(self, tables: Tables, current: CurrentGeneration) -> None:
        self.tables = tables
        self.current = current

    async def get(self, wanted: Collection[tuple[Build, ViewKey]]) -> Mapping[tuple[Build, ViewKey], str]:
        asked = {keys.item_key(build, key): (build, key) for build, key in wanted}
        refresh = [keys.EPOCHS] if self.current.is_old() else []
        found = await self.tables.batch_get(Table.VIEWS, [*asked, *refresh])
        if refresh:
            self.current.learn(to_epochs(found.get(keys.EPOCHS)))
        return {
            wish: str(found[key].attributes["data"])
            for key, wish in asked.items()
            if key in found and "data" in found[key].attributes
        }

    async def page(self, asked: Asked, after: tuple[str, ...] | None, limit: int) -> Found:
        page = await self.tables.query(
            Table.VIEWS,
            f"{asked.partition}#{asked.build}",
            sort(asked),
            index=None if asked.index is None else list(Index)[asked.index - 1],
            after=after,
            limit=limit,
            consistent=asked.index is None,
        )
        contents = [str(item.attributes["data"]) for item in page.items if "data" in item.attributes]
        return Found(contents, page.next)

    async def rendered(self, workspace: WorkspaceId) -> int:
        generation = self.current.generation
        item = await self.tables.get(Table.VIEWS, keys.record_key(workspace, generation.id))
        return 0 if item is None else to_record(workspace, item).rendered


def sort(asked: Asked) -> Sort:
    if asked.low is not None and asked.high is not None:
        return Between(asked.low, asked.high)
    return Prefix(asked.prefix) if asked.prefix else Everything()
