"""The knowledge of this process about the generations of the store, and about which of them its code can work with.

The state of the generations is refreshed along with other reads, so that costs no request. What is known is good for
`LEASE` seconds from asking: a switch waits longer than that after it was put at hand, so every process knows of it.
"""

from collections.abc import Awaitable, Callable

from ascend.domain.errors import NotReady
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment
from ascend.projections.build import Build, Epochs, Generation
from ascend.projections.catalog import ProjectionCatalog
from ascend.projections.generation_record import StoredState
from ascend.projections.generation_state import LEASE, GenerationState, Turn
from ascend.projections.projection import Projection

AT_POSITION = 3_000
"""Added to the application's version of the snapshots, so that code which works otherwise has records and snapshots of its own.

- 1,000 since commits form a chain. Release 0.2 cannot read chained commits. If its record had moved past one, its senders
  would start behind it without reading it, and append an unchained commit there. Since only its own workers move its
  record, they stop before the first chained commit.
- 2,000 since command records are packed. Earlier code does not look into packs. If a record that it uses had moved past
  packed commands, it would take such a command, sent again, for a new one.
- 3,000 since builds start at a position. Earlier code does not know that nothing may be written at or before it.
"""


LATELY = 600.0
"""Seconds after a switch to other code, by the wall clock, from when nobody reads the previous generation any more.

The lease of the last reader ended long before, however far the clocks of two machines are apart. Nobody may be left who
renders the previous generation, so a process that starts later must not wait for it.
"""


class CurrentGeneration:
    """The generations as this process knows them. Until it has asked, or while nobody has claimed the store, it takes the
    generation of its own code for the current one.
    """

    def __init__(self, model: Model, catalog: ProjectionCatalog, environment: Environment) -> None:
        self.model = model
        self.catalog = catalog
        self.projections = catalog.projections
        self.code = self.at_epochs({}).code
        """The id of this code: of its versions of the projections and of the snapshots."""
        self.stored = StoredState(None)
        """The state as it was read last."""
        self.environment = environment
        self._asked_at: float | None = None
        self._changed_at = 0.0
        """Elapsed seconds when this process learned of the present turn."""

    # Knowledge

    @property
    def state(self) -> GenerationState:
        if self.stored.state is not None:
            return self.stored.state
        return GenerationState(current=self.at_epochs(self.stored.epochs))

    def now(self) -> float:
        """Return the elapsed seconds: take them before asking for the state."""
        return self.environment.elapsed()

    def is_stale(self) -> bool:
        """Return True if the state must be asked for before anything rests on it."""
        return self._asked_at is None or self.now() - self._asked_at > LEASE

    async def refresh(self, read: Callable[[], Awaitable[StoredState]]) -> None:
        """Read the state, and take it over, if what is known is stale."""
        if self.is_stale():
            await self.ask(read)

    async def ask(self, read: Callable[[], Awaitable[StoredState]]) -> StoredState:
        """Read the state, and take it over. Return it."""
        asked_at = self.now()
        stored = await read()
        self.learn(stored, asked_at)
        return stored

    def learn(self, stored: StoredState, asked_at: float) -> None:
        """Take over the state that was asked for at `asked_at`, unless a later question was answered before."""
        if self._asked_at is not None and asked_at < self._asked_at:
            return
        before = self.state
        is_first, self._asked_at, self.stored = self._asked_at is None, asked_at, stored
        after = self.state
        if is_first or (before.current, before.number) != (after.current, after.number):
            self._changed_at = self.now()

    # Generations of this code

    def at_epochs(self, epochs: Epochs) -> Generation:
        """Return the generation of this code with builds at these epochs."""
        builds = tuple(sorted(projection.build(epochs) for projection in self.projections))
        return Generation(self.snapshots, builds)

    @property
    def snapshots(self) -> int:
        """The version of the snapshots that this code reads and writes."""
        return AT_POSITION + self.model.snapshots

    def knows(self, generation: Generation | None) -> bool:
        """Return True if this code can read and keep the generation."""
        return generation is not None and generation.code == self.code

    def is_new(self) -> bool:
        """Return True if no generation of this code was ever current or announced."""
        return self.code not in self.state.codes

    def turn(self) -> Turn:
        """Return the generation that queries read. Raises `NotReady` if this code cannot read one yet, or any more."""
        turn = self.find_turn()
        if turn is None:
            raise NotReady(self._describe_waiting(self.state))
        return turn

    def find_turn(self) -> Turn | None:
        """Return the generation that queries read. None: this code cannot read one yet, or any more."""
        state = self.state
        if self.knows(state.current):
            return Turn(state.current, state.number)
        if state.at_hand and state.announced is not None and self.knows(state.announced):
            return Turn(state.announced, state.announcements)
        return None

    def _describe_waiting(self, state: GenerationState) -> str:
        if self.knows(state.announced):
            return "its read items are being built: wait, see `ascend ready`"
        return "the store has switched to other code, or a worker of this code has not announced it yet: see `ascend ready`"

    @property
    def generation(self) -> Generation:
        """The generation that queries of this code read or, until it is ready, the one that is to be read."""
        state = self.state
        known = (each for each in (state.current, state.announced) if each is not None and self.knows(each))
        return next(known, self.next_generation())

    def kept(self) -> list[Generation]:
        """Return the generations that this process keeps true: the one that leads comes first."""
        return [generation for generation in self.state.live if self.knows(generation)]

    @property
    def leads(self) -> int | None:
        """The number under which the first of the kept generations must lead. None: it need not, it is not announced."""
        return self.state.announcements if self.knows(self.state.announced) else None

    def next_generation(self) -> Generation:
        """Return the generation that a deployment of this code announces.

        It shares the builds that it has in common with the current and the previous generation. An epoch is never used
        again for another build.
        """
        state = self.state
        live = {build.line: build for generation in reversed(state.live) for build in generation.builds}
        builds = [
            live.get(build.line) or Build(build.projection, build.version, state.epochs.get(build.line, -1) + 1)
            for build in self.at_epochs({}).builds
        ]
        return Generation(self.snapshots, tuple(sorted(builds)))

    def build(self, projection: Projection) -> Build:
        """Return the build of a projection that queries of this code read."""
        return self.generation.build_of(projection.name)

    # Switches

    def must_ask(self) -> bool:
        """Return True if each answer must ask for the state, because the generation that it reads may be switched now."""
        return self.state.at_hand and self.knows(self.state.current) and self.knows(self.state.announced)

    def find_other_readers(self, turn: Turn) -> Generation | None:
        """Return the generation, of other code, that other processes may still read, and that may be behind this one.

        What is answered must have been rendered there, too: otherwise somebody would be shown less afterwards.
        """
        state = self.state
        if turn.generation == state.announced:
            return state.current
        has_just_learned = self.now() - self._changed_at <= LEASE
        was_lately = self.environment.now().timestamp() - state.switched_at <= LATELY
        return state.previous if has_just_learned and was_lately and not self.knows(state.previous) else None
