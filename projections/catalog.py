"""All projections, read items and access patterns. To register a new one, add a line."""

from typing import Any

from ascend.projections.item import ReadItem
from ascend.projections.pattern import Pattern
from ascend.projections.projection import Projection
from ascend.projections.read_models.assets import ASSET, ASSETS, ASSETS_OF_WORKSPACE
from ascend.projections.read_models.comments import COMMENT, COMMENTS, COMMENTS_ON, MENTIONS
from ascend.projections.read_models.feed import DONE_OF_USER, FEED, FEED_OF_USER, TASKS_OF_USER
from ascend.projections.read_models.history import HISTORY, HISTORY_OF_ENTITY, HISTORY_OF_WORKSPACE
from ascend.projections.read_models.links import (
    ASSETS_OF_TARGET,
    BLOCKED_BY_TASK,
    LINKS,
    SUBTASKS,
    TARGETS_OF_ASSET,
    TASKS_ABOUT,
)
from ascend.projections.read_models.members import (
    INVITATIONS_OF_USER,
    INVITATIONS_OF_WORKSPACE,
    MEMBERS,
    MEMBERS_OF_WORKSPACE,
    WORKSPACE,
    WORKSPACES_OF_USER,
)
from ascend.projections.read_models.relations import RELATIONS, RELATIONS_IN, RELATIONS_OUT
from ascend.projections.read_models.tags import TAGGED, TAGS
from ascend.projections.read_models.tasks import (
    BLOCKERS,
    TASK,
    TASKS,
    TASKS_BY_PRIORITY,
    TASKS_BY_STATUS,
    TASKS_OF_WORKSPACE,
)
from ascend.projections.read_models.things import CHILDREN, SUBTREE, THING, THINGS, THINGS_BY_KIND

PROJECTIONS: tuple[Projection, ...] = (
    MEMBERS,
    FEED,
    TASKS,
    THINGS,
    ASSETS,
    LINKS,
    RELATIONS,
    COMMENTS,
    TAGS,
    HISTORY,
)
READ_ITEMS: tuple[type[ReadItem], ...] = tuple(item for projection in PROJECTIONS for item in projection.items)
PATTERNS: tuple[Pattern[Any], ...] = (
    WORKSPACE,
    MEMBERS_OF_WORKSPACE,
    INVITATIONS_OF_WORKSPACE,
    WORKSPACES_OF_USER,
    INVITATIONS_OF_USER,
    FEED_OF_USER,
    DONE_OF_USER,
    TASKS_OF_USER,
    TASK,
    TASKS_OF_WORKSPACE,
    TASKS_BY_STATUS,
    TASKS_BY_PRIORITY,
    TASKS_ABOUT,
    SUBTASKS,
    BLOCKED_BY_TASK,
    BLOCKERS,
    THING,
    CHILDREN,
    SUBTREE,
    THINGS_BY_KIND,
    ASSET,
    ASSETS_OF_WORKSPACE,
    ASSETS_OF_TARGET,
    TARGETS_OF_ASSET,
    RELATIONS_OUT,
    RELATIONS_IN,
    COMMENT,
    COMMENTS_ON,
    MENTIONS,
    TAGGED,
    HISTORY_OF_ENTITY,
    HISTORY_OF_WORKSPACE,
)
"""The order of the documents that are generated from them."""
