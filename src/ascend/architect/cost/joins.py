"""What the one BatchGet beside a page reads: by item type, how many. A test compares it with what queries ask for."""

from collections.abc import Callable
from typing import Any

from ascend.adapters.layout.items import RECORD
from ascend.architect.cost.workload import Sizes
from ascend.projections.pattern import Pattern, RequestKind
from ascend.projections.queries.patterns import (
    ASSETS_OF_TARGET,
    BLOCKED_BY_TASK,
    BLOCKERS,
    COMMENT,
    COMMENTS_ON,
    DONE_OF_USER,
    FEED_OF_USER,
    INVITATIONS_OF_USER,
    MENTIONS,
    RELATIONS_IN,
    RELATIONS_OUT,
    SUBTASKS,
    SUBTREE,
    TARGETS_OF_ASSET,
    TASKS_ABOUT,
    THING,
    WORKSPACE,
    WORKSPACES_OF_USER,
)
from ascend.projections.read_models.assets import AssetCard
from ascend.projections.read_models.members import InvitationLine, MemberLine
from ascend.projections.read_models.tasks import TaskLine
from ascend.projections.read_models.things import ThingNode

Times = Callable[[int, Sizes], int]
"""Of the lines of the page and the sizes."""
Join = tuple[str, Times]
"""An item type, by name."""


def once(lines: int, sizes: Sizes) -> int:  # noqa: ARG001  one signature for all
    return 1


def each_line(lines: int, sizes: Sizes) -> int:  # noqa: ARG001  "
    return lines


def each_workspace(lines: int, sizes: Sizes) -> int:
    """A page of a user's feeds is of so many workspaces at most."""
    return min(lines, sizes.workspace.of_a_user)


def each_place(lines: int, sizes: Sizes) -> int:
    return min(lines, sizes.comment.places)


def ancestors(lines: int, sizes: Sizes) -> int:  # noqa: ARG001  "
    return sizes.thing.level - 1


MEMBERSHIP: Join = (MemberLine.__name__, once)
JOINS: dict[str, tuple[Join, ...]] = {
    WORKSPACE.query: (MEMBERSHIP, (RECORD.name, once)),
    WORKSPACES_OF_USER.query: ((MemberLine.__name__, each_line),),
    INVITATIONS_OF_USER.query: ((InvitationLine.__name__, each_line),),
    FEED_OF_USER.query: ((MemberLine.__name__, each_workspace),),
    DONE_OF_USER.query: ((MemberLine.__name__, each_workspace),),
    MENTIONS.query: ((MemberLine.__name__, each_workspace), (TaskLine.__name__, each_place)),
    TASKS_ABOUT.query: (MEMBERSHIP, (ThingNode.__name__, once), (TaskLine.__name__, each_line)),
    SUBTASKS.query: (MEMBERSHIP, (TaskLine.__name__, once), (TaskLine.__name__, each_line)),
    BLOCKED_BY_TASK.query: (MEMBERSHIP, (TaskLine.__name__, once), (TaskLine.__name__, each_line)),
    BLOCKERS.query: (MEMBERSHIP, (TaskLine.__name__, each_line)),
    THING.query: (MEMBERSHIP, (ThingNode.__name__, once), (ThingNode.__name__, ancestors)),
    SUBTREE.query: (MEMBERSHIP, (ThingNode.__name__, once)),
    ASSETS_OF_TARGET.query: (MEMBERSHIP, (ThingNode.__name__, once), (AssetCard.__name__, each_line)),
    TARGETS_OF_ASSET.query: (MEMBERSHIP, (AssetCard.__name__, once), (ThingNode.__name__, each_line)),
    RELATIONS_OUT.query: (MEMBERSHIP, (ThingNode.__name__, once), (ThingNode.__name__, each_line)),
    RELATIONS_IN.query: (MEMBERSHIP, (ThingNode.__name__, once), (ThingNode.__name__, each_line)),
    COMMENT.query: (MEMBERSHIP, (TaskLine.__name__, once)),
    COMMENTS_ON.query: (MEMBERSHIP, (TaskLine.__name__, once)),
}
"""Those that read more than the viewer's membership. Typical ones: a comment stands on a Task, a link leads to a Thing."""


def joined(pattern: Pattern[Any], lines: int, sizes: Sizes) -> list[tuple[str, int]]:
    """Item types, by name, and how many of each."""
    joins = JOINS.get(pattern.query, (MEMBERSHIP,))
    return [(item, times(lines, sizes)) for item, times in joins]


def own(pattern: Pattern[Any], lines: int) -> int:
    """How many items of its own the pattern reads."""
    return 1 if pattern.kind is RequestKind.GET else lines
