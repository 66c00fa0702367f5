"""Generation records, snapshots and read items on an ordered table. Each put is conditional.

read item   position, type, workspace, data (JSON)         without data: a tombstone, which gets an end later
snapshot    position, version, state (JSON)                never expires
record      builds, rendered, folded, …, moved             replaced only by a process that knows its current values
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace

from ascend.adapters.layout import keys
from ascend.adapters.layout.items import TOMBSTONE_TTL
from ascend.adapters.store.command_records import command_puts
from ascend.adapters.store.generation_items import (
    dump_state,
    record_to_attributes,
    starts_to_value,
    state_to_attributes,
    to_record,
    to_starts,
    to_stored_state,
)
from ascend.adapters.store.view_items import (
    change_to_item,
    edge_exists,
    edge_to_item,
    is_parked,
    naming_item,
    parked_to_item,
    to_int,
    to_parked,
)
from ascend.adapters.table.conditions import Absent, Below, Equals
from ascend.adapters.table.item import Item, Table, Value
from ascend.adapters.table.pages import pages, read_all
from ascend.adapters.table.port import Tables
from ascend.adapters.table.puts import Put
from ascend.adapters.table.query import Bookmark, Prefix, Query
from ascend.domain.errors import DamagedViews
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment
from ascend.domain.workspaces.view import NEVER_EXISTED, Entity, Versioned
from ascend.projections.build import Build, Generation
from ascend.projections.deadline import Check, send_always
from ascend.projections.generation_record import GenerationRecord, StoredRecords, StoredState
from ascend.projections.generation_state import GenerationState
from ascend.projections.key_template import ViewKey
from ascend.projections.ports import Change, Edge, NewSnapshot, Parked

RECORD_STATE = ("incarnation", "rendered", "folded", "cursor", "stalled", "parked", "leads", "progress")
"""The attributes of a record that a move compares. A retry changes what is parked, and no position."""


class TableViews:
    """`Views` on any storage engine."""

    def __init__(
        self, tables: Tables, model: Model, environment: Environment, *, keeps_expired_commands: bool = False
    ) -> None:
        self.tables = tables
        self.model = model
        self.environment = environment
        self._keeps_expired_commands = keeps_expired_commands
        """True to write also the records of commands that are refused as too old, as `verify` needs them."""

    # Epochs and generation records

    async def state(self) -> StoredState:
        return to_stored_state(await self.tables.get(Table.VIEWS, keys.EPOCHS))

    async def replace_state(self, old: StoredState, new: GenerationState) -> bool:
        stored = None if old.state is None else dump_state(old.state)
        is_absent = old.state is None and not old.epochs
        when = Absent() if is_absent else Equals({"state": stored, "epochs": dict(old.epochs)})
        blocked = await self.tables.put(Table.VIEWS, Item(keys.EPOCHS, state_to_attributes(new)), when)
        return (
            blocked is None or to_stored_state(blocked.existing).state == new
        )  # equal: our own write, whose reply was lost

    async def starts(self, workspace: WorkspaceId) -> Mapping[Build, int]:
        item = await self.tables.get(Table.VIEWS, keys.starts_key(workspace))
        if item is None:
            return {}
        with naming_item(item):
            return to_starts(item.attributes["starts"])

    async def put_starts(
        self, workspace: WorkspaceId, starts: Mapping[Build, int], check: Check = send_always
    ) -> Mapping[Build, int]:
        while True:
            stored = await self.starts(workspace)
            new = {**starts, **stored}
            if new != stored:
                item = Item(keys.starts_key(workspace), {"starts": starts_to_value(new)})
                when = Equals({"starts": starts_to_value(stored)}) if stored else Absent()
                check()
                if await self.tables.put(Table.VIEWS, item, when) is not None:
                    continue  # another generation has begun meanwhile
            return {build: new[build] for build in starts}

    async def records(self, workspace: WorkspaceId) -> Sequence[GenerationRecord]:
        return (await self.stored_records(workspace)).readable

    async def stored_records(self, workspace: WorkspaceId) -> StoredRecords:
        partition = keys.generations_partition(workspace)
        readable, unreadable = list[GenerationRecord](), dict[str, DamagedViews]()
        for item in await read_all(self.tables, Query(Table.VIEWS, partition, consistent=True)):
            try:
                readable.append(to_record(workspace, item))
            except DamagedViews as error:
                unreadable[item.key.sk] = error
        return StoredRecords(readable, unreadable)

    async def records_of(
        self, workspaces: Collection[WorkspaceId], generation: Generation, *, consistent: bool
    ) -> Mapping[WorkspaceId, GenerationRecord]:
        by_key = {keys.record_key(workspace, generation.id): workspace for workspace in workspaces}
        records: dict[WorkspaceId, GenerationRecord] = {}
        for key, item in (await self.tables.batch_get(Table.VIEWS, list(by_key), consistent=consistent)).items():
            with suppress(DamagedViews):
                records[by_key[key]] = to_record(by_key[key], item)
        return records

    async def begin(self, record: GenerationRecord) -> None:
        blocked = await self.tables.put(Table.VIEWS, self._record_to_item(record), Absent())
        if blocked is not None and blocked.existing is not None:
            to_record(record.workspace, blocked.existing)  # raises where nobody could go on from it

    async def move(self, old: GenerationRecord, new: GenerationRecord) -> bool:
        attributes = record_to_attributes(old)
        same = Equals({name: attributes.get(name) for name in RECORD_STATE})
        return await self.tables.put(Table.VIEWS, self._record_to_item(new), same) is None

    def _record_to_item(self, record: GenerationRecord) -> Item:
        moved: dict[str, Value] = {"moved": self.environment.now().isoformat(timespec="seconds")}
        key = keys.record_key(record.workspace, record.generation.id)
        return Item(key, record_to_attributes(record) | moved)

    # Snapshots, edges and command records

    async def states(self, record: GenerationRecord, refs: Collection[Ref]) -> Mapping[Ref, Versioned]:
        by_key = {keys.snapshot_key(record.workspace, record.incarnation, ref): ref for ref in refs}
        items = await self.tables.batch_get(Table.VIEWS, list(by_key))
        return {ref: self.to_state(ref, items.get(key)) for key, ref in by_key.items()}

    def to_state(self, ref: Ref, item: Item | None) -> Versioned:
        """Return the state of a snapshot. None: the entity never existed."""
        if item is None:
            return NEVER_EXISTED
        with naming_item(item):
            state = self.model.load_state(ref, str(item.attributes["state"]))
            return Versioned(state, to_int(item.attributes["version"]), to_int(item.attributes["position"]))

    async def children(self, record: GenerationRecord, parent: Ref, after: str, limit: int) -> Sequence[Ref]:
        prefix = keys.edges_prefix(parent)
        bookmark: Bookmark | None = (prefix + after,) if after else None
        partition = keys.incarnation_partition(record.workspace, record.incarnation)
        query = Query(Table.VIEWS, partition, Prefix(prefix), after=bookmark, limit=limit, consistent=True)
        children: list[Ref] = []
        async with aclosing(pages(self.tables, query)) as edge_pages:
            async for page in edge_pages:
                sort_keys = [item.key.sk for item in page.items if edge_exists(item)]
                children += [Ref(parent.kind, sort_key.removeprefix(prefix)) for sort_key in sort_keys]
                if len(children) >= limit:
                    break
        return children[:limit]

    async def put_states(
        self, record: GenerationRecord, snapshots: Sequence[NewSnapshot], check: Check = send_always
    ) -> None:
        await self._put_all(
            [
                put_newer(self._state_to_item(record, snapshot, state), is_new=snapshot.is_new)
                for snapshot in snapshots
                if (state := snapshot.versioned.state) is not None
            ],
            check,
        )

    def _state_to_item(self, record: GenerationRecord, snapshot: NewSnapshot, state: Entity) -> Item:
        attributes: dict[str, Value] = {
            "position": snapshot.versioned.position,
            "version": snapshot.versioned.version,
            "state": self.model.dump_state(snapshot.ref, state),
        }
        return Item(keys.snapshot_key(record.workspace, record.incarnation, snapshot.ref), attributes)

    async def put_edges(self, record: GenerationRecord, edges: Sequence[Edge], check: Check = send_always) -> None:
        await self._put_all([put_newer(edge_to_item(record, edge), is_new=edge.exists) for edge in edges], check)

    async def end_edges(self, record: GenerationRecord, edges: Sequence[Edge]) -> None:
        await self._end([edge_to_item(record, edge) for edge in edges])

    async def put_applied_batch(
        self, record: GenerationRecord, commits: Sequence[Commit], check: Check = send_always
    ) -> None:
        puts = command_puts(record, commits, None if self._keeps_expired_commands else self.environment.now())
        await self._put_all(puts, check)  # what is there already holds the same

    # Parked entities and read items

    async def parked(self, record: GenerationRecord) -> Sequence[Parked]:
        partition = keys.incarnation_partition(record.workspace, record.incarnation)
        query = Query(Table.VIEWS, partition, Prefix(keys.PARKED_PREFIX), consistent=True)
        every = [to_parked(item) async for page in pages(self.tables, query) for item in page.items]
        return [parked for parked in every if is_parked(parked, record)]

    async def put_items(
        self,
        record: GenerationRecord,
        changes: Sequence[Change],
        parked: Sequence[Parked],
        check: Check = send_always,
    ) -> bool:
        new = [entity for entity in parked if entity.until is None]
        puts = [
            *(put_newer(change_to_item(record.workspace, change), is_new=change.is_new) for change in changes),
            *(put_newer(parked_to_item(record, entity), is_new=True) for entity in new),
        ]
        await self._put_all(puts, check)
        return await self._unpark(record, [entity for entity in parked if entity.until is not None], check)

    async def _unpark(self, record: GenerationRecord, unparked: Sequence[Parked], check: Check) -> bool:
        """Write which entities are un-parked. Return False if a retry has begun to write the items of one of them."""
        if not unparked:
            return True
        puts = [Put(parked_to_item(record, entity), as_parked(record, entity)) for entity in unparked]
        written = await self.tables.put_all(Table.VIEWS, puts, check)
        for entity, put in [(unparked[n], puts[n]) for n, is_written in enumerate(written) if not is_written]:
            existing = await self.tables.get(Table.VIEWS, put.item.key)
            stored = to_parked(existing) if existing is not None else None
            if stored is not None and stored.position == entity.position and stored.tries != entity.tries:
                return False
            await self._put_all(
                [put_newer(put.item, is_new=False)], check
            )  # parked in the same batch, or un-parked before
        return True

    async def begin_retry(self, record: GenerationRecord, parked: Parked, keys: Collection[ViewKey]) -> Parked | None:
        more = sorted(set(keys).difference(parked.keys))
        begun = replace(parked, keys=(*parked.keys, *more), tries=parked.tries + 1)
        item = parked_to_item(record, begun)
        is_as_read = await self.tables.put(Table.VIEWS, item, as_parked(record, parked)) is None
        return begun if is_as_read else None

    async def end_items(self, record: GenerationRecord, changes: Sequence[Change], parked: Sequence[Parked]) -> None:
        tombstones = (change_to_item(record.workspace, change) for change in changes)
        await self._end([*tombstones, *(parked_to_item(record, entity) for entity in parked)])

    async def release_retried(self, record: GenerationRecord) -> None:
        for build, ref in record.retried:
            key = keys.parked_key(record.workspace, record.incarnation, build, ref)
            item = await self.tables.get(Table.VIEWS, key)
            if item is None or "data" not in item.attributes or to_parked(item).position > record.rendered:
                continue  # released before, or parked again by a worker that is ahead of the record
            released = replace(to_parked(item), until=record.rendered)
            expiring = replace(parked_to_item(record, released), expires=self._expiry())
            as_read = Equals({name: item.attributes[name] for name in ("position", "data")})
            await self.tables.put(Table.VIEWS, expiring, as_read)

    async def _end(self, items: Sequence[Item]) -> None:
        """Give the items their time of expiry, where they still stand at their positions."""
        await self._put_all(
            [
                Put(replace(item, expires=self._expiry()), Equals({"position": item.attributes["position"]}))
                for item in items
            ]
        )

    def _expiry(self) -> int:
        return int((self.environment.now() + TOMBSTONE_TTL).timestamp())

    async def _put_all(self, puts: Sequence[Put], check: Check = send_always) -> None:
        """Send the puts. The outcomes do not matter: what blocks a put is as new as the put, or newer."""
        if puts:
            await self.tables.put_all(Table.VIEWS, puts, check)


def put_newer(item: Item, *, is_new: bool) -> Put:
    """Write the item, unless an item of this position or of a later one has the key."""
    return Put(item, Below("position", to_int(item.attributes["position"])), is_new)


def as_parked(record: GenerationRecord, parked: Parked) -> Equals:
    """Ask that the item of a parked entity is as it was read, whether or not the entity is un-parked now."""
    return Equals(parked_to_item(record, replace(parked, until=None)).attributes)
