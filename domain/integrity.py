"""What becomes of whatever points at something that is deleted: one rule for each pair.

Nothing here runs: the rules are in the commands (refuse), in what queries join and leave out (detach, cascade), and in
policies. This is the list of them; the reference is made from it, and each pair has a test.
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
    CHOICE = "as the command says"
    REFUSE = "refuse"
    """It cannot be deleted as long as something points at it."""
    DETACH = "detach"
    """What points at it stays, and points at it no more."""
    CASCADE = "cascade"
    """What points at it is gone with it."""
    POLICY = "a policy"
    """What points at it stays, and a policy changes it."""
    KEEP = "keep"
    """What points at it stays as it is."""


@dataclass(frozen=True, slots=True)
class ReferenceRule:
    pointing: str
    field: str
    """Of the state of what points."""
    pointed: str
    rule: OnDelete
    meaning: str

    def __str__(self) -> str:
        return f"{self.pointing}.{self.field} → {self.pointed}"


DIES_WITH_ITS_END = "A Relation lives as long as both of its ends do."
TALK_OF_IT = "Its mentions leave people's inboxes."
SAID_BY = "What was said and done stays said and done by them."

INTEGRITY: tuple[ReferenceRule, ...] = (
    ReferenceRule(
        *(Thing.entity, "parent", Thing.entity, OnDelete.CHOICE),
        "`refuse` while there are children (unless it says otherwise), `cascade`: all that is in it dies with it, or "
        "`reparent`: they move up to where it was.",
    ),
    ReferenceRule(
        Task.entity,
        "about",
        Thing.entity,
        OnDelete.DETACH,
        "The Task goes on. Its card keeps the id, which leads nowhere.",
    ),
    ReferenceRule(Task.entity, "parent", Task.entity, OnDelete.REFUSE, "Delete the subtasks first."),
    ReferenceRule(
        *(Task.entity, "blocked_by", Task.entity, OnDelete.DETACH),
        "It waits for it no more, and may be started.",
    ),
    ReferenceRule(
        *(Task.entity, "next", Task.entity, OnDelete.KEEP),
        "The occurrence was opened once: deleted, it is not opened again, and the series ends.",
    ),
    ReferenceRule(
        *(Task.entity, "assignees", MEMBER, OnDelete.POLICY),
        "`unassign-removed-members` takes them off their open Tasks, unless they are a member again by then. From the moment that they are removed they see "
        "none of them.",
    ),
    ReferenceRule(Link.entity, "to", Thing.entity, OnDelete.DETACH, "The Asset stays, with its other links."),
    ReferenceRule(Link.entity, "to", Task.entity, OnDelete.DETACH, "The Asset stays, with its other links."),
    ReferenceRule(
        *(Link.entity, "asset", Asset.entity, OnDelete.KEEP),
        "An Asset is never deleted. Retired, it is still shown where it was linked, and is linked with nothing new.",
    ),
    ReferenceRule(Relation.entity, "source", Thing.entity, OnDelete.CASCADE, DIES_WITH_ITS_END),
    ReferenceRule(Relation.entity, "source", Task.entity, OnDelete.CASCADE, DIES_WITH_ITS_END),
    ReferenceRule(Relation.entity, "target", Thing.entity, OnDelete.CASCADE, DIES_WITH_ITS_END),
    ReferenceRule(Relation.entity, "target", Task.entity, OnDelete.CASCADE, DIES_WITH_ITS_END),
    ReferenceRule(Comment.entity, "on", Thing.entity, OnDelete.CASCADE, TALK_OF_IT),
    ReferenceRule(Comment.entity, "on", Task.entity, OnDelete.CASCADE, TALK_OF_IT),
    ReferenceRule(
        Comment.entity,
        "on",
        Asset.entity,
        OnDelete.KEEP,
        "An Asset is never deleted; a retired one may be talked about.",
    ),
    ReferenceRule(
        *(Comment.entity, "reply_to", Comment.entity, OnDelete.KEEP),
        "A deleted Comment keeps its place and loses its words.",
    ),
    ReferenceRule(Comment.entity, "author", MEMBER, OnDelete.KEEP, SAID_BY),
    ReferenceRule(
        Comment.entity, "mentions", MEMBER, OnDelete.KEEP, "They see it no more; who reads it sees whom it named."
    ),
    ReferenceRule(Thing.entity, "created_by", MEMBER, OnDelete.KEEP, SAID_BY),
    ReferenceRule(Asset.entity, "created_by", MEMBER, OnDelete.KEEP, SAID_BY),
    ReferenceRule(Task.entity, "created_by", MEMBER, OnDelete.KEEP, SAID_BY),
    ReferenceRule(
        ANYTHING, "workspace", Workspace.entity, OnDelete.CASCADE, "Erasure leaves nothing but the slots of the log."
    ),
)
