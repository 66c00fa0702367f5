"""A call: one command on its way through the command path, until it has an outcome."""

from datetime import datetime, timedelta
from typing import TypeVar

from ascend.domain.errors import CommandFromTheFuture, CommandIdReused, CommandTooOld, InvalidInput, Refusal
from ascend.domain.ids import Ref
from ascend.domain.runtime.cache import WorkspaceCache
from ascend.domain.runtime.ports import Applied
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.workspaces.workspace import Workspace

E = TypeVar("E", bound=BaseException)

Outcome = Receipt | Exception
LeftVersions = dict[Ref, int]
"""The versions that calls of one sender have left, of the entities whose versions they named."""
REFUSED = -1
"""Stands for the version that a refused call leaves: no further call of the sender may name one of that entity."""
VERDICTS = (Refusal, InvalidInput, CommandIdReused, CommandTooOld, CommandFromTheFuture)
FRESH = timedelta(seconds=2)
"""An id that holds an older time than this when it comes, or none, may have been sent before."""


class Call:
    """A command that waits for its outcome. Its caller may leave at any time: then nobody decides it any more."""

    __slots__ = (
        "_arrived", "_digest", "_looked_up", "_record", "attempts", "caller", "left", "needed", "outcome",
        "request", "time",
    )  # fmt: skip

    def __init__(self, request: Request, caller: object, arrived: datetime, left: LeftVersions) -> None:
        self.request = request
        self.time = request.command_id.time
        """Milliseconds since 1970 at which the command's id was made. None if it carries no time."""
        self.left = left
        """The versions that earlier calls of the same sender have left. All calls of a sender share it."""
        self.caller = caller
        """The one who waits. Behind an error that is no verdict, no further call of the same caller is decided."""
        self.needed = Ref(Workspace.entity, request.workspace), *request.command.preloads(), *request.expected
        """The entities that the decision will surely ask for."""
        self.outcome: Outcome | None = None
        self.attempts = 0
        """The number of times that it was decided, and nothing could be appended."""
        self._arrived = arrived
        self._digest = ""
        self._record: Applied | None = None
        self._looked_up: tuple[WorkspaceCache, int] | None = None

    def may_be_resent(self) -> bool:
        """Return True if the command may have been sent before, and an earlier write of it may still be on its way."""
        return is_old(self.time, self._arrived)

    def digest(self) -> str:
        """Return the digest of the request, made once."""
        self._digest = self._digest or self.request.digest()
        return self._digest

    def keep_record(self, cache: WorkspaceCache, record: Applied | None) -> None:
        """Keep the record that stands in the store; None: there is none. It holds as long as *since* stays."""
        self._record, self._looked_up = record, (cache, cache.since.position)

    def is_looked_up(self, cache: WorkspaceCache) -> bool:
        """Return True if it is known whether the command was applied before. An old id costs one read."""
        if cache.is_certainly_new(self.time) or cache.find_applied(self.request.command_id) is not None:
            return True
        return self._looked_up is not None and self._looked_up == (cache, cache.since.position)

    def find_record(self, cache: WorkspaceCache) -> Applied | None:
        """Return the record of the command, None if it was not applied before. Only if `is_looked_up`."""
        return cache.find_applied(self.request.command_id) or self._record


def is_old(milliseconds: int | None, now: datetime) -> bool:
    """Return True for an id that holds no time, or one that is longer ago than `FRESH`."""
    return milliseconds is None or now.timestamp() * 1_000 - milliseconds > FRESH.total_seconds() * 1_000


def is_verdict(error: Exception) -> bool:
    """Return True for an error that says something about one command only: the commands behind it may be applied."""
    return isinstance(error, VERDICTS)


def copy_error(error: E) -> E:
    """Return an error of its own for another caller: each raises its own, with a traceback of its own.

    An error that cannot be copied is returned as it is.
    """
    try:
        copied = type(error).__new__(type(error), *error.args)
        copied.__dict__.update(error.__dict__)
    except Exception:  # noqa: BLE001  it may be of any class
        return error
    copied.__cause__ = error.__cause__ or error
    return copied
