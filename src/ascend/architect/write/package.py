"""The package that is written for a design: all that its templates need."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ascend.architect.review.design import Answer, Design, make_class_name
from ascend.architect.review.key_fields import FieldSource
from ascend.architect.review.needs import find_hierarchy
from ascend.architect.review.proposal import Proposal
from ascend.architect.review.proposal_parts import USER, ProposedEntity
from ascend.architect.review.wording import with_article
from ascend.architect.write.attributes import list_attributes
from ascend.architect.write.clashes import TAKEN_PACKAGES, check_names, find_clash
from ascend.architect.write.entities import EntityCode
from ascend.architect.write.items import ItemCode
from ascend.architect.write.patterns import PatternCode, find_name
from ascend.architect.write.relationships import LIFE_OS_IDS, RelationshipCode
from ascend.architect.write.support_items import add_support
from ascend.projections.life_os import LIFE_OS

KEY_NAMES = frozenset(
    {"LAST", "LAST_TEXT", "PathText", "Rank", "flag_text", "moment_text", "number_text", "path_text", "sort_text"}
)
"""What `keys.py` can define."""
LIFE_OS_ENDINGS = {
    "thing": ("ascend.ThingDeleted", "thing_id"),
    "task": ("ascend.TaskDeleted", "task_id"),
    "asset": ("ascend.AssetRetired", "asset_id"),
    "comment": ("ascend.CommentDeleted", "comment_id"),
    "relation": ("ascend.RelationRemoved", "relation_id"),
    USER: ("ascend.MemberRemoved", "user_id"),
}
"""The events that end an entity, and the field that holds its id."""


@dataclass(frozen=True)
class IdCode:
    name: str
    about: str


@dataclass(frozen=True)
class CascadeCode:
    """The function that deletes what goes with an entity of one kind."""

    entity: EntityCode
    relationship: RelationshipCode
    kind: str
    pattern: PatternCode
    proposal: Proposal

    @property
    def function(self) -> str:
        return f"delete_{self.entity.word}_with_{self.kind}_of_{self.relationship.name}"

    @property
    def ending(self) -> tuple[str, str]:
        if self.kind in self.proposal.kinds:
            return f"{make_class_name(self.kind)}Deleted", f"{self.kind}_id"
        return LIFE_OS_ENDINGS[self.kind]

    @property
    def arguments(self) -> list[str]:
        name = self.relationship.name
        end = f"{name}=event.{self.ending[1]}"
        kind = f"{name}_kind={self.relationship.kind_type}.{self.kind.upper()}"
        return [kind, end] if self.relationship.has_kinds else [end]


@dataclass(frozen=True)
class PolicyCode:
    name: str
    reacts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PackageCode:
    design: Design
    """With the items that written code needs."""
    asked: Design
    """As the review made it."""
    name: str
    entities: tuple[EntityCode, ...]
    extends_life_os: bool
    why_kernel: str

    @property
    def proposal(self) -> Proposal:
        return self.design.proposal

    @property
    def app_name(self) -> str:
        return self.proposal.title.replace("_", "-")

    @property
    def title_words(self) -> str:
        return self.proposal.title.replace("_", " ")

    @property
    def titles(self) -> dict[str, str]:
        return {kind: make_class_name(kind) for kind in self.proposal.kinds}

    @property
    def ids(self) -> list[IdCode]:
        found: dict[str, str] = {}
        for entity in self.entities:
            found[entity.id_type] = f"The id of {with_article(entity.words)}."
            for attribute in entity.unique:
                found[f"{attribute.title}ClaimId"] = (
                    f"Derived from the {attribute.name} of {with_article(entity.words)}."
                )
        for kind in self.external_kinds:
            found.setdefault(
                f"{make_class_name(kind)}Id",
                f"The id of {with_article(kind.replace('_', ' '))}, which is kept elsewhere.",
            )
        return [IdCode(*pair) for pair in found.items()]

    @property
    def key_names(self) -> frozenset[str]:
        """The helpers that the keys of its items need."""
        items = [item for entity in self.entities for item in entity.items]
        values = [code.value for item in items for code in item.properties]
        types = [field.type for item in items for field in item.fields]
        types += [code.type for item in items for code in item.properties]
        asked = [argument for entity in self.entities for pattern in entity.patterns for argument in pattern.arguments]
        words = set(re.findall(r"\w+", " ".join([*values, *types, *asked])))
        return frozenset(words & KEY_NAMES)

    @property
    def external_kinds(self) -> list[str]:
        """The kinds at the other ends of relationships that neither the proposal nor the Life OS describes."""
        kinds = (
            kind
            for entity in self.entities
            for relationship in entity.relationships
            if not relationship.has_kinds
            for kind in relationship.kinds
        )
        known = {USER, *self.proposal.kinds, *(LIFE_OS_IDS if self.extends_life_os else ())}
        return [kind for kind in dict.fromkeys(kinds) if kind not in known]

    @property
    def has_user_keys(self) -> bool:
        """True if an item lies in the partition of a user."""
        places = [place for item in self.design.items for _, place in item.places]
        return any(place.partition[0].source is FieldSource.USER for place in places)

    @property
    def has_jobs(self) -> bool:
        return any(entity.keep_days for entity in self.entities)

    @property
    def reasons(self) -> dict[str, list[str]]:
        """The reasons for the items and their keys, each with the items that it concerns."""
        found: dict[str, list[str]] = {}
        for item in self.design.items:
            for reason in item.reasons:
                found.setdefault(reason, []).append(item.name)
        return found

    @property
    def projections(self) -> list[str]:
        return [f"{entity.word}_lines.PROJECTION" for entity in self.entities]

    @property
    def cascades(self) -> list[CascadeCode]:
        return [
            CascadeCode(entity, relationship, kind, self.find_members(entity, relationship), self.proposal)
            for entity in self.entities
            for relationship in entity.cascading
            for kind in relationship.kinds
            if kind in self.proposal.kinds or kind == USER or (self.extends_life_os and kind in LIFE_OS_ENDINGS)
        ]

    def find_members(self, entity: EntityCode, relationship: RelationshipCode) -> PatternCode:
        return next(
            pattern
            for pattern in entity.patterns
            if pattern.is_internal and pattern.answer.question.by == (relationship.name,)
        )

    @property
    def policies(self) -> list[PolicyCode]:
        reacts: dict[str, list[tuple[str, str]]] = {}
        for cascade in self.cascades:
            name = f"{cascade.entity.word}-{cascade.relationship.name}-gone".replace("_", "-")
            reacts.setdefault(name, []).append((cascade.ending[0], cascade.function))
        return [PolicyCode(name, tuple(pairs)) for name, pairs in reacts.items()]


def make_package(asked: Design) -> PackageCode:
    """Return the code of a design. Raises: NamesClash."""
    check_names(asked.proposal)
    design, internal = add_support(asked)
    proposal = asked.proposal
    why_kernel = find_clash(proposal)
    extends = not why_kernel
    taken = {pattern.query for pattern in LIFE_OS.catalog.patterns}
    names = {pattern.name for pattern in LIFE_OS.catalog.patterns}
    entities = tuple(make_entity(design, entity, internal, extends, taken, names) for entity in proposal.entities)
    name = f"{proposal.title}_app" if proposal.title in TAKEN_PACKAGES else proposal.title
    return PackageCode(design, asked, name, entities, extends, why_kernel)


def make_entity(
    design: Design,
    entity: ProposedEntity,
    internal: tuple[Answer, ...],
    extends: bool,
    taken: set[str],
    names: set[str],
) -> EntityCode:
    hierarchy = find_hierarchy(entity)
    attributes = tuple(list_attributes(design, entity))
    relationships = tuple(
        RelationshipCode(entity, spec, design.proposal, extends, deep=spec.name == hierarchy)
        for spec in entity.relationships
    )
    answers = [answer for answer in design.answers if answer.entity == entity.entity]
    with_path = {answer.item for answer in answers if is_among(answer, internal) and answer.is_one}
    items = tuple(
        ItemCode(item, attributes, relationships, f"{make_class_name(entity.entity)}Id", entity, item.name in with_path)
        for item in design.items
        if item.entity == entity.entity
    )
    patterns = tuple(make_patterns(design, answers, items, internal, taken, names))
    held = any(
        entity.entity in spec.to and spec.when_gone == "refuse" and not (other is entity and spec.name == hierarchy)
        for other in design.proposal.entities
        for spec in other.relationships
    )
    return EntityCode(entity, design.proposal, attributes, relationships, items, patterns, held)


def make_patterns(
    design: Design,
    answers: list[Answer],
    items: tuple[ItemCode, ...],
    internal: tuple[Answer, ...],
    taken: set[str],
    names: set[str],
) -> Iterator[PatternCode]:
    codes: Mapping[str, ItemCode] = {item.name: item for item in items}
    path_query = ""
    for answer in sorted(answers, key=lambda answer: answer.question.deep):  # the pattern of the path comes first
        query = find_name(answer.question.question, taken)
        name = find_free(answer.question.question, names)
        taken.add(query)
        names.add(name)
        if is_among(answer, internal) and answer.is_one:
            path_query = query.upper()
        deep = path_query if answer.question.deep else ""
        yield PatternCode(answer, design, codes[answer.item], query, name, deep, is_among(answer, internal))


def is_among(answer: Answer, answers: tuple[Answer, ...]) -> bool:
    return any(answer is known for known in answers)


def find_free(name: str, taken: set[str]) -> str:
    numbered = (name if number == 1 else f"{name} ({number})" for number in range(1, 10_000))
    return next(free for free in numbered if free not in taken)
