"""Queries: the questions that people ask.

Each query names its viewer. Each page is one Query or BatchGet, plus at most one BatchGet. Only a page of links that is longer
than the default may need two or three of them (`LINKED_LIMIT`).
"""

from ascend.projections.queries.across import AcrossQueries
from ascend.projections.queries.assets import AssetQueries
from ascend.projections.queries.base import ACROSS_LIMIT, DEFAULT_LIMIT, JOINED_LIMIT, LINKED_LIMIT, MAX_LIMIT
from ascend.projections.queries.comments import CommentQueries
from ascend.projections.queries.patterns import Entry
from ascend.projections.queries.tasks import TaskQueries
from ascend.projections.queries.things import RelationEntry, ThingQueries, ThingView
from ascend.projections.queries.viewer import OPERATOR, Operator, Viewer
from ascend.projections.queries.workspaces import WorkspaceQueries, WorkspaceSummary

__all__ = [
    "ACROSS_LIMIT",
    "DEFAULT_LIMIT",
    "JOINED_LIMIT",
    "LINKED_LIMIT",
    "MAX_LIMIT",
    "OPERATOR",
    "Entry",
    "Operator",
    "Queries",
    "RelationEntry",
    "ThingView",
    "Viewer",
    "WorkspaceSummary",
]


class Queries(AcrossQueries, WorkspaceQueries, TaskQueries, ThingQueries, AssetQueries, CommentQueries):
    """All queries. Every method raises `NotAllowed` for a viewer who is no member, `InvalidCursor` for a foreign cursor.

    A page that is joined with other items may hold fewer than `limit` lines although more follow: go by the cursor.
    """
