"""The values of keys as expressions of Python and of TypeScript: of an entity that is stored, and of a question's parameters."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ascend.architect.review.design import DesignedItem, KeyPlace
from ascend.architect.review.key_fields import FieldSource, KeyField
from ascend.architect.review.proposal import ProposedEntity, ProposedRelationship, ValueType
from ascend.architect.review.subsets import Subset, name_values, to_word
from ascend.architect.write.escaping import to_python
from ascend.architect.write.plain.names import to_camel, to_field, to_parameter

TEXTS = {
    ValueType.TEXT: "keyed",
    ValueType.NUMBER: "number_text",
    ValueType.FLAG: "flag_text",
    ValueType.DATE: "day_text",
    ValueType.INSTANT: "moment_text",
    ValueType.CREATED: "moment_text",
}
"""The function that makes the text of a value for a key. A choice is its own text."""


@dataclass(frozen=True, slots=True)
class KeyLanguage:
    """How a language says the few things that keys are made of."""

    name: Callable[[str], str]
    """The name of a function or variable."""
    nothing: str
    text: str
    """The function that returns a text as it is."""

    def call(self, function: str, *arguments: str) -> str:
        return f"{self.name(function)}({', '.join(arguments)})"

    def choose(self, condition: str, value: str) -> str:
        return f"{value} if {condition} else None" if self is PYTHON else f"{condition} ? {value} : undefined"

    def part(self, value: str, part: str, *, optional: bool) -> str:
        if not optional:
            return f"{value}.{part}"
        return f"{value}.{part} if {value} else None" if self is PYTHON else f"{value}?.{part}"


def keep(name: str) -> str:
    return name


PYTHON = KeyLanguage(keep, "None", "str")
TYPESCRIPT = KeyLanguage(to_camel, "undefined", "String")


# ---- keys of an entity -----------------------------------------------------------------------------------------------


def list_partition(place: KeyPlace, values: Iterable[str]) -> list[str]:
    """Return the parts of a partition key: a letter for its owner, the owner, the word of the item, the other values."""
    root, *others = values
    letter = '"U"' if place.partition[0].source is FieldSource.USER else '"W"'
    return [letter, root, to_python(place.tag), *others]


def write_stored_value(
    language: KeyLanguage, entity: ProposedEntity, item: DesignedItem, place: KeyPlace, field: KeyField
) -> str:
    """Return the expression of a key's field. It uses `entity`, and `each_…` for the end that the line shows."""
    match field.source:
        case FieldSource.WORKSPACE | FieldSource.ID:
            return "entity.workspace" if field.source is FieldSource.WORKSPACE else "entity.id"
        case FieldSource.SUBSET:
            return language.choose(write_membership(language, place.subset), to_python(place.subset.word))
        case FieldSource.PATH:
            return language.call("path_text", "entity.path")
        case FieldSource.RANK:
            return language.name(f"{field.of}_rank")
        case FieldSource.ATTRIBUTE | FieldSource.ORDER:
            return write_attribute_text(language, entity, field)
        case FieldSource.USER | FieldSource.TARGET | FieldSource.TARGET_KIND:
            return write_end(language, find_relationship(entity, field), item, field)


def write_membership(language: KeyLanguage, subset: Subset) -> str:
    return language.call(name_subset(subset), "entity")


def name_subset(subset: Subset) -> str:
    """Return the name of the function that tells if an entity belongs to the subset."""
    words = (
        "_".join(name_values(name, values) if values[0] in {"true", "false"} else (name, *map(to_word, values)))
        for name, values in subset.conditions
    )
    return f"is_{'_and_'.join(words)}"


def write_attribute_text(language: KeyLanguage, entity: ProposedEntity, field: KeyField) -> str:
    attribute, value = entity.attributes[field.of], f"entity.{to_field(field.of)}"
    if attribute.type is ValueType.CREATED and language is TYPESCRIPT:
        value = "timeOf(entity.id)"
    is_order, function = field.source is FieldSource.ORDER, find_text_function(entity, field)
    if not attribute.optional:
        return value if function is None else language.call(function, value)
    if not is_order and function is None:
        return value
    return language.call(
        "or_last" if is_order else "maybe", language.name(function) if function else language.text, value
    )


def write_end(language: KeyLanguage, relationship: ProposedRelationship, item: DesignedItem, field: KeyField) -> str:
    looped = relationship.name in item.per and not relationship.is_single
    value = language.name(f"each_{relationship.name}") if looped else f"entity.{to_field(relationship.name)}"
    if not relationship.has_kinds:
        return value
    optional = relationship.optional and relationship.name not in item.per
    return language.part(value, "kind" if field.source is FieldSource.TARGET_KIND else "id", optional=optional)


def find_relationship(entity: ProposedEntity, field: KeyField) -> ProposedRelationship:
    relationship = entity.find_relationship(field.of)
    assert relationship is not None, "keys name known relationships"
    return relationship


# ---- keys of a question ----------------------------------------------------------------------------------------------


Naming = Callable[[str], str]
"""Returns the expression of a parameter."""


def write_given_value(
    language: KeyLanguage, entity: ProposedEntity, place: KeyPlace, field: KeyField, name: Naming
) -> str:
    """Return the expression of a key's field from the parameters of a question."""
    match field.source:
        case FieldSource.WORKSPACE:
            return name("workspace")
        case FieldSource.ID:
            return name("id")
        case FieldSource.PATH:
            return language.call("path_text", name("path"))
        case FieldSource.SUBSET:
            return to_python(place.subset.word)
        case FieldSource.ATTRIBUTE | FieldSource.ORDER | FieldSource.RANK:
            value = name(to_parameter(field.of))
            if not may_be_unknown(entity, field):
                return write_bound(language, entity, field, value)
            return language.call("or_last", language.name(find_text_function(entity, field) or language.text), value)
        case FieldSource.USER | FieldSource.TARGET | FieldSource.TARGET_KIND:
            value = name(to_parameter(field.of))
            if not find_relationship(entity, field).has_kinds:
                return value
            return f"{value}.{'kind' if field.source is FieldSource.TARGET_KIND else 'id'}"


def write_bound(language: KeyLanguage, entity: ProposedEntity, field: KeyField, value: str) -> str:
    """Return the expression of a value that is given."""
    function = find_text_function(entity, field)
    return value if function is None else language.call(function, value)


def find_text_function(entity: ProposedEntity, field: KeyField) -> str | None:
    type_ = entity.attributes[field.of].type
    return "sort_text" if field.source is FieldSource.ORDER and type_ is ValueType.TEXT else TEXTS.get(type_)


def may_be_unknown(entity: ProposedEntity, field: KeyField) -> bool:
    """Return True if the value that the caller gives may be missing: it is a part of the table's key, and sorts last."""
    return field.source is FieldSource.ORDER and entity.attributes[field.of].optional
