"""All access patterns. The numbers of each `Load` are assumptions: see `Load`."""

from typing import Any

from ascend.projections.pattern import Load, Pattern, RequestKind
from ascend.projections.read_models.assets import ASSETS, AssetCard
from ascend.projections.read_models.comments import COMMENTS, CommentLine, MentionLine
from ascend.projections.read_models.feed import FEED, DoneLine, FeedLine
from ascend.projections.read_models.history import HISTORY, HistoryLine
from ascend.projections.read_models.links import LINKS, LinkLine
from ascend.projections.read_models.members import MEMBERS, InvitationLine, MemberLine, WorkspaceCard
from ascend.projections.read_models.relations import RELATIONS, RelationLine
from ascend.projections.read_models.tags import TAGS, TagLine
from ascend.projections.read_models.tasks import TASKS, TaskCard, TaskLine
from ascend.projections.read_models.things import THINGS, ThingCard, ThingNode

SPLITS = "one build of one projection: a few puts a command, and without local indexes it splits by sort key"
"""Of partitions in the table."""
RARE = "a Thing is made, moved or renamed far more rarely than it is looked at"

WORKSPACE = Pattern(
    name="Summary of a workspace, with counts",
    query="workspace",
    kind=RequestKind.GET,
    projection=MEMBERS,
    item=WorkspaceCard,
    given=("workspace",),
    joined="the projection's record, which holds the counts",
    load=Load(2_000, 2, 1, 1, 1, 300),
    hot=SPLITS,
)
MEMBERS_OF_WORKSPACE = Pattern(
    name="Members of a workspace",
    query="members",
    kind=RequestKind.QUERY,
    projection=MEMBERS,
    item=MemberLine,
    given=("workspace",),
    load=Load(500, 1, 100, 150, 100, 300),
)
INVITATIONS_OF_WORKSPACE = Pattern(
    name="Open invitations of a workspace",
    query="invitations",
    kind=RequestKind.QUERY,
    projection=MEMBERS,
    item=InvitationLine,
    given=("workspace",),
    load=Load(10, 1, 5, 5, 20, 250),
)
WORKSPACES_OF_USER = Pattern(
    name="A user's workspaces",
    query="workspaces",
    kind=RequestKind.QUERY,
    projection=MEMBERS,
    item=MemberLine,
    given=("user",),
    index=1,
    joined="the same lines from the table: an index may lag",
    load=Load(10, 1, 5, 8, 99, 300, primary=True),
)
INVITATIONS_OF_USER = Pattern(
    name="A user's open invitations",
    query="invitations_of",
    kind=RequestKind.QUERY,
    projection=MEMBERS,
    item=InvitationLine,
    given=("user",),
    index=1,
    joined="the same lines from the table: an index may lag",
    load=Load(10, 1, 1, 1, 20, 250),
)
FEED_OF_USER = Pattern(
    name="A user's open tasks in all workspaces, by due date",
    query="feed",
    kind=RequestKind.QUERY,
    projection=FEED,
    item=FeedLine,
    given=("user",),
    index=1,
    range="when",
    joined="the user's membership in each workspace of the page",
    load=Load(50, 20, 60, 100, 50, 350, primary=True),
)
DONE_OF_USER = Pattern(
    name="A user's tasks that were done, the latest first",
    query="done",
    kind=RequestKind.QUERY,
    projection=FEED,
    item=DoneLine,
    given=("user",),
    index=1,
    range="when",
    descending=True,
    joined="the user's membership in each workspace of the page",
    load=Load(5, 10, 1_000, 4_000, 50, 300),
)
TASKS_OF_USER = Pattern(
    name="A user's open tasks in one workspace",
    query="tasks_of",
    kind=RequestKind.QUERY,
    projection=FEED,
    item=FeedLine,
    given=("user", "workspace"),
    load=Load(20, 20, 40, 60, 50, 350),
)
TASK = Pattern(
    name="One task",
    query="task",
    kind=RequestKind.GET,
    projection=TASKS,
    item=TaskCard,
    given=("workspace", "task"),
    load=Load(5_000, 500, 1, 1, 1, 1_000, primary=True),
    hot=SPLITS,
)
TASKS_OF_WORKSPACE = Pattern(
    name="All tasks of a workspace, in the order of their creation",
    query="tasks",
    kind=RequestKind.QUERY,
    projection=TASKS,
    item=TaskLine,
    given=("workspace",),
    load=Load(100, 500, 10_000, 43_000, 100, 350),
)
TASKS_BY_STATUS = Pattern(
    name="A workspace's tasks of one status, by due date",
    query="tasks_by_status",
    kind=RequestKind.QUERY,
    projection=TASKS,
    item=TaskLine,
    given=("workspace", "status"),
    index=1,
    range="when",
    load=Load(2_000, 500, 2_000, 5_000, 100, 350, primary=True),
    hot="a put a change of a line; what is open is some thousand lines of all that ever were",
)
TASKS_BY_PRIORITY = Pattern(
    name="A workspace's tasks still to be done, by priority, then due date",
    query="tasks_by_priority",
    kind=RequestKind.QUERY,
    projection=TASKS,
    item=TaskLine,
    given=("workspace", "to_do", "priority"),
    index=2,
    load=Load(500, 500, 2_000, 5_000, 100, 350),
    hot="sparse: closed tasks leave it",
)
THING = Pattern(
    name="One Thing with its ancestors",
    query="thing",
    kind=RequestKind.GET,
    projection=THINGS,
    item=ThingCard,
    given=("workspace", "thing"),
    joined="the nodes of its ancestors",
    load=Load(3_000, 200, 1, 1, 1, 800, primary=True),
    hot=SPLITS,
)
CHILDREN = Pattern(
    name="Children of a Thing (or the top) by name",
    query="children",
    kind=RequestKind.QUERY,
    projection=THINGS,
    item=ThingNode,
    given=("workspace", "parent_or_top"),
    index=1,
    load=Load(3_000, 200, 30, 50, 100, 400, primary=True),
)
SUBTREE = Pattern(
    name="Everything in a Thing, in one Query",
    query="subtree",
    kind=RequestKind.QUERY,
    projection=THINGS,
    item=ThingNode,
    given=("workspace", "path_text"),
    index=2,
    joined="the node at the top, for its path",
    load=Load(200, 200, 5_000, 23_000, 150, 400),
    hot=RARE,
)
THINGS_BY_KIND = Pattern(
    name="Things of one kind by name",
    query="things_by_kind",
    kind=RequestKind.QUERY,
    projection=THINGS,
    item=ThingCard,
    given=("workspace", "kind"),
    index=1,
    load=Load(100, 200, 5_000, 20_000, 100, 800),
    hot=RARE,
)
ASSET = Pattern(
    name="One Asset",
    query="asset",
    kind=RequestKind.GET,
    projection=ASSETS,
    item=AssetCard,
    given=("workspace", "asset"),
    load=Load(1_000, 50, 1, 1, 1, 600),
    hot=SPLITS,
)
ASSETS_OF_WORKSPACE = Pattern(
    name="All Assets of a workspace, in the order of their creation",
    query="assets",
    kind=RequestKind.QUERY,
    projection=ASSETS,
    item=AssetCard,
    given=("workspace",),
    load=Load(100, 50, 1_000, 12_000, 100, 600),
)
ASSETS_OF_TARGET = Pattern(
    name="Assets of a Thing or a Task",
    query="assets_of",
    kind=RequestKind.QUERY,
    projection=LINKS,
    item=LinkLine,
    given=("workspace", "at", "role"),
    joined="their Assets",
    load=Load(1_000, 50, 3, 5, 50, 300),
    hot=SPLITS,
)
TARGETS_OF_ASSET = Pattern(
    name="Things (or Tasks) of an Asset",
    query="targets_of",
    kind=RequestKind.QUERY,
    projection=LINKS,
    item=LinkLine,
    given=("workspace", "at", "role"),
    joined="the Things and Tasks",
    load=Load(200, 50, 5, 10, 50, 300),
)
TASKS_ABOUT = Pattern(
    name="Tasks about a Thing",
    query="tasks_about",
    kind=RequestKind.QUERY,
    projection=LINKS,
    item=LinkLine,
    given=("workspace", "at", "role"),
    joined="the Tasks' lines",
    load=Load(1_000, 100, 5, 20, 50, 300),
)
SUBTASKS = Pattern(
    name="Subtasks of a Task",
    query="subtasks",
    kind=RequestKind.QUERY,
    projection=LINKS,
    item=LinkLine,
    given=("workspace", "at", "role"),
    joined="the subtasks' lines",
    load=Load(1_000, 100, 5, 5, 50, 300),
)
BLOCKED_BY_TASK = Pattern(
    name="Tasks that a Task blocks",
    query="blocks",
    kind=RequestKind.QUERY,
    projection=LINKS,
    item=LinkLine,
    given=("workspace", "at", "role"),
    joined="the Tasks' lines",
    load=Load(500, 20, 2, 2, 50, 300),
)
BLOCKERS = Pattern(
    name="Tasks that block a Task",
    query="blocked_by",
    kind=RequestKind.GET,
    projection=TASKS,
    item=TaskCard,
    given=("workspace", "task"),
    joined="the blockers' lines",
    load=Load(500, 20, 2, 2, 20, 1_000),
)
RELATIONS_OUT = Pattern(
    name="Relations that go out from a Thing or Task, by type",
    query="relations_from",
    kind=RequestKind.QUERY,
    projection=RELATIONS,
    item=RelationLine,
    given=("workspace", "at", "direction", "type_key"),
    joined="what is at the other end",
    load=Load(500, 50, 5, 10, 50, 500),
    hot=SPLITS,
)
RELATIONS_IN = Pattern(
    name="Relations that come in at a Thing or Task, by type",
    query="relations_to",
    kind=RequestKind.QUERY,
    projection=RELATIONS,
    item=RelationLine,
    given=("workspace", "at", "direction", "type_key"),
    joined="what is at the other end",
    load=Load(500, 50, 5, 10, 50, 500),
)
COMMENT = Pattern(
    name="One comment",
    query="comment",
    kind=RequestKind.GET,
    projection=COMMENTS,
    item=CommentLine,
    given=("workspace", "comment"),
    load=Load(50, 300, 1, 1, 1, 700),
    hot=SPLITS,
)
COMMENTS_ON = Pattern(
    name="Comments on a Task, Thing or Asset, the oldest first",
    query="comments",
    kind=RequestKind.QUERY,
    projection=COMMENTS,
    item=CommentLine,
    given=("workspace", "target_kind", "target"),
    index=1,
    joined="what they stand on",
    load=Load(3_000, 300, 3, 3, 50, 700, primary=True),
)
MENTIONS = Pattern(
    name="A user's mentions in all workspaces, the latest first",
    query="mentions",
    kind=RequestKind.QUERY,
    projection=COMMENTS,
    item=MentionLine,
    given=("user",),
    index=1,
    descending=True,
    joined="the user's membership, and what the comments stand on",
    load=Load(20, 5, 500, 2_000, 30, 500),
)
TAGGED = Pattern(
    name="Everything that carries a tag, across kinds or of one kind",
    query="tagged",
    kind=RequestKind.QUERY,
    projection=TAGS,
    item=TagLine,
    given=("workspace", "tag_key", "kind"),
    joined="what comments and relations hang on",
    load=Load(300, 100, 200, 1_000, 33, 300),
    hot=SPLITS,
)
HISTORY_OF_ENTITY = Pattern(
    name="History of one entity, the latest first",
    query="history_of",
    kind=RequestKind.QUERY,
    projection=HISTORY,
    item=HistoryLine,
    given=("workspace", "at"),
    descending=True,
    load=Load(200, 1_200, 5, 20, 50, 400),
    hot="a line an event: as many as the log takes, and it splits by sort key",
)
HISTORY_OF_WORKSPACE = Pattern(
    name="History of a workspace, the latest first",
    query="history",
    kind=RequestKind.LOG,
    projection=HISTORY,
    item=HistoryLine,
    given=("workspace",),
    descending=True,
    load=Load(50, 1_200, 100_000, 530_000, 50, 600),
)

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
