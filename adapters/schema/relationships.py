"""Which edges there are between entities, and where both of their ends lie."""

from dataclasses import dataclass

from ascend.projections.comments import CommentLine, MentionLine
from ascend.projections.feed import FeedLine
from ascend.projections.item import ReadItem
from ascend.projections.links import LinkLine
from ascend.projections.members import MemberLine
from ascend.projections.relations import RelationLine
from ascend.projections.tasks import TaskCard
from ascend.projections.things import ThingNode

ID = "[0-9a-f-]{36}"


@dataclass(frozen=True, slots=True)
class Relationship:
    edge: str
    cardinality: str
    queries: tuple[str, ...]
    items: tuple[type[ReadItem], ...]
    sort_keys: tuple[str, ...]
    """Expressions for the sort keys at both ends, as they lie in the table."""


RELATIONSHIPS = (
    Relationship("User in Workspace", "N:N", ("members", "workspaces"), (MemberLine,), ("member#ben",)),
    Relationship("Thing in Thing", "1:N", ("children", "subtree", "thing"), (ThingNode,), (f"node#{ID}",)),
    Relationship(
        "Task about Thing", "N:N", ("tasks_about", "task"), (LinkLine, TaskCard), (f"thing:{ID}#task#task:{ID}",)
    ),
    Relationship(
        "Subtask of Task", "N:1", ("subtasks", "task"), (LinkLine, TaskCard), (f"task:{ID}#subtask#task:{ID}",)
    ),
    Relationship(
        "Task blocks Task", "N:N", ("blocks", "blocked_by"), (LinkLine, TaskCard), (f"task:{ID}#blocks#task:{ID}",)
    ),
    Relationship(
        "Asset of Thing or Task",
        "N:N",
        ("assets_of", "targets_of"),
        (LinkLine,),
        (f"thing:{ID}#asset#asset:{ID}", f"asset:{ID}#on#thing:{ID}"),
    ),
    Relationship(
        "Relation between Things or Tasks",
        "N:N, by type",
        ("relations_from", "relations_to"),
        (RelationLine,),
        (f"thing:{ID}#out#insured by#thing:{ID}", f"thing:{ID}#in#insured by#thing:{ID}"),
    ),
    Relationship(
        "User assigned to Task", "N:N", ("feed", "tasks_of", "task"), (FeedLine, TaskCard), (f"open#{ID}#{ID}",)
    ),
    Relationship("Comment on Task, Thing or Asset", "N:1", ("comments",), (CommentLine,), (f"comment#{ID}",)),
    Relationship("Comment mentions User", "N:N", ("mentions", "comments"), (MentionLine, CommentLine), (f"{ID}#{ID}",)),
)
