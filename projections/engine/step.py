"""The values of one step of a projector: the batch that it runs, and its result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anyio.lowlevel import checkpoint

from ascend.domain.errors import AscendError
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Environment
from ascend.projections.build import Build
from ascend.projections.engine.known import KnownWorkspace
from ascend.projections.engine.leading import UNBOUNDED
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.ports import Views

LONGEST_WORK = 0.02
"""Seconds of work without a wait after which other tasks have their turn."""


class Overtaken(AscendError):
    """Another worker is ahead, or this worker slept too long: the batch is dropped."""


class LeftToBuilder(AscendError):
    """The generation is to be built in the workspace, and that is left to somebody else."""

    def __init__(self, workspace: WorkspaceId, *, is_new: bool = False) -> None:
        super().__init__(workspace)
        self.is_new = is_new


@dataclass(frozen=True, slots=True)
class StepResult:
    """The result of a step."""

    rendered: int
    """The position up to which the workspace is rendered."""
    idle: bool = False
    """True if nothing was left to do."""
    parked: int = 0
    """The number of entities that are parked there."""
    leads: bool = True
    """False if the generation is announced, and does not lead in the workspace yet."""
    is_unbuilt: bool = False
    """True if the generation is to be built, and that is left to somebody else."""
    is_new: bool = False
    """True if, besides, nothing is rendered there yet."""
    commits: Sequence[Commit] = ()
    """The commits that the step has rendered."""
    before: str = ""
    """The id of the commit before them."""


@dataclass(frozen=True)
class BatchRun:
    """A batch under way."""

    record: GenerationRecord
    """The stored record, which the next move replaces. A fan-out moves the record after each chunk."""
    base: GenerationRecord
    """The same record, with *folded* as far as this process knows that snapshots are written."""
    started: float
    """Elapsed seconds when the record was read. Writes may start until `LATEST_WRITE` seconds later."""
    rendered_elsewhere: Mapping[Build, int]
    """For each build, the position up to which another generation has rendered the same items."""
    ahead: Sequence[GenerationRecord]
    """The records of other generations that share builds and are rendered further."""
    known: KnownWorkspace
    """What this process knows of the workspace, as of `record`."""
    bound: int = UNBOUNDED
    """The position beyond which the generation is not rendered: another one leads."""
    leads: int = 0
    """The number of the announcement under which the generation leads."""

    def is_written(self, build: Build, position: int) -> bool:
        """Return True if a change is written already: the build was made as of there, or another generation rendered it.

        A retry renders what was parked at *rendered*, which may be the very position as of which the build was made.
        """
        start = self.record.starts.get(build, 0)
        is_built = position < start or position == start != int(self.record.rendered)
        return is_built or position <= self.rendered_elsewhere.get(build, 0)


async def breathe(environment: Environment, yielded: float) -> float:
    """Let other tasks run if none could for a while. Return the elapsed seconds when they could, the last time."""
    if environment.elapsed() - yielded < LONGEST_WORK:
        return yielded
    await checkpoint()
    return environment.elapsed()


async def check_not_overtaken(views: Views, run: BatchRun) -> Sequence[GenerationRecord]:
    """Return all records. Raises `Overtaken` if the run's own has moved: reads may come from different positions."""
    records = await views.records(run.record.workspace)
    if run.record not in records:
        raise Overtaken(run.record.workspace)
    return records
