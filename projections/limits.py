"""Limits on the work of one process. Each process may have limits of its own: none of them changes what is stored.

Limits that all processes must agree on are constants elsewhere: see `deadline.LATEST_WRITE`.
"""

from dataclasses import dataclass, replace
from math import inf

from ascend.domain.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionLimits:
    """Limits of a projector and of the worker that runs it."""

    commits_per_batch: int = 500
    entities_per_batch: int = 2_000
    """Entities that the commits of a batch touch. A single commit may touch more: it is a batch of its own."""
    writes_per_batch: int = 20_000
    """Writes to the views in a batch, besides the generation record. A single commit may need more: it is a batch of its own."""
    descendants_per_chunk: int = 250
    """Descendants that are rendered at once when a commit changes a whole subtree."""
    chunks_per_step: int = 8
    """Chunks of a fan-out that one step writes, before other workspaces have their turn."""
    states_kept: int = 5_000
    """States kept in memory between two chunks, so that ancestors are not read again for each chunk."""
    writes_per_chunk: int = 800
    """Writes after which the building of a generation notes how far it is."""
    writes_at_once: int = 1_000
    """Writes of one workspace that are sent together."""
    workspaces_at_once: int = 4
    """Workspaces that a worker projects at once."""
    builds_at_once: int = 4
    """Workspaces in which a generation is built at once: beside those that are projected, so that none of them waits."""
    batches_per_pass: int = 10
    """Batches of one workspace in one pass of a follower: a busy workspace must not starve the others."""


CHUNK_SECONDS = 5.0
"""Seconds of a budget that the chunks of all builds of a process take together."""
UNITS_OF_A_WRITE = 2
LEAST_WRITES = 20
PACED_AT_ONCE = 2
"""Workspaces that are built at once within a budget: one waits for its turn to write, and the other one is folded."""


def within_budget(limits: ProjectionLimits, units_per_second: float) -> ProjectionLimits:
    """Return limits for builds that keep to a budget: a build notes how far it is after some seconds of waiting.

    Raises `InvalidInput` if the budget is not above 0.
    """
    if not 0 < units_per_second < inf:
        raise InvalidInput(f"a budget is a number of write units a second above 0, not {units_per_second}")
    at_once = min(PACED_AT_ONCE, limits.builds_at_once)
    writes = max(LEAST_WRITES, int(units_per_second * CHUNK_SECONDS / UNITS_OF_A_WRITE / at_once))
    return replace(limits, writes_per_chunk=min(limits.writes_per_chunk, writes), builds_at_once=at_once)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallBatchLimits(ProjectionLimits):
    """Limits of the small batch that a command runs where no worker did: how long it may hold up a workspace."""

    commits_per_batch: int = 50
    entities_per_batch: int = 100
    writes_per_batch: int = 300
    descendants_per_chunk: int = 50
    chunks_per_step: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLimits:
    """Limits of a policy runner, of the installation of its policies, and of the worker that runs them."""

    commits_per_step: int = 500
    reactions_per_step: int = 100
    """A step ends after the commit with which it has sent so many commands. A crash repeats them, to no effect."""
    commands_per_turn: int = 200
    """Commands after which a follower turns to other workspaces, even if the answer to an event is unfinished."""
    unfinished_answers: int = 20
    """Unfinished answers whose sent commands a process remembers. Further long answers are sent in one turn."""
    commands_per_unfinished_answer: int = 10_000
    """Command ids that a process remembers of one unfinished answer. A longer answer is sent in one turn."""
    workspaces_per_chunk: int = 100
    """Workspaces whose heads an installation reads before it writes their positions."""
    rounds_per_pass: int = 10
    """Rounds of projecting and reacting in one pass: policies may react to what policies did."""
