"""The knowledge of this process about the workspaces that it projected last. It saves reads and writes, and protects nothing.

After a batch, the snapshots are written up to *rendered*, but the stored record may say less: its *folded* is left to the
next batch of this process, which moves both positions in one put. As long as the stored record is exactly the one that
this process wrote, nobody else was at work: then the states in memory are those at *rendered*, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.workspaces.view import Versioned
from ascend.projections.build import Generation
from ascend.projections.engine.batch import Batch
from ascend.projections.engine.renders import Renders
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.ports import Edge

WORKSPACES = 1_000
"""Workspaces that a process knows, at most. Only in so many, *folded* may be left behind."""
STATES = 10_000
"""States that a process keeps, in all workspaces together."""
STATES_OF_ONE = 1_000
"""States that it keeps of one workspace, unless its last batch touched more."""


@dataclass(frozen=True, slots=True)
class KnownWorkspace:
    """A workspace as this process left it."""

    record: GenerationRecord
    """The record as this process stored it."""
    base: GenerationRecord
    """The same record, with *folded* as far as snapshots are written."""
    since: float = 0.0
    """Elapsed seconds after the last batch."""
    ended: Sequence[Edge] = ()
    """Edges that ended, and get their end once the stored *folded* has moved past them."""
    states: Mapping[Ref, Versioned] = field(default_factory=dict[Ref, Versioned])
    """States at *rendered*."""
    renders: Renders = field(default_factory=Renders)

    @property
    def is_settled(self) -> bool:
        return self.record == self.base


class KnownWorkspaces:
    """The workspaces that this process knows, up to a limit: those that were used last are kept longest."""

    def __init__(self) -> None:
        self._known: dict[tuple[WorkspaceId, Generation], KnownWorkspace] = {}
        self._states = 0

    def find(self, record: GenerationRecord) -> KnownWorkspace | None:
        """Return the knowledge of a workspace if the stored record is the one that this process left; else drop it."""
        known = self._known.get((record.workspace, record.generation))
        if known is not None and known.record != record:
            self.forget(record)
            return None
        return known

    def forget(self, record: GenerationRecord) -> None:
        known = self._known.pop((record.workspace, record.generation), None)
        self._states -= len(known.states) if known else 0

    def is_outdated(self, known: KnownWorkspace) -> bool:
        """Return True if something else is known of the workspace by now."""
        latest = self._known.get((known.record.workspace, known.record.generation))
        return latest is not None and latest.record != known.record

    def keep(self, known: KnownWorkspace) -> None:
        self.forget(known.record)
        self._known[known.record.workspace, known.record.generation] = known
        self._states += len(known.states)
        self._shrink()

    def may_leave(self) -> bool:
        """Return True if one more workspace may be left with *folded* behind."""
        return len(self.unsettled()) < WORKSPACES

    def unsettled(self) -> list[KnownWorkspace]:
        return [known for known in self._known.values() if not known.is_settled]

    def _shrink(self) -> None:
        """Drop states that were not used for long, and workspaces of which nothing else is known."""
        for key, known in list(self._known.items()):
            if self._states <= STATES and len(self._known) <= WORKSPACES:
                return
            self._states -= len(known.states)
            if known.is_settled:
                del self._known[key]
            else:
                self._known[key] = replace(known, states={}, renders=Renders())


def states_to_keep(batch: Batch) -> Mapping[Ref, Versioned]:
    """Return the states of a batch that the next one may need: all, or only those that it touched."""
    if len(batch.states) <= STATES_OF_ONE:
        return batch.states
    return {ref: batch.states[ref] for ref in batch.outcome.touched}
