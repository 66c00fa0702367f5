"""The items that the BatchGet of a page reads in addition, by item type.

A test compares these numbers with the requests of the queries.
"""

from collections.abc import Callable
from typing import Any

from ascend.adapters.layout.generation_items import RECORD
from ascend.architect.cost.sizes import Sizes
from ascend.projections.pattern import Pattern, RequestKind
from ascend.projections.read_models.assets import AssetCard
from ascend.projections.read_models.comments import COMMENT, COMMENTS_ON, MENTIONS
from ascend.projections.read_models.feed import DONE_OF_USER, FEED_OF_USER
from ascend.projections.read_models.links import (
    ASSETS_OF_TARGET,
    BLOCKED_BY_TASK,
    SUBTASKS,
    TARGETS_OF_ASSET,
    TASKS_ABOUT,
)
from ascend.projections.read_models.members import (
    INVITATIONS_OF_USER,
    WORKSPACE,
    WORKSPACES_OF_USER,
    InvitationLine,
    MemberLine,
)
from ascend.projections.read_models.relations import RELATIONS_IN, RELATIONS_OUT
from ascend.projections.read_models.tasks import BLOCKERS, TaskLine
from ascend.projections.read_models.things import SUBTREE, THING, ThingNode

CountItems = Callable[[int, Sizes], int]
"""Counts the joined items from the lines of the page and the sizes."""
Join = tuple[str, CountItems]
"""An item type, by name, and the number of its items that are joined."""


def count_one(lines: int, sizes: Sizes) -> int:  # noqa: ARG001  all counts have one signature
    return 1


def count_each_line(lines: int, sizes: Sizes) -> int:  # noqa: ARG001  all counts have one signature
    return lines


def count_workspaces(lines: int, sizes: Sizes) -> int:
    """A page of a user's feed shows at most the workspaces of the user."""
    return min(lines, sizes.workspace.of_a_user)


def count_commented_tasks(lines: int, sizes: Sizes) -> int:
    return min(lines, sizes.comment.places)


def count_ancestors(lines: int, sizes: Sizes) -> int:  # noqa: ARG001  all counts have one signature
    return sizes.thing.level - 1


MEMBERSHIP: Join = (MemberLine.__name__, count_one)
JOINS: dict[str, tuple[Join, ...]] = {
    WORKSPACE.query: (MEMBERSHIP, (RECORD.name, count_one)),
    WORKSPACES_OF_USER.query: ((MemberLine.__name__, count_each_line),),
    INVITATIONS_OF_USER.query: ((InvitationLine.__name__, count_each_line),),
    FEED_OF_USER.query: ((MemberLine.__name__, count_workspaces),),
    DONE_OF_USER.query: ((MemberLine.__name__, count_workspaces),),
    MENTIONS.query: ((MemberLine.__name__, count_workspaces), (TaskLine.__name__, count_commented_tasks)),
    TASKS_ABOUT.query: (MEMBERSHIP, (ThingNode.__name__, count_one), (TaskLine.__name__, count_each_line)),
    SUBTASKS.query: (MEMBERSHIP, (TaskLine.__name__, count_one), (TaskLine.__name__, count_each_line)),
    BLOCKED_BY_TASK.query: (MEMBERSHIP, (TaskLine.__name__, count_one), (TaskLine.__name__, count_each_line)),
    BLOCKERS.query: (MEMBERSHIP, (TaskLine.__name__, count_each_line)),
    THING.query: (MEMBERSHIP, (ThingNode.__name__, count_one), (ThingNode.__name__, count_ancestors)),
    SUBTREE.query: (MEMBERSHIP, (ThingNode.__name__, count_one)),
    ASSETS_OF_TARGET.query: (MEMBERSHIP, (ThingNode.__name__, count_one), (AssetCard.__name__, count_each_line)),
    TARGETS_OF_ASSET.query: (MEMBERSHIP, (AssetCard.__name__, count_one), (ThingNode.__name__, count_each_line)),
    RELATIONS_OUT.query: (MEMBERSHIP, (ThingNode.__name__, count_one), (ThingNode.__name__, count_each_line)),
    RELATIONS_IN.query: (MEMBERSHIP, (ThingNode.__name__, count_one), (ThingNode.__name__, count_each_line)),
    COMMENT.query: (MEMBERSHIP, (TaskLine.__name__, count_one)),
    COMMENTS_ON.query: (MEMBERSHIP, (TaskLine.__name__, count_one)),
}
"""Joins of the queries that read more than the viewer's membership, for a typical page: a comment is on a Task, a link
leads to a Thing."""


def count_joined_items(pattern: Pattern[Any], lines: int, sizes: Sizes) -> list[tuple[str, int]]:
    """Return the item types, by name, with the number of joined items of each."""
    joins = JOINS.get(pattern.query, (MEMBERSHIP,))
    return [(item_type, count(lines, sizes)) for item_type, count in joins]


def count_own_items(pattern: Pattern[Any], lines: int) -> int:
    """Return the number of items that the pattern's own request reads."""
    return 1 if pattern.kind is RequestKind.GET else lines
