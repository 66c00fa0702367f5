"""Limits of the command path within one process.

Processes with different limits work on the same store. A limit that all processes must agree on is a constant beside
the code that enforces it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLimits:
    """The limits on what the command path of one process keeps in memory, reads at once and tries again."""

    group_commands: int = 512
    """Commands of one workspace that are decided together and written as one commit. 1: each has a commit of its own."""
    queued_commands: int = 2_000
    """Commands of one workspace that wait for their turn, before `QueueFull`."""
    attempts: int = 30
    """Decisions of one command before `Contention`."""
    sends: int = 4
    """Sends of one commit that gets no answer, before `OutcomeUnknown`."""
    tail_commits: int = 2_000
    """Commits read behind *folded*. Where more than half as many follow, no worker ran: each command runs one small batch
    of a worker's work. Where more than these are left after it, the command ends in `ProjectionBehind`."""
    tail_events: int = 20_000
    """Events read behind *folded*, with the same effect as `tail_commits`: a commit may hold many."""
    workspaces: int = 200
    """Workspaces whose caches are kept."""
    cached_commits: int = 2_000
    """Commits kept in a workspace's cache."""
    cached_events: int = 10_000
    """Events in the commits kept in a workspace's cache."""
    cached_states: int = 2_000
    """Entity states kept in a workspace's cache."""
    cached_milliseconds: int = 5 * 60 * 1_000
    """Time, by the clocks of the commits, that *since* stays behind the head, as far as `cached_commits` allows."""
