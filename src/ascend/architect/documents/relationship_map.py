"""The map of all relationships between entities, with the items at both ends.

A test fails where an id in a state or in a read item belongs to no relationship.
"""

from functools import partial
from typing import Any

from ascend.architect.documents.relationship import Relationship, RelationshipEnd
from ascend.domain.tasks.task import Task
from ascend.projections.read_models.assets import AssetCard
from ascend.projections.read_models.comments import CommentLine, MentionLine
from ascend.projections.read_models.feed import DoneLine, FeedLine
from ascend.projections.read_models.history import HistoryLine
from ascend.projections.read_models.links import LinkLine, LinkRole
from ascend.projections.read_models.members import InvitationLine, MemberLine, WorkspaceCard
from ascend.projections.read_models.relations import Direction, RelationLine
from ascend.projections.read_models.tags import TagLine
from ascend.projections.read_models.tasks import TaskCard, TaskLine
from ascend.projections.read_models.things import ThingCard, ThingNode

BOTH = ("anchor", "other")
ON = ("target_kind", "target")
TAGGED = ("workspace.tags", "thing.tags", "asset.details", "task.tags", "relation.tags", "comment.tags")
USER = RelationshipEnd("the User", MemberLine, ("user",), ("members",))


def match_links(target: str, of_asset: LinkLine, of_target: LinkLine) -> bool:
    """Return True if the lines are the two directions of one link from an Asset to an entity of the kind `target`."""
    expected = (LinkRole.ON, of_target.other, of_target.anchor)
    return (of_asset.role, of_asset.anchor, of_asset.other) == expected and of_target.anchor.kind == target


def match_comment(target: str, first: CommentLine, second: CommentLine) -> bool:
    """Return True if both are the same comment, on an entity of the kind `target`."""
    return first == second and first.target_kind == target


PEOPLE: tuple[Relationship[Any, Any], ...] = (
    Relationship(
        "User in Workspace",
        "N:N",
        ("workspace.members",),
        RelationshipEnd("the Workspace", MemberLine, ("user",), ("members",)),
        RelationshipEnd("the User", MemberLine, ("workspace",), ("workspaces",)),
        lambda first, second: first == second,
    ),
    Relationship(
        "User invited to Workspace",
        "N:N",
        ("workspace.invited",),
        RelationshipEnd("the Workspace", InvitationLine, ("user",), ("invitations",)),
        RelationshipEnd("the User", InvitationLine, ("workspace",), ("invitations_of",)),
        lambda first, second: first == second,
    ),
    Relationship(
        "Anything in Workspace",
        "N:1",
        ("anything.workspace",),
        RelationshipEnd("the Workspace", TaskLine, ("workspace",), ("tasks", "tasks_by_status", "tasks_by_priority")),
        RelationshipEnd("the Task, for example", WorkspaceCard, ("workspace",), ("workspace",)),
        lambda line, card: line.workspace == card.workspace,
    ),
    Relationship(
        "User assigned to open Task",
        "N:N",
        ("task.assignees",),
        RelationshipEnd("the User", FeedLine, ("user", "task"), ("feed", "tasks_of")),
        RelationshipEnd("the Task", TaskCard, ("assignees",), ("task",)),
        lambda line, card: line.task == card.task and line.user in card.assignees,
        copies=((TaskLine, "assignees"),),
    ),
    Relationship(
        "User assigned to completed Task",
        "N:N",
        ("task.assignees",),
        RelationshipEnd("the User", DoneLine, ("user", "task"), ("done",)),
        RelationshipEnd("the Task", TaskCard, ("assignees",), ("task",)),
        lambda line, card: line.task == card.task and line.user in card.assignees,
    ),
    Relationship(
        "Thing created by User",
        "N:1",
        ("thing.created_by",),
        RelationshipEnd("the Thing", ThingCard, ("created_by",), ("thing", "things_by_kind")),
        USER,
        lambda card, member: card.created_by == member.user,
    ),
    Relationship(
        "Asset created by User",
        "N:1",
        ("asset.created_by",),
        RelationshipEnd("the Asset", AssetCard, ("created_by",), ("asset", "assets")),
        USER,
        lambda card, member: card.created_by == member.user,
    ),
    Relationship(
        "Task created by User",
        "N:1",
        ("task.created_by",),
        RelationshipEnd("the Task", TaskCard, ("created_by",), ("task",)),
        USER,
        lambda card, member: card.created_by == member.user,
    ),
    Relationship(
        "Comment written or changed by User",
        "N:1",
        ("comment.author", "comment.edited_by", "comment.deleted_by"),
        RelationshipEnd("the Comment", CommentLine, ("author",), ("comment",)),
        USER,
        lambda line, member: line.author == member.user,
        copies=((MentionLine, "author"), (CommentLine, "edited_by"), (CommentLine, "deleted_by")),
    ),
    Relationship(
        "Comment mentions User",
        "N:N",
        ("comment.mentions",),
        RelationshipEnd("the Comment", CommentLine, ("mentions",), ("comment",)),
        RelationshipEnd("the User", MentionLine, ("user", "comment"), ("mentions",)),
        lambda line, mention: line.comment == mention.comment and mention.user in line.mentions,
    ),
    Relationship(
        "Event caused by User",
        "N:1",
        (),
        RelationshipEnd("the event", HistoryLine, ("actor",), ("history_of",)),
        USER,
        lambda line, member: line.actor == member.user,
    ),
)

ENTITIES: tuple[Relationship[Any, Any], ...] = (
    Relationship(
        "Thing in Thing",
        "N:1",
        ("thing.parent",),
        RelationshipEnd("the inner Thing", ThingNode, ("path",), ("thing",)),
        RelationshipEnd("the outer Thing", ThingNode, ("path",), ("children", "subtree")),
        lambda first, second: first == second and first.parent is not None,
    ),
    Relationship(
        "Task about Thing",
        "N:N",
        ("task.about",),
        RelationshipEnd("the Task", TaskCard, ("about",), ("task",)),
        RelationshipEnd("the Thing", LinkLine, BOTH, ("tasks_about",)),
        lambda card, line: (line.role, line.other.id) == (LinkRole.TASK, card.task) and line.anchor.id in card.about,
    ),
    Relationship(
        "Subtask of Task",
        "N:1",
        ("task.parent",),
        RelationshipEnd("the subtask", TaskCard, ("parent",), ("task",)),
        RelationshipEnd("the parent Task", LinkLine, BOTH, ("subtasks",)),
        lambda card, line: (line.role, line.other.id, line.anchor.id) == (LinkRole.SUBTASK, card.task, card.parent),
    ),
    Relationship(
        "Task blocked by Task",
        "N:N",
        ("task.blocked_by",),
        RelationshipEnd("the blocked Task", TaskCard, ("blocked_by",), ("blocked_by", "task")),
        RelationshipEnd("the blocking Task", LinkLine, BOTH, ("blocks",)),
        lambda card, line: (
            (line.role, line.other.id) == (LinkRole.BLOCKS, card.task) and line.anchor.id in card.blocked_by
        ),
    ),
    Relationship(
        "Task opened the next occurrence",
        "1:1",
        ("task.next",),
        RelationshipEnd("the completed Task", TaskCard, ("next",), ("task",)),
        RelationshipEnd("the next Task", TaskCard, ("task",), ("task",)),
        lambda done, card: done.next == card.task,
    ),
    *(
        Relationship(
            f"Asset of {target}",
            "N:N",
            ("link.asset", "link.to"),
            RelationshipEnd("the Asset", LinkLine, BOTH, ("targets_of",)),
            RelationshipEnd(f"the {target}", LinkLine, BOTH, ("assets_of",)),
            partial(match_links, target.lower()),
        )
        for target in ("Thing", "Task")
    ),
    Relationship(
        "Relation from Thing or Task to Thing or Task",
        "N:N, by type",
        ("relation.source", "relation.target"),
        RelationshipEnd("its source", RelationLine, BOTH, ("relations_from",)),
        RelationshipEnd("its target", RelationLine, BOTH, ("relations_to",)),
        lambda out, into: (out.relation, out.direction, into.direction) == (into.relation, Direction.OUT, Direction.IN),
    ),
    *(
        Relationship(
            f"Comment on {target}",
            "N:1",
            ("comment.on",),
            RelationshipEnd("the Comment", CommentLine, ON, ("comment",)),
            RelationshipEnd(f"the {target}", CommentLine, ON, ("comments",)),
            partial(match_comment, target.lower()),
            copies=((MentionLine, "on"), (TagLine, "on")),
        )
        for target in ("Thing", "Task", "Asset")
    ),
    Relationship(
        "Comment answers Comment",
        "N:1",
        ("comment.reply_to",),
        RelationshipEnd("the reply", CommentLine, ("reply_to",), ("comment",)),
        RelationshipEnd("the answered Comment", CommentLine, ("comment",), ("comment", "comments")),
        lambda reply, answered: reply.reply_to == answered.comment,
    ),
    Relationship(
        "Tag of anything",
        "N:N",
        TAGGED,
        RelationshipEnd("the tag", TagLine, ("kind", "entity"), ("tagged",)),
        RelationshipEnd("the Task, for example", TaskCard, ("tags",), ("task",)),
        lambda line, card: (line.kind, line.entity) == (Task.entity, card.task) and line.tag in card.tags,
    ),
    Relationship(
        "Event about anything",
        "N:1",
        (),
        RelationshipEnd("the Task, for example", HistoryLine, ("about",), ("history_of",)),
        RelationshipEnd("the event", TaskCard, ("task",), ("task",)),
        lambda line, card: line.about == (Task.entity, card.task),
    ),
)

RELATIONSHIPS = (*PEOPLE, *ENTITIES)
