"""Names of a proposal that would clash with those of Python, of the Life OS, or of the written code itself."""

import sys

from ascend.architect.review.design import make_class_name
from ascend.architect.review.proposal import Proposal
from ascend.domain.errors import InvalidInput
from ascend.projections.life_os import LIFE_OS

TAKEN_PACKAGES = frozenset(
    {*sys.stdlib_module_names, "ascend", "ascend_command", "pydantic", "pytest", "anyio", "tests"}
)


class NamesClash(InvalidInput):
    """The written code needs this name itself: rename the entity, attribute or relationship."""


ENTITY_NAMES = frozenset(
    {
        "view",
        "context",
        "store",
        "above",
        "found",
        "changed",
        "created",
        "edited",
        "added",
        "moved",
        "removed",
        "other",
        "others",
        "parent",
        "path",
        "world",
        "user",
    }
)
FIELD_NAMES = frozenset(
    {
        "view",
        "links",
        "holder",
        "viewer",
        "limit",
        "cursor",
        "low",
        "high",
        "pattern",
        "store",
        "context",
        "after",
        "ascend",
        "dt",
        "str",
        "int",
        "bool",
        "tuple",
        "held_by",
        "direct_children",
        "subtree_height",
        "kept_since",
    }
)
"""Names of parameters, types and fields of the written code."""


def check_names(proposal: Proposal) -> None:
    """Raise `NamesClash` if a name of the proposal would hide one that the written code needs."""
    for entity in proposal.entities:
        if entity.entity in ENTITY_NAMES | FIELD_NAMES:
            raise NamesClash(f"the entity {entity.entity}")
        for name in (*entity.attributes, *(known.name for known in entity.relationships)):
            if name in FIELD_NAMES:
                raise NamesClash(f"{name} of {entity.entity}")


def find_clash(proposal: Proposal) -> str:
    """Return why the application cannot extend the Life OS. Empty if it can."""
    kinds = {kind.state.entity for kind in LIFE_OS.kinds}
    if known := [kind for kind in proposal.kinds if kind in kinds]:
        return f"the Life OS has a {known[0]} of its own"
    names = {*(command.__name__ for command in LIFE_OS.commands), *(item.__name__ for item in LIFE_OS.catalog.items)}
    projections = {projection.name for projection in LIFE_OS.projections}
    for kind in proposal.kinds:
        title = make_class_name(kind)
        own = {f"{prefix}{title}" for prefix in ("Create", "Edit", "Delete")} | {f"{title}Card", f"{title}Line"}
        if own & names or to_projection(kind) in projections:
            return f"the Life OS has names for a {kind} of its own"
    return ""


def to_projection(kind: str) -> str:
    return f"{kind.replace('_', '-')}-lines"
