"""Snapshots and command records for the command path, and the generation record of this process."""

from collections.abc import Collection

from ascend.adapters.layout import keys
from ascend.adapters.store.applied_commands import AppliedCommands, record_keys
from ascend.adapters.store.generation_items import to_record
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.item import Table
from ascend.domain.ids import CommandId, Ref, WorkspaceId
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.runtime.concurrency import run_both
from ascend.domain.runtime.ports import Checkpoint, Folded, LoadedSnapshots
from ascend.domain.workspaces.view import NEVER_EXISTED
from ascend.projections.generation import CurrentGeneration
from ascend.projections.generation_record import GenerationRecord, find_record


class TableSnapshots:
    """`Snapshots`: what `TableViews` wrote for one generation."""

    def __init__(self, views: TableViews, current: CurrentGeneration) -> None:
        self.views = views
        self.current = current

    async def checkpoint(self, workspace: WorkspaceId) -> Checkpoint:
        record = await self._find_record(workspace)
        if record is None:
            return Checkpoint(Folded(0), 0, "", START_HASH)
        hashes = record.folded_hash, record.rendered, record.rendered_hash
        return Checkpoint(record.folded, record.clock, record.incarnation, *hashes)

    async def _find_record(self, workspace: WorkspaceId) -> GenerationRecord | None:
        """Return the record of the first live generation that is built and whose snapshots this code can read.

        Which read items a generation keeps does not matter here: so a new version of a projection holds up no command.
        """
        stored, _ = await run_both(
            lambda: self.views.stored_records(workspace), lambda: self.current.refresh(self.views.state)
        )
        if stored.unreadable and not stored.readable:
            raise next(iter(stored.unreadable.values()))
        state = self.current.state
        live = [generation for generation in (state.current, state.announced, state.previous) if generation is not None]
        usable = [
            record
            for generation in live
            if generation.snapshots == self.current.snapshots
            if (record := find_record(stored.readable, generation)) is not None and record.is_built
        ]
        return usable[0] if usable else None

    async def load(
        self, workspace: WorkspaceId, at: Checkpoint, refs: Collection[Ref], commands: Collection[CommandId]
    ) -> LoadedSnapshots | None:
        snapshot_keys = {keys.snapshot_key(workspace, at.incarnation, ref): ref for ref in refs}  # refuses wrong ids
        if at.folded == 0:
            return LoadedSnapshots(dict.fromkeys(refs, NEVER_EXISTED), {}, at.rendered, at.rendered_hash)
        # The packs come first: a record that is there afterwards shows that nobody was removing them.
        applied = AppliedCommands(commands)
        await applied.add_packs(self.views.tables, workspace, at.incarnation)
        command_keys = record_keys(workspace, at.incarnation, commands)
        record_key = keys.record_key(workspace, keys.parse_generation(at.incarnation))
        items = await self.views.tables.batch_get(Table.VIEWS, [*snapshot_keys, *command_keys, record_key])
        record = to_record(workspace, items[record_key]) if record_key in items else None
        if record is None or record.incarnation != at.incarnation or record.folded < at.folded:
            return None  # the generation was removed, and perhaps begun again
        entities = {ref: self.views.to_state(ref, items.get(key)) for key, ref in snapshot_keys.items()}
        applied.add(items[key] for key in command_keys if key in items)
        return LoadedSnapshots(entities, applied.found, record.rendered, record.rendered_hash)
