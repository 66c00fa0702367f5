"""Folds the log of a workspace, page by page, into the states of its entities. Renders nothing."""

from collections import Counter
from collections.abc import Sequence

from ascend.domain.errors import LogDiverged
from ascend.domain.event import touched
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.runtime.commit import Commit, before_erasure
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment
from ascend.domain.workspaces.view import NEVER_EXISTED
from ascend.projections.engine.building.entity_states import EntityStates
from ascend.projections.engine.step import breathe
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.ports import LogReader


class LogFold:
    def __init__(
        self, log: LogReader, model: Model, states: EntityStates, record: GenerationRecord, environment: Environment
    ) -> None:
        assert record.progress is not None
        self.log = log
        self.model = model
        self.states = states
        self.workspace = record.workspace
        self.environment = environment
        self.entities: Counter[str] = Counter()
        """Entities that have come into being, by kind."""
        self.progress = record.progress
        self.position = 0
        """The position of the last commit that is folded."""
        self._hash = START_HASH

    async def read_on(self, limit: int) -> Sequence[Commit]:
        """Read and fold the next commits, at most `limit` and as many as one request reads.

        Raises `LogDiverged` if there are none, or another one at the end, `WorkspaceIsErased` and `UnreadableLog`.
        """
        first = self.position + 1
        read = await self.log.commits(self.workspace, first, limit, consistent=True, predecessor=self._hash)
        if not read:
            raise LogDiverged(f"workspace {self.workspace}, position {first}")
        commits = before_erasure(read)
        self._check_end(commits)
        await self._fold(commits)
        self.position, self._hash = commits[-1].position, commits[-1].hash
        return commits

    def _check_end(self, commits: Sequence[Commit]) -> None:
        end = self.progress.end
        if any(commit.position == end and commit.hash != self.progress.hash for commit in commits):
            raise LogDiverged(f"workspace {self.workspace}, position {end}")

    async def _fold(self, commits: Sequence[Commit]) -> None:
        refs = touched(event for commit in commits for event in commit.events())
        known = await self.states.get(refs)
        self.entities.update(ref.kind for ref in refs if ref not in known)
        states = dict.fromkeys(refs, NEVER_EXISTED) | dict(known)
        yielded = self.environment.elapsed()
        for commit in commits:
            yielded = await breathe(self.environment, yielded)
            states.update(self.model.fold(states, commit.position, commit.events()))
        await self.states.put(states)
