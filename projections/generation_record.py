"""The records of generations: the checkpoint of each generation in each workspace, and the state of the whole store."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ascend.domain.errors import DamagedViews
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.runtime.ports import Folded, Rendered
from ascend.projections.build import Build, Epochs, Generation
from ascend.projections.generation_state import GenerationState


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """The progress of a generation that is being built as of a position, instead of from every commit."""

    start: int
    """The position at which the generation starts: the least that its builds hold."""
    todo: tuple[Build, ...]
    """The builds to be written. The others are kept by other generations, too."""
    cursor: tuple[str, ...] = ()
    """The last chunk that is written."""
    end: int = 0
    """The position of the last commit that is folded. 0: it was not there when the build began."""
    hash: bytes = START_HASH
    """The hash of that commit. If the log holds another one there, what is written so far comes from another log."""
    builder: str = ""
    """The builder that has claimed the work, if one has."""
    claimed_until: int = 0
    """The epoch second at which the claim lapses."""


@dataclass(frozen=True, slots=True)
class GenerationRecord:
    """The checkpoint of one generation in one workspace. Every move names the record that it replaces."""

    workspace: WorkspaceId
    generation: Generation
    rendered: Rendered
    folded: Folded
    commit_id: str
    """Id of the commit at *rendered*."""
    clock: int
    """Clock of the commit at *folded*."""
    parked: int = 0
    """Entities that are parked."""
    cursor: tuple[str, ...] = ()
    """In the middle of a fan-out of the commit after *rendered*: the path of the last entity that is written."""
    stalled: str = ""
    """The reason why the workspace is stalled: the log holds something that cannot be folded."""
    folded_id: str = ""
    """Id of the commit at *folded*."""
    incarnation: str = ""
    """Part of every key of this generation's snapshots, so that nothing of an earlier incarnation is taken for them."""
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """Live read items by the name under which they count, at *rendered*; in the middle of a fan-out, at the cursor."""
    rendered_hash: bytes = START_HASH
    """Hash of the commit at *rendered*. If the log holds another commit there, log and views do not belong together."""
    folded_hash: bytes = START_HASH
    """Hash of the commit at *folded*. Commands compare it with the log, too."""
    retried: tuple[tuple[Build, Ref], ...] = ()
    """Entities that were rendered again at *rendered*, and whose parked items are not released yet (see `engine.retry`)."""
    leads: int = 0
    """The number of the announcement under which this generation leads: it is written before the others. 0: it does not."""
    starts: Mapping[Build, int] = field(default_factory=dict[Build, int])
    """The position as of which each build was written, unless that is 0. What changed at or before it is never written."""
    progress: BuildProgress | None = None
    """The progress of the build. None: it is built."""
    built_at: int = 0
    """The position as of which the generation was built, instead of from every commit. Edges that had ended are not written."""

    @property
    def is_built(self) -> bool:
        return self.progress is None

    @property
    def reached(self) -> int:
        """The last commit of which something is rendered: in the middle of a fan-out, the commit after *rendered*."""
        return self.rendered + bool(self.cursor)


def find_record(records: Iterable[GenerationRecord], generation: Generation) -> GenerationRecord | None:
    """Return the record of this generation among the records of a workspace."""
    return next((record for record in records if record.generation == generation), None)


@dataclass(frozen=True, slots=True)
class StoredState:
    """The state of the generations as it is stored."""

    state: GenerationState | None
    """None: no process of this engine has worked on the store yet."""
    epochs: Epochs = field(default_factory=dict[str, int])
    """The epochs that were set by rebuilds of earlier releases."""


@dataclass(frozen=True, slots=True)
class StoredRecords:
    """The records of a workspace, and an error for each that cannot be read, by its sort key."""

    readable: Sequence[GenerationRecord]
    unreadable: Mapping[str, DamagedViews]
