"""A call: one command on its way through the command path, until it has an outcome."""

from datetime import datetime, timedelta

from ascend.domain.ids import Ref
from ascend.domain.runtime.cache import WorkspaceCache
from ascend.domain.runtime.ports import Applied
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.workspaces.workspace import Workspace

Outcome = Receipt | Exception
FRESH = timedelta(seconds=2)
"""An id that holds an older time than this, or none, may have been sent before."""


class Call:
    """A command that waits for its outcome. Its caller may leave at any time: then nobody decides it any more."""

    __slots__ = ("_digest", "_looked_up", "_record", "attempts", "needed", "outcome", "refused", "request")

    def __init__(self, request: Request, refused: set[Ref] | None = None) -> None:
        self.request = request
        self.needed = Ref(Workspace.entity, request.workspace), *request.command.preloads(), *request.expected
        """The entities that the decision will surely ask for."""
        self.refused = set[Ref]() if refused is None else refused
        """Entities whose versions a refused call of the same caller has named, before this one."""
        self.outcome: Outcome | None = None
        self.attempts = 0
        """The number of times that it was decided, and nothing could be appended."""
        self._digest = ""
        self._record: Applied | None = None
        self._looked_up: tuple[WorkspaceCache, int] | None = None

    def digest(self) -> str:
        """Return the digest of the request, made once."""
        self._digest = self._digest or self.request.digest()
        return self._digest

    def keep_record(self, cache: WorkspaceCache, record: Applied | None) -> None:
        """Keep the record that stands in the store; None: there is none. It holds as long as *since* stays."""
        self._record, self._looked_up = record, (cache, cache.since.position)

    def is_looked_up(self, cache: WorkspaceCache) -> bool:
        """Return True if it is known whether the command was applied before. An old id costs one read."""
        command = self.request.command_id
        if command in cache.applied or cache.is_certainly_new(command):
            return True
        return self._looked_up is not None and self._looked_up == (cache, cache.since.position)

    def find_record(self, cache: WorkspaceCache) -> Applied | None:
        """Return the record of the command, None if it was not applied before. Only if `is_looked_up`."""
        return cache.applied.get(self.request.command_id) or self._record

    def may_be_resent(self, now: datetime) -> bool:
        """Return True if the command may have been sent before, and an earlier write of it may still be on its way."""
        time = self.request.command_id.time
        return time is None or now.timestamp() * 1_000 - time > FRESH.total_seconds() * 1_000
