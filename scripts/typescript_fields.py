"""What stands in keys and is no field of a read item, said in TypeScript; and what queries always or perhaps say.

A template or pattern that needs more of it fails in typescript_keys.py; what is said here is compared with what Python
renders by tests/architect/types/test_types_keys.py.
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
from ascend.projections.read_models.things import TOP, ThingCard, ThingNode


@dataclass(frozen=True, slots=True)
class Derived:
    """A field of a key that is no field of the item, but made of some."""

    sources: tuple[str, ...]
    expression: str


@dataclass(frozen=True, slots=True)
class Given:
    """How a caller says a field of a key that is made of something else."""

    parameter: str
    expression: str


BY_DUE = Derived(("due",), "dueText(of.due)")
BY_POSTED = Derived(("posted_at",), "instantText(of.posted_at)")
BY_NAME = Derived(("name",), "byName(of.name)")
ENDS = {"at": Derived(("anchor",), "place(of.anchor)"), "to": Derived(("other",), "place(of.other)")}
IS_OPEN = 'of.status === "open" || of.status === "started"'

DERIVED: Mapping[type[ReadItem], Mapping[str, Derived]] = {
    FeedLine: {"when": BY_DUE},
    DoneLine: {"when": Derived(("closed_at",), "instantText(of.closed_at)")},
    TaskLine: {"when": BY_DUE, "to_do": Derived(("status",), f"{IS_OPEN} ? {json.dumps(TO_DO)} : null")},
    ThingNode: {
        "parent_or_top": Derived(("path",), f"of.path.at(-2) ?? {json.dumps(TOP)}"),
        "path_text": Derived(("path",), "pathText(of.path)"),
        "sort_name": BY_NAME,
    },
    ThingCard: {"sort_name": BY_NAME},
    LinkLine: ENDS,
    RelationLine: {**ENDS, "type_key": Derived(("type",), "keyed(of.type)")},
    CommentLine: {"when": BY_POSTED},
    MentionLine: {"when": BY_POSTED},
    TagLine: {"tag_key": Derived(("tag",), "keyed(of.tag)")},
    HistoryLine: {
        "at": Derived(("about",), "place(of.about)"),
        "slot": Derived(("position", "index"), "`${slot(of.position)}.${slot(of.index, 4)}`"),
    },
}

GIVEN: Mapping[str, Given] = {
    "at": Given("at: Ref", "place(of.at)"),
    "type_key": Given("type?: string", "of.type === undefined ? undefined : keyed(of.type)"),
    "tag_key": Given("tag: string", "keyed(of.tag)"),
    "parent_or_top": Given("parent: ThingId | null", f"of.parent ?? {json.dumps(TOP)}"),
    "path_text": Given("path?: ThingId[]", "of.path && pathText(of.path)"),
}

FIXED: Mapping[str, Mapping[str, str]] = {
    "tasks_by_priority": {"to_do": TO_DO},
    "assets_of": {"role": LinkRole.ASSET},
    "targets_of": {"role": LinkRole.ON},
    "tasks_about": {"role": LinkRole.TASK},
    "subtasks": {"role": LinkRole.SUBTASK},
    "blocks": {"role": LinkRole.BLOCKS},
    "relations_from": {"direction": Direction.OUT},
    "relations_to": {"direction": Direction.IN},
}
"""What a query always says."""

MAY_LACK = {("tasks_by_priority", "priority"), ("tagged", "kind")}
"""What the caller of a query may leave out."""
