"""Records, snapshots and read items on an ordered table. Every put names the position that it moves the item to.

read item   position, type, workspace, data (JSON)         without data: a tombstone, which expires
snapshot    position, version, state (JSON)                never expires
record      builds, rendered, folded, …, moved (when)      replaced only by who knows its old values
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic_core import from_json, to_json

from ascend.adapters.layout import keys
from ascend.adapters.layout.items import COMMAND_RECORD_TTL, TOMBSTONE_TTL
from ascend.adapters.table.conditions import Absent, Below, Equals
from ascend.adapters.table.item import Item, Table, Value
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Bookmark, Prefix, Query
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Applied, Checkpoint, Environment, Folded, LoadedSnapshots, Rendered
from ascend.domain.workspaces.view import NEVER_EXISTED, Versioned
from ascend.projections.generation import CurrentGeneration
from ascend.projections.item import ViewKey
from ascend.projections.ports import Change, Edge, GenerationRecord, Parked
from ascend.projections.projection import Build, Epochs, Generation


class TableViews:
    """`Views` on any of the stores."""

    def __init__(self, tables: Tables, model: Model, environment: Environment) -> None:
        self.tables = tables
        self.model = model
        self.environment = environment

    # Epochs and records

    async def epochs(self) -> Epochs:
        item = await self.tables.get(Table.VIEWS, keys.EPOCHS)
        return to_epochs(item)

    async def set_epochs(self, old: Epochs, new: Epochs) -> bool:
        when = Equals({"epochs": dict(old)}) if old else Absent()  # as a whole: another rebuild may have added a name
        blocked = await self.tables.put(Table.VIEWS, Item(keys.EPOCHS, {"epochs": dict(new)}), when)
        return blocked is None or to_epochs(blocked.existing) == new  # a reply was lost: that was us

    async def records(self, workspace: WorkspaceId) -> Sequence[GenerationRecord]:
        partition = keys.generations_partition(workspace)
        page = await self.tables.query(Query(Table.VIEWS, partition, consistent=True))
        return [to_record(workspace, item) for item in page.items]

    async def begin(self, record: GenerationRecord) -> None:
        await self.tables.put(Table.VIEWS, self._record_item(record), Absent())

    async def move(self, old: GenerationRecord, new: GenerationRecord) -> bool:
        attributes = record_attributes(old)
        same = Equals({name: attributes[name] for name in ("incarnation", "rendered", "folded", "cursor", "stalled")})
        return await self.tables.put(Table.VIEWS, self._record_item(new), same) is None

    def _record_item(self, record: GenerationRecord) -> Item:
        moved: dict[str, Value] = {"moved": self.environment.now().isoformat(timespec="seconds")}
        key = keys.record_key(record.workspace, record.generation.id)
        return Item(key, record_attributes(record) | moved)

    # Snapshots

    async def states(self, record: GenerationRecord, refs: Collection[Ref]) -> Mapping[Ref, Versioned]:
        wanted = {keys.snapshot_key(record.workspace, record.incarnation, ref): ref for ref in refs}
        found = await self.tables.batch_get(Table.VIEWS, list(wanted))
        return {ref: self.state(ref, found.get(key)) for key, ref in wanted.items()}

    def state(self, ref: Ref, item: Item | None) -> Versioned:
        if item is None:
            return NEVER_EXISTED
        a = item.attributes
        return Versioned(self.model.load_state(ref, str(a["state"])), number(a["version"]), number(a["position"]))

    async def children(self, record: GenerationRecord, parent: Ref, after: str, limit: int) -> Sequence[Ref]:
        prefix = keys.edges_prefix(parent)
        bookmark: Bookmark | None = (prefix + after,) if after else None
        partition = keys.incarnation_partition(record.workspace, record.incarnation)
        children: list[Ref] = []
        while len(children) < limit:
            page = await self.tables.query(
                Query(Table.VIEWS, partition, Prefix(prefix), after=bookmark, limit=limit, consistent=True)
            )
            there = (item.key.sk for item in page.items if item.attributes["there"])
            children += [Ref(parent.kind, sk.removeprefix(prefix)) for sk in there]
            if (bookmark := page.next) is None:
                break
        return children[:limit]

    async def put_state(self, record: GenerationRecord, ref: Ref, state: Versioned) -> None:
        if state.state is None:
            return
        attributes: dict[str, Value] = {
            "position": state.position,
            "version": state.version,
            "state": self.model.dump_state(ref, state.state),
        }
        await self._forward(
            Item(keys.snapshot_key(record.workspace, record.incarnation, ref), attributes), state.position
        )

    async def put_edge(self, record: GenerationRecord, edge: Edge) -> None:
        key = keys.edge_key(record.workspace, record.incarnation, edge.parent, edge.child)
        attributes: dict[str, Value] = {"position": edge.position, "there": edge.there}
        expires = None if edge.there else self._tombstone_expires()
        await self._forward(Item(key, attributes, expires=expires), edge.position)

    async def put_applied(self, record: GenerationRecord, applied: Applied) -> None:
        """Records of ids that carry a time expire some time after they are refused as too old."""
        made = applied.command_id.time
        expires = None if made is None else int(made / 1_000 + COMMAND_RECORD_TTL.total_seconds())
        attributes: dict[str, Value] = {
            "position": applied.position,
            "digest": applied.digest,
            "actor": applied.actor,
            "events": applied.events,
        }
        key = keys.command_key(record.workspace, record.incarnation, applied.command_id)
        await self.tables.put(Table.VIEWS, Item(key, attributes, expires=expires), Absent())

    # Parked entities and read items

    async def parked(self, record: GenerationRecord) -> Sequence[Parked]:
        partition = keys.incarnation_partition(record.workspace, record.incarnation)
        found: list[Parked] = []
        bookmark = None
        while True:
            page = await self.tables.query(
                Query(Table.VIEWS, partition, Prefix(keys.PARKED_PREFIX), after=bookmark, consistent=True)
            )
            found += [parked for parked in map(to_parked, page.items) if stands(parked, record)]
            if (bookmark := page.next) is None:
                return found

    async def put_parked(self, record: GenerationRecord, parked: Parked) -> None:
        item = parked_item(record, parked)
        await self._forward(item, number(item.attributes["position"]))

    async def release(self, record: GenerationRecord, parked: Parked) -> None:
        item = replace(parked_item(record, parked), expires=self._tombstone_expires())
        await self.tables.put(Table.VIEWS, item, Equals({"position": item.attributes["position"]}))

    async def put_change(self, workspace: WorkspaceId, change: Change) -> None:
        await self._forward(self.change_item(workspace, change), change.position)

    def change_item(self, workspace: WorkspaceId, change: Change) -> Item:
        key = keys.item_key(change.build, change.key)
        attributes: dict[str, Value] = {"position": change.position, "workspace": workspace}
        if change.item is None:
            return Item(key, attributes, expires=self._tombstone_expires())
        item = change.item
        attributes |= {"type": type(item).__name__, "data": item.content()}
        gsi1, gsi2 = (place and keys.item_key(change.build, place) for place in item.index_keys())
        return Item(key, attributes, gsi1, gsi2)

    async def _forward(self, item: Item, position: int) -> None:
        """Writes unless something at this position or a later one stands there already."""
        await self.tables.put(Table.VIEWS, item, Below("position", position))

    def _tombstone_expires(self) -> int:
        return int((self.environment.now() + TOMBSTONE_TTL).timestamp())


async def read_record(tables: Tables, current: CurrentGeneration, workspace: WorkspaceId) -> GenerationRecord | None:
    """This process's record of a workspace: one request, which also brings the epochs where they are not fresh."""
    while True:
        key = keys.record_key(workspace, current.generation.id)
        asked = [key, keys.EPOCHS] if current.is_old() else [key]
        found = await tables.batch_get(Table.VIEWS, asked)
        if len(asked) == 1 or not current.learn(to_epochs(found.get(keys.EPOCHS))):
            return to_record(workspace, found[key]) if key in found else None


class TableSnapshots:
    """`Snapshots`, for the command path: what `TableViews` wrote for one generation."""

    def __init__(self, views: TableViews, current: CurrentGeneration) -> None:
        self.views = views
        self.current = current

    async def checkpoint(self, workspace: WorkspaceId) -> Checkpoint:
        record = await read_record(self.views.tables, self.current, workspace)
        if record is None:
            return Checkpoint(Folded(0), 0, "")
        return Checkpoint(record.folded, record.clock, record.incarnation, record.folded_id)

    async def load(
        self, workspace: WorkspaceId, at: Checkpoint, refs: Collection[Ref], commands: Collection[CommandId]
    ) -> LoadedSnapshots | None:
        snapshots = {keys.snapshot_key(workspace, at.incarnation, ref): ref for ref in refs}
        records = {keys.command_key(workspace, at.incarnation, command): command for command in commands}
        if at.folded == 0:
            return LoadedSnapshots(dict.fromkeys(refs, NEVER_EXISTED), {})
        record = keys.record_key(workspace, keys.parse_generation(at.incarnation))
        found = await self.views.tables.batch_get(Table.VIEWS, [*snapshots, *records, record])
        if record not in found or to_record(workspace, found[record]).folded < at.folded:
            return None  # removed, and perhaps begun anew
        entities = {ref: self.views.state(ref, found.get(key)) for key, ref in snapshots.items()}
        applied = {command: to_applied(command, found[key]) for key, command in records.items() if key in found}
        return LoadedSnapshots(entities, applied)


def to_epochs(item: Item | None) -> Epochs:
    epochs: Any = item.attributes["epochs"] if item else {}
    return {name: number(epoch) for name, epoch in epochs.items()}


def number(value: Value) -> int:
    if not isinstance(value, int):
        raise TypeError(f"a number was expected, not {value!r}")
    return value


def to_applied(command: CommandId, item: Item) -> Applied:
    a = item.attributes
    return Applied(command, number(a["position"]), str(a["digest"]), UserId(str(a["actor"])), number(a["events"]))


def record_attributes(record: GenerationRecord) -> dict[str, Value]:
    return {
        "snapshots": record.generation.snapshots,
        "builds": [str(build) for build in record.generation.builds],
        "rendered": record.rendered,
        "folded": record.folded,
        "commit_id": record.commit_id,
        "clock": record.clock,
        "folded_id": record.folded_id,
        "parked": record.parked,
        "cursor": list(record.cursor),
        "stalled": record.stalled,
        "incarnation": record.incarnation,
        "counts": dict(record.counts),
    }


def to_record(workspace: WorkspaceId, item: Item) -> GenerationRecord:
    a: Mapping[str, Any] = item.attributes
    builds = tuple(to_build(str(text)) for text in a["builds"])
    return GenerationRecord(
        workspace=workspace,
        generation=Generation(number(a["snapshots"]), builds),
        rendered=Rendered(number(a["rendered"])),
        folded=Folded(number(a["folded"])),
        commit_id=str(a["commit_id"]),
        clock=number(a["clock"]),
        folded_id=str(a["folded_id"]),
        parked=number(a["parked"]),
        cursor=tuple(str(step) for step in a["cursor"]),
        stalled=str(a["stalled"]),
        incarnation=str(a["incarnation"]),
        counts={name: number(count) for name, count in a.get("counts", {}).items()},
    )


def to_build(text: str) -> Build:
    projection, version, epoch = text.rsplit(".", 2)
    return Build(projection, int(version), int(epoch))


def parked_item(record: GenerationRecord, parked: Parked) -> Item:
    """What is parked, or (`was`) what is so no longer, for those who have yet to go where it was rendered again."""
    build = [parked.build.projection, parked.build.version, parked.build.epoch]
    data = {"build": build, "ref": parked.ref, "position": parked.position, "error": parked.error, "keys": parked.keys}
    text = to_json(data | {"counts": dict(parked.counts)}).decode()
    attributes: Mapping[str, Value] = (
        {"position": parked.position, "data": text} if parked.until is None else {"position": parked.until, "was": text}
    )
    return Item(keys.parked_key(record.workspace, record.incarnation, parked.build, parked.ref), attributes)


def to_parked(item: Item) -> Parked:
    a = item.attributes
    data = from_json(str(a["data"] if "data" in a else a["was"]))
    return Parked(
        build=Build(*data["build"]),
        ref=Ref(*data["ref"]),
        position=data["position"],
        error=data["error"],
        keys=tuple(ViewKey(*key) for key in data["keys"]),
        counts=data["counts"],
        until=None if "data" in a else number(a["position"]),
    )


def stands(parked: Parked, record: GenerationRecord) -> bool:
    return parked.position <= record.reached and (parked.until is None or parked.until > record.rendered)
