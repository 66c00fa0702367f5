"""What the one BatchGet beside a page reads: by item type, how many. A test compares it with what queries ask for."""

from collections.abc import Callable
from typing import Any

from ascend.adapters.schema.workload import Sizes
from ascend.projections.assets import AssetCard
from ascend.projections.item import ReadItem
from ascend.projections.members import InvitationLine, MemberLine
from ascend.projections.pattern import Kind, Pattern
from ascend.projections.patterns import (
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
    WORKSPACES_OF_USER,
)
from ascend.projections.tasks import TaskLine
from ascend.projections.things import ThingNode

Times = Callable[[int, Sizes], int]
"""Of the lines of the page and the sizes."""
Join = tuple[type[ReadItem], Times]


def once(lines: int, sizes: Sizes) -> int:  # noqa: ARG001  one signature for all
    return 1


def each_line(lines: int, sizes: Sizes) -> int:  # noqa: ARG001  "
    return lines


def each_workspace(lines: int, sizes: Sizes) -> int:
    """A page of a user's feeds is of so many workspaces at most."""
    return min(lines, sizes.workspace.of_a_user)


def ancestors(lines: int, sizes: Sizes) -> int:  # noqa: ARG001  "
    return sizes.thing.level - 1


MEMBERSHIP: Join = (MemberLine, once)
JOINS: dict[str, tuple[Join, ...]] = {
    WORKSPACES_OF_USER.query: ((MemberLine, each_line),),
    INVITATIONS_OF_USER.query: ((InvitationLine, each_line),),
    FEED_OF_USER.query: ((MemberLine, each_workspace),),
    DONE_OF_USER.query: ((MemberLine, each_workspace),),
    MENTIONS.query: ((MemberLine, each_workspace), (TaskLine, each_line)),
    TASKS_ABOUT.query: (MEMBERSHIP, (ThingNode, once), (TaskLine, each_line)),
    SUBTASKS.query: (MEMBERSHIP, (TaskLine, once), (TaskLine, each_line)),
    BLOCKED_BY_TASK.query: (MEMBERSHIP, (TaskLine, once), (TaskLine, each_line)),
    BLOCKERS.query: (MEMBERSHIP, (TaskLine, each_line)),
    THING.query: (MEMBERSHIP, (ThingNode, once), (ThingNode, ancestors)),
    SUBTREE.query: (MEMBERSHIP, (ThingNode, once)),
    ASSETS_OF_TARGET.query: (MEMBERSHIP, (ThingNode, once), (AssetCard, each_line)),
    TARGETS_OF_ASSET.query: (MEMBERSHIP, (AssetCard, once), (ThingNode, each_line)),
    RELATIONS_OUT.query: (MEMBERSHIP, (ThingNode, once), (ThingNode, each_line)),
    RELATIONS_IN.query: (MEMBERSHIP, (ThingNode, once), (ThingNode, each_line)),
    COMMENT.query: (MEMBERSHIP, (TaskLine, once)),
    COMMENTS_ON.query: (MEMBERSHIP, (TaskLine, once)),
}
"""Those that read more than the viewer's membership. Typical ones: a comment stands on a Task, a link leads to a Thing."""


def joined(pattern: Pattern[Any], lines: int, sizes: Sizes) -> list[tuple[str, int]]:
    """Item types, by name, and how many of each."""
    joins = JOINS.get(pattern.query, (MEMBERSHIP,))
    return [(item.__name__, times(lines, sizes)) for item, times in joins]


def read(pattern: Pattern[Any], lines: int) -> int:
    """How many items of its own the pattern reads."""
    return 1 if pattern.kind is Kind.GET else lines
