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


class Rule(StrEnum):
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
class Pair:
    pointing: str
    field: str
    """Of the state of what points."""
    pointed: str
    rule: Rule
    meaning: str

    def __str__(self) -> str:
        return f"{self.pointing}.{self.field} → {self.pointed}"


DIES_WITH_ITS_END = "A Relation lives as long as both of its ends do."
TALK_OF_IT = "Its mentions leave people's inboxes."
SAID_BY = "What was said and done stays said and done by them."

INTEGRITY: tuple[Pair, ...] = (
    Pair(
        *(Thing.entity, "parent", Thing.entity, Rule.CHOICE),
        "`refuse` while there are children (unless it says otherwise), `cascade`: all that is in it dies with it, or "
        "`reparent`: they move up to where it was.",
    ),
    Pair(
        Task.entity, "about", Thing.entity, Rule.DETACH, "The Task goes on. Its card keeps the id, which leads nowhere."
    ),
    Pair(Task.entity, "parent", Task.entity, Rule.REFUSE, "Delete the subtasks first."),
    Pair(
        *(Task.entity, "blocked_by", Task.entity, Rule.DETACH),
        "It waits for it no more, and may be started.",
    ),
    Pair(
        *(Task.entity, "next", Task.entity, Rule.KEEP),
        "The occurrence was opened once: deleted, it is not opened again, and the series ends.",
    ),
    Pair(
        *(Task.entity, "assignees", MEMBER, Rule.POLICY),
        "`unassign-removed-members` takes them off their open Tasks, unless they are a member again by then. From the moment that they are removed they see "
        "none of them.",
    ),
    Pair(Link.entity, "to", Thing.entity, Rule.DETACH, "The Asset stays, with its other links."),
    Pair(Link.entity, "to", Task.entity, Rule.DETACH, "The Asset stays, with its other links."),
    Pair(
        *(Link.entity, "asset", Asset.entity, Rule.KEEP),
        "An Asset is never deleted. Retired, it is still shown where it was linked, and is linked with nothing new.",
    ),
    Pair(Relation.entity, "source", Thing.entity, Rule.CASCADE, DIES_WITH_ITS_END),
    Pair(Relation.entity, "source", Task.entity, Rule.CASCADE, DIES_WITH_ITS_END),
    Pair(Relation.entity, "target", Thing.entity, Rule.CASCADE, DIES_WITH_ITS_END),
    Pair(Relation.entity, "target", Task.entity, Rule.CASCADE, DIES_WITH_ITS_END),
    Pair(Comment.entity, "on", Thing.entity, Rule.CASCADE, TALK_OF_IT),
    Pair(Comment.entity, "on", Task.entity, Rule.CASCADE, TALK_OF_IT),
    Pair(
        Comment.entity, "on", Asset.entity, Rule.KEEP, "An Asset is never deleted; a retired one may be talked about."
    ),
    Pair(
        *(Comment.entity, "reply_to", Comment.entity, Rule.KEEP),
        "A deleted Comment keeps its place and loses its words.",
    ),
    Pair(Comment.entity, "author", MEMBER, Rule.KEEP, SAID_BY),
    Pair(Comment.entity, "mentions", MEMBER, Rule.KEEP, "They see it no more; who reads it sees whom it named."),
    Pair(Thing.entity, "created_by", MEMBER, Rule.KEEP, SAID_BY),
    Pair(Asset.entity, "created_by", MEMBER, Rule.KEEP, SAID_BY),
    Pair(Task.entity, "created_by", MEMBER, Rule.KEEP, SAID_BY),
    Pair(ANYTHING, "workspace", Workspace.entity, Rule.CASCADE, "Erasure leaves nothing but the slots of the log."),
)
