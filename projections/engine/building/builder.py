"""Builds a generation as of a position: folds the log once, renders each living entity once, writes each item once.

fold 1 … start, with the lines of events ─▶ entities at start: items, edges, snapshots
─▶ fold on to the position of each later build ─▶ entities there: items
─▶ move the record: rendered = folded = start
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ascend.domain.ids import Ref
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment, Folded, Rendered
from ascend.domain.workspaces.view import Versioned
from ascend.projections.build import Build
from ascend.projections.engine.batch import Batch
from ascend.projections.engine.building.chunks import Chunk, ChunkWriter
from ascend.projections.engine.building.claims import BuildClaims
from ascend.projections.engine.building.entity_pass import EntityPass
from ascend.projections.engine.building.entity_states import EntityStates, OpenStates
from ascend.projections.engine.building.folding import LogFold
from ascend.projections.engine.building.meter import BuildWork, WorkMeter
from ascend.projections.engine.counts import count_items
from ascend.projections.engine.outcome import Outcome
from ascend.projections.engine.rendering import RenderResult, Unrenderable
from ascend.projections.engine.step import LeftToBuilder, Overtaken, breathe
from ascend.projections.generation_record import BuildProgress, GenerationRecord
from ascend.projections.item import ReadItem
from ascend.projections.limits import ProjectionLimits
from ascend.projections.ports import Change, Edge, LogReader, NewSnapshot, Parked, Views
from ascend.projections.projection import Projection

MakeStates = Callable[[], OpenStates]
SAMPLE = 20
"""Entities of a kind that are rendered for an estimate."""


class GenerationBuilder:
    """A `Builder`. It builds several workspaces at once, each once."""

    def __init__(
        self,
        log: LogReader,
        views: Views,
        model: Model,
        projections: Iterable[Projection],
        environment: Environment,
        limits: ProjectionLimits,
        make_states: MakeStates,
        meter: WorkMeter | None = None,
    ) -> None:
        self.log = log
        self.views = views
        self.model = model
        self.projections = {(projection.name, projection.version): projection for projection in projections}
        self.environment = environment
        self.limits = limits
        self.make_states = make_states
        self.meter = meter
        self.claims = BuildClaims(environment)
        self._under_way: set[str] = set()
        """The incarnations that are built now."""

    def claim(self, progress: BuildProgress) -> BuildProgress:
        return self.claims.claim(progress)

    async def build(self, record: GenerationRecord) -> GenerationRecord:
        """Write what is missing of a generation that is not built yet, and return its record, built.

        Raises `LeftToBuilder` if another builder has claimed the work, `Overtaken` if it takes over, `WorkspaceIsErased`, `LogDiverged` and `UnreadableLog`. What was
        written stays: the next call goes on from there.
        """
        assert record.progress is not None
        if record.incarnation in self._under_way or not self.claims.is_free(record.progress):
            raise LeftToBuilder(record.workspace)
        self._under_way.add(record.incarnation)
        try:
            return await self._build(await self._claim(record, record.progress))
        finally:
            self._under_way.discard(record.incarnation)

    async def _claim(self, record: GenerationRecord, progress: BuildProgress) -> GenerationRecord:
        if self.claims.is_fresh(progress):
            return record
        claimed = replace(record, progress=self.claims.claim(progress))
        if not await self.views.move(record, claimed):
            raise Overtaken(record.workspace)
        return claimed

    async def _build(self, record: GenerationRecord) -> GenerationRecord:
        commits = max(record.starts.values(), default=0)
        with (self.meter or WorkMeter()).measure(record.workspace, commits) as work:
            async with self.make_states() as states:
                return await Construction(self, record, states, work).run()


class Construction:
    """One build under way."""

    def __init__(
        self, builder: GenerationBuilder, record: GenerationRecord, states: EntityStates, work: BuildWork
    ) -> None:
        assert record.progress is not None
        self.model = builder.model
        self.environment = builder.environment
        self.limits = builder.limits
        self.starts = {build: record.starts.get(build, 0) for build in record.generation.builds}
        self.start = record.progress.start
        self.todo = record.progress.todo
        self.projections = {build: builder.projections[build.projection, build.version] for build in self.starts}
        self.views = builder.views
        self.states = states
        self.work = work
        self.log = LogFold(builder.log, builder.model, states, record, builder.environment)
        work.entities = self.log.entities
        self.chunks = ChunkWriter(builder.views, builder.environment, builder.limits, record, builder.claims)
        self._held: frozenset[Build] | None = None
        self._alive: Mapping[Build, Projection] = {}
        self._at_start: Commit | None = None
        self._parked: Sequence[Parked] = ()
        """Entities that were parked before this process took over."""

    async def run(self) -> GenerationRecord:
        await self.chunks.look()
        if (record := self.chunks.record).parked:
            self._parked = await self.views.parked(replace(record, rendered=Rendered(self.start)))
        for position in sorted({self.start, *(self.starts[build] for build in self.alive)}):
            await self._fold_to(position)
            await self._write_entities(position)
        return await self.chunks.finish(self._built())

    @property
    def alive(self) -> Mapping[Build, Projection]:
        """The builds that are still to be written: no other generation holds them."""
        held = self.chunks.others.held
        if held is not self._held:
            self._held = held
            self._alive = {build: self.projections[build] for build in self.todo if build not in held}
        return self._alive

    def _builds_at(self, position: int) -> dict[Build, Projection]:
        """Return the builds to render up to `position`. At the start, all that count as well."""
        builds = {build: projection for build, projection in self.alive.items() if self.starts[build] >= position}
        if position <= self.start:
            builds |= {build: known for build, known in self.projections.items() if may_count(known)}
        return builds

    def _built(self) -> GenerationRecord:
        commit, record = self._at_start, replace(self.chunks.record, progress=None)
        if commit is None:
            return record
        return replace(
            record,
            built_at=self.start,
            rendered=Rendered(commit.position),
            folded=Folded(commit.position),
            commit_id=commit.id,
            folded_id=commit.id,
            rendered_hash=commit.hash,
            folded_hash=commit.hash,
            clock=commit.clock,
            stalled="",
        )

    # Commits

    async def _fold_to(self, until: int) -> None:
        record = self.chunks.record
        batch = Batch(self.model, self._builds_at(until), record.workspace, {}, self._parked)
        while self.log.position < until:
            limit = min(self.limits.commits_per_batch, until - self.log.position)
            yielded = self.environment.elapsed()
            commits = await self.log.read_on(limit)
            self.work.read = self.log.position
            await self.chunks.keep_claim()
            await self._sample()
            for commit in commits:
                yielded = await breathe(self.environment, yielded)
                if commit.position == self.start:
                    self._at_start = commit
                if (cursor := (commit.position, "", "")) > self.chunks.cursor:
                    self._add_commit(batch, commit)
                    self.work.add_lines(commit.position, self.chunks.chunk.work)
                    await self.chunks.end_unit(cursor)
                    self.work.write(self.chunks.chunk.work)
            self.work.fold(self.log.position)

    def _add_commit(self, batch: Batch, commit: Commit) -> None:
        chunk, alive, lines = self.chunks.chunk, self.alive, Outcome()
        batch.add_lines(lines, commit)
        batch.park(lines)
        for change in lines.changes.values():
            if change.build in alive:
                chunk.add_change(change)
        if commit.position <= self.start:
            chunk.counts.update(lines.counts)
            chunk.record_commands(commit)
            for parked in self._parked_lines(lines, commit.position):
                chunk.park(parked)

    def _parked_lines(self, lines: Outcome, position: int) -> Iterable[Parked]:
        """Return what a commit parks because of its lines, here or in a build that another generation holds.

        Beyond the start, ordinary batches will park it: the generation does not reach there yet.
        """
        alive = self.alive
        taken_over = self.chunks.others.parked.values()
        yield from (parked for parked in lines.parked.values() if parked.build in alive)
        yield from (
            parked
            for parked in taken_over
            if parked.position == position and self.projections[parked.build].events is not None
        )

    # Entities

    async def _write_entities(self, position: int) -> None:
        at, kind, id = self.chunks.cursor
        is_needed = position == self.start or any(self.starts[build] == position for build in self.alive)
        if at > position or not is_needed:
            return
        after = Ref(kind, id) if at == position and kind else None
        entities = EntityPass(self.states, self.model, self.log.workspace, self.limits)
        yielded = self.environment.elapsed()
        while page := await self.states.page(after, self.limits.descendants_per_chunk):
            await entities.load(page)
            for ref, state in page:
                yielded = await breathe(self.environment, yielded)
                await self._add_entity(entities, position, ref, state)
                self.work.add_entity(ref.kind, self.chunks.chunk.work)
                await self.chunks.end_unit((position, ref.kind, ref.id))
                self.work.write(self.chunks.chunk.work)
            after = page[-1][0]

    async def _add_entity(self, entities: EntityPass, position: int, ref: Ref, state: Versioned) -> None:
        if position == self.start and state.state is not None:
            parent = self.model.parent(ref, state.state)
            if parent is not None:
                self.chunks.chunk.edges.append(Edge(parent, ref, state.position, exists=True))
            self.chunks.chunk.snapshots.append(NewSnapshot(ref, state, is_new=True))
        for build, projection in self._rendered_at(position).items():
            if projection.render_for(ref) is not None:
                taken_over = self.chunks.others.parked.get((build, ref))
                if taken_over is None:
                    self._add_items(build, ref, position, await entities.render(projection, ref))
        self._take_over(ref, position)

    async def _sample(self) -> None:
        """Learn what entities take of whose kind none is written yet: render a few, and throw the result away."""
        for kind in self.work.unknown_kinds():
            page = await self.states.page(Ref(kind, ""), SAMPLE)
            entities = EntityPass(self.states, self.model, self.log.workspace, self.limits)
            await entities.load(page)
            filled = self.chunks.chunk
            for ref, state in page:
                if ref.kind == kind:
                    self.chunks.chunk = Chunk()
                    await self._add_entity(entities, self.start, ref, state)
                    self.work.learn(kind, self.chunks.chunk.work)
            self.chunks.chunk = filled

    def _rendered_at(self, position: int) -> Mapping[Build, Projection]:
        builds = self._builds_at(position)
        return (
            builds
            if position == self.start
            else {b: known for b, known in builds.items() if self.starts[b] == position}
        )

    def _take_over(self, ref: Ref, position: int) -> None:
        """Park what is parked in builds that another generation holds."""
        for build, projection in self.projections.items() if position == self.start else ():
            parked = self.chunks.others.parked.get((build, ref))
            if parked is not None and projection.events is None:
                self.chunks.chunk.park(parked)

    def _add_items(self, build: Build, ref: Ref, position: int, items: RenderResult) -> None:
        chunk, is_alive = self.chunks.chunk, build in self.alive
        if isinstance(items, Unrenderable):
            if is_alive and position == self.start:  # beyond the start, ordinary batches will park it
                chunk.park(Parked(build, ref, position, items.error, ()))
            return
        if position == self.start:
            chunk.counts.update(count_items(items.values()))
        if is_alive and self.starts[build] == position:
            for key, item in items.items():
                chunk.add_change(Change(build, key, position, item, is_new=True))


def may_count(projection: Projection) -> bool:
    """Return True if an item of the projection counts under a name."""
    return any(item.counted is not ReadItem.counted for item in projection.items)
