"""The dependencies of the command path, and the counts that it keeps."""

from dataclasses import dataclass, field

from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment, EventLog, InlineWork, Snapshots

FIRST_DELAY = 0.002
"""Seconds: the longest wait before the first retry. It doubles with every retry, up to `LONGEST_DELAY`."""
LONGEST_DELAY = 0.5


@dataclass(slots=True)
class CommandCounts:
    """Numbers of commands by outcome, and of retries, since the store was opened."""

    applied: int = 0
    nothing: int = 0
    """Accepted commands that changed nothing, because it was so already. They are recorded as well."""
    refused: int = 0
    repeated: int = 0
    """Commands that had been applied before."""
    conflicts: int = 0
    """Commands decided again, because another commit took the slot."""
    resent: int = 0
    """Writes sent again, because no answer came."""
    batches: int = 0
    """Small batches of a worker's work that commands ran, because no worker did."""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The ports, the model and the limits that the command path works with."""

    log: EventLog
    snapshots: Snapshots
    inline_work: InlineWork
    environment: Environment
    model: Model
    limits: CommandLimits = field(default_factory=CommandLimits)
    counts: CommandCounts = field(default_factory=CommandCounts)

    async def pause(self, longest: float) -> None:
        """Sleep for a random part of `longest` seconds (full jitter)."""
        await self.environment.sleep(self.environment.random() * longest)
