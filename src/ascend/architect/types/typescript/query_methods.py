"""The methods of the built-in queries in TypeScript: of each pattern of the Life OS whose query joins or converts.

A pattern without an entry is asked as it is declared (`repositories`), as `queries.ask` and `ask_across` do. The functions
stand in `runtime/`. `projections/queries` is the model of each: tests compare what they return.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ascend.projections.queries.across import AcrossQueries
from ascend.projections.queries.assets import AssetQueries
from ascend.projections.queries.comments import CommentQueries
from ascend.projections.queries.tasks import TaskQueries
from ascend.projections.queries.things import ThingQueries
from ascend.projections.queries.workspaces import WorkspaceQueries

PAGE = "PageOptions"
DAYS = "DaysOptions"


@dataclass(frozen=True, slots=True)
class QueryMethod:
    """The method of one pattern. `P` stands for the pattern; read items have the names of the Life OS."""

    given: str
    """The properties of its first parameter; empty if it has none."""
    returns: str
    call: str
    options: str = PAGE
    """The type of its second parameter; empty if it has none."""
    notes: str = ""
    """Sentences of its comment, after the question."""


def one_linked(given: str, anchor: str, role: str, kinds: str, item: str) -> QueryMethod:
    """Return the method of a pattern whose lines point to entities of these kinds."""
    call = f'linked<{item}>(this.questions, P, given.workspace, {anchor}, {{ role: "{role}" }}, [{kinds}], options)'
    notes = "Entities that were deleted are left out. Throws `NotFound` unless the entity that was asked about lives."
    return QueryMethod(f"workspace: WorkspaceId; {given}", f"Page<{item}>", call, notes=notes)


def relations(given: str, anchor: str, direction: str) -> QueryMethod:
    fields = f'{{ direction: "{direction}", type_key: given.type === undefined ? undefined : labelled(given.type) }}'
    types = "RelationLine, ThingNode | TaskLine"
    call = f'related<{types}>(this.questions, P, given.workspace, {anchor}, {fields}, ["thing", "task"], options)'
    given = f"workspace: WorkspaceId; {given}; type?: string | undefined"
    notes = "Without `type`, of all types. Relations to what was deleted are left out."
    return QueryMethod(given, f"Page<RelationEntry<{types}>>", call, notes=notes)


def one(item: str, kind: str, id: str) -> QueryMethod:
    fields = f"{{ {kind}: given.{kind} }}"
    call = f"this.questions.one<{item}>(P.item, given.workspace, {fields}, `{kind} ${{given.{kind}}}`)"
    return QueryMethod(f"workspace: WorkspaceId; {kind}: {id}", item, call, "", "Throws `NotFound`.")


GROUPS: Mapping[type, str] = {
    AcrossQueries: "across",
    WorkspaceQueries: "workspaces",
    TaskQueries: "tasks",
    ThingQueries: "things",
    AssetQueries: "assets",
    CommentQueries: "comments",
}
"""The repository of the built-in queries, by the class that holds them in Python."""

OWN_LINES = "Each line is read again from the table, because an index may lag."
ACROSS = "Lines of workspaces in which the user is no member (any more) are left out"

QUERY_METHODS: Mapping[str, QueryMethod] = {
    # members
    "workspace": QueryMethod(
        "workspace: WorkspaceId",
        "WithCounts<WorkspaceCard>",
        "withCounts<WorkspaceCard>(this.questions, P.item, given.workspace)",
        "",
        "Throws `NotFound` while it is written for the first time, or removed.",
    ),
    "workspaces": QueryMethod(
        "", "Page<MemberLine>", "ownLines<MemberLine>(this.questions, P, options)", notes=OWN_LINES
    ),
    "invitations_of": QueryMethod(
        "", "Page<InvitationLine>", "ownLines<InvitationLine>(this.questions, P, options)", notes=OWN_LINES
    ),
    # feed
    "feed": QueryMethod(
        "",
        "Page<Entry<FeedLine>>",
        "acrossOpen<FeedLine>(this.questions, P, options)",
        DAYS,
        f"{ACROSS}, and those of archived workspaces.",
    ),
    "done": QueryMethod(
        "",
        "Page<Entry<DoneLine>>",
        "acrossOpen<DoneLine>(this.questions, P, options)",
        DAYS,
        f"{ACROSS}, and those of archived workspaces.",
    ),
    "tasks_of": QueryMethod(
        "user: UserId; workspace: WorkspaceId",
        "Page<FeedLine>",
        "this.questions.list<FeedLine>(P, given.workspace, { user: userKey(given.user) }, options)",
        notes="For the members of the workspace.",
    ),
    # tasks
    "task": one("TaskCard", "task", "TaskId"),
    "tasks_by_priority": QueryMethod(
        'workspace: WorkspaceId; priority?: TaskLine["priority"] | undefined',
        "Page<TaskLine>",
        'this.questions.list<TaskLine>(P, given.workspace, { to_do: "to-do", priority: given.priority }, options)',
        notes="Without `priority`, the most urgent ones first.",
    ),
    "blocked_by": QueryMethod(
        "workspace: WorkspaceId; task: TaskId",
        "TaskLine[]",
        'named<TaskCard, TaskLine>(this.questions, P.item, given.workspace, ["task", given.task], '
        '(card) => card.blocked_by.map((task) => ["task", task] as const))',
        "",
        "Closed ones included, in the order in which they were named. Throws `NotFound`.",
    ),
    "tasks_about": one_linked("thing: ThingId", '["thing", given.thing]', "task", '"task"', "TaskLine"),
    "subtasks": one_linked("task: TaskId", '["task", given.task]', "subtask", '"task"', "TaskLine"),
    "blocks": one_linked("task: TaskId", '["task", given.task]', "blocks", '"task"', "TaskLine"),
    # things
    "thing": QueryMethod(
        "workspace: WorkspaceId; thing: ThingId",
        "WithAncestors<ThingCard, ThingNode>",
        'withAncestors<ThingCard, ThingNode>(this.questions, P.item, given.workspace, ["thing", given.thing])',
        "",
        "Throws `NotFound`, and `NotVisibleYet` while one of the ancestors is being written.",
    ),
    "children": QueryMethod(
        "workspace: WorkspaceId; parent: ThingId | null",
        "Page<ThingNode>",
        'this.questions.list<ThingNode>(P, given.workspace, { parent_or_top: given.parent ?? "top" }, options)',
        notes="For the parent null, the roots.",
    ),
    "subtree": QueryMethod(
        "workspace: WorkspaceId; root: ThingId | null",
        "Page<ThingNode>",
        "subtree<ThingNode>(this.questions, P, given.workspace, "
        'given.root === null ? undefined : ["thing", given.root], options)',
        notes="Each Thing comes after its parent. For the root null, all Things. Throws `NotFound`.",
    ),
    # assets
    "asset": one("AssetCard", "asset", "AssetId"),
    "assets_of": one_linked("target: ThingOrTask", "given.target", "asset", '"asset"', "AssetCard"),
    "targets_of": one_linked(
        "asset: AssetId", '["asset", given.asset]', "on", '"thing", "task"', "ThingNode | TaskLine"
    ),
    # relations
    "relations_from": relations("source: ThingOrTask", "given.source", "out"),
    "relations_to": relations("target: ThingOrTask", "given.target", "in"),
    # comments
    "comment": QueryMethod(
        "workspace: WorkspaceId; comment: CommentId",
        "CommentLine",
        'oneOn<CommentLine>(this.questions, P.item, given.workspace, ["comment", given.comment], '
        "(line) => [line.target_kind, line.target])",
        "",
        "Throws `NotFound`, also if what it stands on was deleted.",
    ),
    "comments": QueryMethod(
        "workspace: WorkspaceId; on: Target",
        "Page<CommentLine>",
        "linesOn<CommentLine>(this.questions, P, given.workspace, given.on, "
        "{ target_kind: given.on[0], target: given.on[1] }, options)",
        notes="Throws `NotFound` unless the entity lives.",
    ),
    "mentions": QueryMethod(
        "",
        "Page<Entry<MentionLine>>",
        "acrossLiving<MentionLine>(this.questions, P, options)",
        notes=f"{ACROSS}, and comments on what was deleted.",
    ),
    # tags
    "tagged": QueryMethod(
        "workspace: WorkspaceId; tag: string; kind?: Kind | undefined",
        "Page<TagLine>",
        "onLiving<TagLine>(this.questions, P, given.workspace, "
        "{ tag_key: labelled(given.tag), kind: given.kind }, options)",
        notes="Comments and relations of what was deleted are left out.",
    ),
    # history
    "history": QueryMethod(
        "workspace: WorkspaceId",
        "Page<LoggedEvent<WorkspaceId, UserId, CommandId, StoredEvent[0]>>",
        "history<LoggedEvent<WorkspaceId, UserId, CommandId, StoredEvent[0]>>(this.questions, given.workspace, options)",
        notes="It reads the log in the events table, which the reader's policy allows. `limit` counts commits.",
    ),
}
