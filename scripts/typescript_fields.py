"""Fields of keys that are not fields of a read item, as TypeScript expressions, and the fixed and optional values of queries.

A field without an entry is a parameter of the builder: the caller computes it. An entry spares the caller that.
tests/architect/types/test_types_keys.py compares the expressions with the keys that Python renders.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ascend.projections.item import ReadItem
from ascend.projections.read_models.comments import CommentLine, MentionLine
from ascend.projections.read_models.feed import DoneLine, FeedLine
from ascend.projections.read_models.history import HistoryLine
from ascend.projections.read_models.links import LinkLine, LinkRole
from ascend.projections.read_models.relations import Direction, RelationLine
from ascend.projections.read_models.tags import TagLine
from ascend.projections.read_models.tasks import TO_DO, TaskLine
from ascend.projections.read_models.things import TOP, ThingNode


@dataclass(frozen=True, slots=True)
class DerivedField:
    """A field of a key that is not a field of the item: an expression over some of them."""

    sources: tuple[str, ...]
    expression: str


@dataclass(frozen=True, slots=True)
class KeyArgument:
    """The parameter through which a caller gives a derived field of a key, and its expression."""

    parameter: str
    expression: str


BY_DUE = DerivedField(("due",), "dueText(of.due)")
BY_POSTED = DerivedField(("posted_at",), "instantText(of.posted_at)")
ENDS = {"at": DerivedField(("anchor",), "place(of.anchor)"), "to": DerivedField(("other",), "place(of.other)")}
IS_OPEN = 'of.status === "open" || of.status === "started"'

DERIVED_FIELDS: Mapping[type[ReadItem], Mapping[str, DerivedField]] = {
    FeedLine: {"when": BY_DUE},
    DoneLine: {"when": DerivedField(("closed_at",), "instantText(of.closed_at)")},
    TaskLine: {"when": BY_DUE, "to_do": DerivedField(("status",), f"{IS_OPEN} ? {json.dumps(TO_DO)} : null")},
    ThingNode: {
        "parent_or_top": DerivedField(("path",), f"of.path.at(-2) ?? {json.dumps(TOP)}"),
        "path_text": DerivedField(("path",), "pathText(of.path)"),
    },
    LinkLine: ENDS,
    RelationLine: {"at": ENDS["at"], "type_key": DerivedField(("type",), "labelled(of.type)")},
    CommentLine: {"when": BY_POSTED},
    MentionLine: {"when": BY_POSTED},
    TagLine: {"tag_key": DerivedField(("tag",), "labelled(of.tag)")},
    HistoryLine: {
        "at": DerivedField(("about",), "place(of.about)"),
        "slot": DerivedField(("position", "index"), "`${slot(of.position)}.${slot(of.index, 4)}`"),
    },
}

KEY_ARGUMENTS: Mapping[str, KeyArgument] = {
    "at": KeyArgument("at: Ref", "place(of.at)"),
    "type_key": KeyArgument("type?: string", "of.type === undefined ? undefined : labelled(of.type)"),
    "tag_key": KeyArgument("tag: string", "labelled(of.tag)"),
    "parent_or_top": KeyArgument("parent: ThingId | null", f"of.parent ?? {json.dumps(TOP)}"),
    "path_text": KeyArgument("path?: ThingId[]", "of.path && pathText(of.path)"),
}

FIXED_VALUES: Mapping[str, Mapping[str, str]] = {
    "tasks_by_priority": {"to_do": TO_DO},
    "assets_of": {"role": LinkRole.ASSET},
    "targets_of": {"role": LinkRole.ON},
    "tasks_about": {"role": LinkRole.TASK},
    "subtasks": {"role": LinkRole.SUBTASK},
    "blocks": {"role": LinkRole.BLOCKS},
    "relations_from": {"direction": Direction.OUT},
    "relations_to": {"direction": Direction.IN},
}
"""Values that a query always gives."""

OPTIONAL_FIELDS = {("tasks_by_priority", "priority"), ("tagged", "kind")}
"""Fields that the caller of a query may leave out."""
