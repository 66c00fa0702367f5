"""Referential integrity: for each reference, the rule that holds when the entity that it refers to is deleted.

Nothing here runs. The rules are enforced by commands (refuse), by what queries join and leave out (detach, cascade), and
by policies. The reference manual is generated from this list, and each rule has a test.
"""

from dataclasses import dataclass
from enum import StrEnum

from ascend.domain.assets.asset import Asset
from ascend.domain.comments.comment import Comment
from ascend.domain.links import Link
from ascend.domain.relations.relation import Relation
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.workspace import Workspace

MEMBER = "member"
ANYTHING = "anything"


class OnDelete(StrEnum):
    """The rule for a reference when its target is deleted."""

    CHOICE = "as the command says"
    REFUSE = "refuse"
    """The target cannot be deleted while there is a reference to it."""
    DETACH = "detach"
    """The referring entity stays, and no longer refers to the target."""
    CASCADE = "cascade"
    """The referring entity is deleted with the target."""
    POLICY = "a policy"
    """The referring entity stays, and a policy changes it."""
    KEEP = "keep"
    """The referring entity stays as it is."""


@dataclass(frozen=True, slots=True)
class ReferenceRule:
    """A field that refers to other entities, and its rule."""

    pointing: str
    field: str
    """The field of the referring entity's state."""
    pointed: str
    rule: OnDelete
    meaning: str

    def __str__(self) -> str:
        return f"{self.pointing}.{self.field} → {self.pointed}"


LIVES_WITH_BOTH_ENDS = "A Relation lives as long as both of its ends do."
MENTIONS_LEAVE = "Its mentions leave people's inboxes."
AUTHOR_STAYS = "Their name stays on what they wrote and did."

INTEGRITY: tuple[ReferenceRule, ...] = (
    ReferenceRule(
        *(Thing.entity, "parent", Thing.entity, OnDelete.CHOICE),
        "`refuse` (the default): not while there are children. `cascade`: all that is in the Thing is deleted with it. "
        "`reparent`: the children move up to the Thing's parent.",
    ),
    ReferenceRule(
        Task.entity,
        "about",
        Thing.entity,
        OnDelete.DETACH,
        "The Task goes on. Its card keeps the id, under which nothing is found.",
    ),
    ReferenceRule(Task.entity, "parent", Task.entity, OnDelete.REFUSE, "Delete the subtasks first."),
    ReferenceRule(
        *(Task.entity, "blocked_by", Task.entity, OnDelete.DETACH),
        "The Task no longer waits for the deleted one, and may be started.",
    ),
    ReferenceRule(
        *(Task.entity, "next", Task.entity, OnDelete.KEEP),
        "The next occurrence was opened once. If it is deleted, it is not opened again, and the series ends.",
    ),
    ReferenceRule(
        *(Task.entity, "assignees", MEMBER, OnDelete.POLICY),
        "`unassign-removed-members` removes them from the assignees of their open Tasks, unless they are a member again "
        "by then. They see none of the Tasks from the moment of their removal.",
    ),
    ReferenceRule(Link.entity, "to", Thing.entity, OnDelete.DETACH, "The Asset stays, with its other links."),
    ReferenceRule(Link.entity, "to", Task.entity, OnDelete.DETACH, "The Asset stays, with its other links."),
    ReferenceRule(
        *(Link.entity, "asset", Asset.entity, OnDelete.KEEP),
        "An Asset is never deleted. A retired one is still shown where it was linked, but takes no new links.",
    ),
    ReferenceRule(Relation.entity, "source", Thing.entity, OnDelete.CASCADE, LIVES_WITH_BOTH_ENDS),
    ReferenceRule(Relation.entity, "source", Task.entity, OnDelete.CASCADE, LIVES_WITH_BOTH_ENDS),
    ReferenceRule(Relation.entity, "target", Thing.entity, OnDelete.CASCADE, LIVES_WITH_BOTH_ENDS),
    ReferenceRule(Relation.entity, "target", Task.entity, OnDelete.CASCADE, LIVES_WITH_BOTH_ENDS),
    ReferenceRule(Comment.entity, "on", Thing.entity, OnDelete.CASCADE, MENTIONS_LEAVE),
    ReferenceRule(Comment.entity, "on", Task.entity, OnDelete.CASCADE, MENTIONS_LEAVE),
    ReferenceRule(
        Comment.entity,
        "on",
        Asset.entity,
        OnDelete.KEEP,
        "An Asset is never deleted. A retired one takes new Comments.",
    ),
    ReferenceRule(
        *(Comment.entity, "reply_to", Comment.entity, OnDelete.KEEP),
        "A deleted Comment keeps its place and loses its text.",
    ),
    ReferenceRule(Comment.entity, "author", MEMBER, OnDelete.KEEP, AUTHOR_STAYS),
    ReferenceRule(Comment.entity, "edited_by", MEMBER, OnDelete.KEEP, AUTHOR_STAYS),
    ReferenceRule(Comment.entity, "deleted_by", MEMBER, OnDelete.KEEP, AUTHOR_STAYS),
    ReferenceRule(
        Comment.entity,
        "mentions",
        MEMBER,
        OnDelete.KEEP,
        "They no longer see the Comment. Its readers still see whom it mentions.",
    ),
    ReferenceRule(Thing.entity, "created_by", MEMBER, OnDelete.KEEP, AUTHOR_STAYS),
    ReferenceRule(Asset.entity, "created_by", MEMBER, OnDelete.KEEP, AUTHOR_STAYS),
    ReferenceRule(Task.entity, "created_by", MEMBER, OnDelete.KEEP, AUTHOR_STAYS),
    ReferenceRule(
        ANYTHING, "workspace", Workspace.entity, OnDelete.CASCADE, "Erasure leaves nothing but the slots of the log."
    ),
)
