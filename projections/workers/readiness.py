"""How far generations are: whether queries of this code are answered and, if not, what that waits for."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.retry import delays
from ascend.projections.build import Generation
from ascend.projections.generation import CurrentGeneration
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.generation_state import GenerationState
from ascend.projections.ports import LogReader, Views
from ascend.projections.workers.checks import in_chunks

LEAST_PAUSE = 2.0
"""Seconds between two looks at how far a generation is, at least."""
LONGER_PAUSE = 4.0
"""The pause after a look, in relation to the time that it took."""
FIRST_PAUSE = 0.05
LAST_PAUSE = 1.0
LOOKS = 6
"""Looks at workspaces that are behind, before a switch is put off."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the announced generation is, in the workspaces that have a log."""

    workspaces: int = 0
    leading: int = 0
    """Workspaces in which the generation is written before the current one."""
    rendered: int = 0
    """Workspaces in which the generation is rendered to the end of the log, or as far as the log can be read."""
    commits_left: int = 0
    """Commits that are not rendered yet, in all workspaces. Those of a build are counted until it is written."""

    @property
    def is_leading(self) -> bool:
        """True if the generation is written before the current one everywhere."""
        return self.workspaces == self.leading

    @property
    def is_level(self) -> bool:
        """True if the generation shows everywhere what any other one shows."""
        return self.workspaces == self.leading == self.rendered

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(
            self.workspaces + other.workspaces,
            self.leading + other.leading,
            self.rendered + other.rendered,
            self.commits_left + other.commits_left,
        )


@dataclass(frozen=True, slots=True)
class Readiness:
    """The answer of `store.ready`."""

    state: GenerationState
    """The generations of the store: the current, the announced and the previous one."""
    waits_for: str = ""
    """What must happen before queries of this code are answered, and what to do. Empty: they are answered."""
    is_current: bool = False
    """True if queries of this code read the current generation."""
    announced: Coverage | None = None
    """How far the announced generation is. None: nothing is announced."""

    @property
    def is_ready(self) -> bool:
        """True if queries of this code are answered."""
        return not self.waits_for


async def watch(
    log: LogReader,
    views: Views,
    current: CurrentGeneration,
    report: Callable[[Readiness], None] | None,
    *,
    wait: bool,
) -> Readiness:
    """Look how far the generations are. With `wait`, look until queries of this code are answered, and report each look.

    After a long look, the pause is longer, too.
    """
    while True:
        began = current.now()
        readiness = await look(log, views, current)
        if readiness.is_ready or not wait:
            return readiness
        if report is not None:
            report(readiness)
        await current.environment.sleep(max(LEAST_PAUSE, LONGER_PAUSE * (current.now() - began)))


async def look(log: LogReader, views: Views, current: CurrentGeneration) -> Readiness:
    """Ask for the state of the generations, and measure what is announced."""
    await current.ask(views.state)
    state = current.state
    announced = None if state.announced is None else await measure(log, views, state)
    return Readiness(state, describe_waiting(current), current.knows(state.current), announced)


def describe_waiting(current: CurrentGeneration) -> str:
    state = current.state
    if current.find_turn() is not None:
        return ""
    if state.taken_back:
        return "what is announced is being withdrawn: run `ascend withdraw` again if that was stopped"
    if current.knows(state.announced):
        return "workers of this code build its read items: run `ascend worker`"
    if state.announced is not None:
        return (
            "another generation is announced: finish that rebuild or deployment, or take it back by `ascend withdraw`"
        )
    if current.is_new():
        return "a worker of this code has to announce its generation: run `ascend worker`"
    if current.knows(state.previous):
        return "the store was switched away from this code: `ascend roll-back` switches back"
    return (
        "this code was rolled back or withdrawn: raise the version of a projection that it changes, and deploy it again"
    )


async def measure(log: LogReader, views: Views, state: GenerationState) -> Coverage:
    """Return how far the announced generation is in all workspaces: one Query each, and a BatchGet for a hundred."""
    coverage = Coverage()
    async for workspaces in in_chunks(log.workspaces()):
        coverage += await cover(views, state, await read_ends(log, workspaces))
    return coverage


async def is_level(log: LogReader, views: Views, state: GenerationState, environment: Environment) -> bool:
    """Return True if the announced generation may be switched to. Asks no further than where it may not.

    A workspace to which somebody writes all the time counts once the end of its log, as it was read, is rendered.
    """
    async for workspaces in in_chunks(log.workspaces()):
        if not (await cover(views, state, await read_ends(log, workspaces))).is_leading:
            return False
        ends = await read_ends(log, workspaces)  # again: until it led, the current generation may have gone beyond it
        if not await becomes_level(views, state, ends, environment):
            return False
    return True


async def becomes_level(
    views: Views, state: GenerationState, ends: Mapping[WorkspaceId, int], environment: Environment
) -> bool:
    for pause in delays(FIRST_PAUSE, LAST_PAUSE, count=LOOKS):
        if (await cover(views, state, ends)).is_level:
            return True
        await environment.sleep(pause)
    return False


async def read_ends(log: LogReader, workspaces: Sequence[WorkspaceId]) -> dict[WorkspaceId, int]:
    """Return the last positions of those that have a log."""
    ends: dict[WorkspaceId, int] = {}

    async def read(workspace: WorkspaceId) -> None:
        if end := await log.last_position(workspace):
            ends[workspace] = end

    await for_each(workspaces, read)
    return ends


async def cover(views: Views, state: GenerationState, ends: Mapping[WorkspaceId, int]) -> Coverage:
    """Return how far the announced generation is in the workspaces whose logs have these ends."""
    assert state.announced is not None
    records = await views.records_of(ends, state.announced, consistent=True)
    stalled = await find_stalled_alike(views, records.values(), state.current)
    parts = [
        cover_one(records.get(workspace), end, state.announcements, is_stalled=workspace in stalled)
        for workspace, end in ends.items()
    ]
    return sum(parts, start=Coverage())


async def find_stalled_alike(
    views: Views, records: Iterable[GenerationRecord], current: Generation
) -> Collection[WorkspaceId]:
    """Return the workspaces that are stalled in these records and, no further, in the current generation.

    There the log is at fault, and holds up both.
    """
    stalled = {record.workspace: record for record in records if record.stalled}
    if not stalled:
        return ()
    others = await views.records_of(stalled, current, consistent=True)
    return [name for name, other in others.items() if other.stalled and other.rendered <= stalled[name].rendered]


def cover_one(record: GenerationRecord | None, end: int, number: int, *, is_stalled: bool) -> Coverage:
    """Return how far one workspace is. The generation leads there if it does so under the number of its announcement."""
    if record is None:
        return Coverage(1, 0, 0, end)
    left = max(0, end - record.rendered)
    return Coverage(1, record.leads == number, is_stalled or left == 0, left)
