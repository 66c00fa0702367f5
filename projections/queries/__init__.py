"""Queries: what people ask. Each names who asks, and each page is one Query or BatchGet, plus at most one BatchGet."""

from ascend.projections.queries.across import AcrossQueries, Entry
from ascend.projections.queries.asking import ACROSS, JOINED, LIMIT, MOST, OPERATOR, Operator, Viewer
from ascend.projections.queries.assets import AssetQueries
from ascend.projections.queries.comments import CommentQueries
from ascend.projections.queries.tasks import TaskQueries
from ascend.projections.queries.things import RelationEntry, ThingQueries, ThingView
from ascend.projections.queries.workspaces import WorkspaceQueries, WorkspaceSummary

__all__ = [
    "ACROSS",
    "JOINED",
    "LIMIT",
    "MOST",
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
    """Every method raises `NotAllowed` for who is no member, `InvalidCursor` for a cursor of another query.

    A page that is joined with other items may hold fewer lines than `limit` though more follow: go by the cursor.
    """
