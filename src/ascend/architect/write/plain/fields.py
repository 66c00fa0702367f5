"""The fields of a written entity: their types in Python and TypeScript, and the text of each in a key."""

from collections.abc import Iterator
from dataclasses import dataclass

from ascend.architect.review.item_sizes import is_short
from ascend.architect.review.proposal import (
    USER,
    AttributeType,
    ProposedAttribute,
    ProposedEntity,
    ProposedRelationship,
)
from ascend.architect.write.escaping import to_python
from ascend.architect.write.plain.layout import Brackets, break_lines
from ascend.architect.write.plain.names import to_camel, to_class, to_field

CHARACTERS = 10
"""The longest text, as a multiple of its average."""
LEAST_CHARACTERS = 100
MOST_CHARACTERS = 100_000
KEY_CHARACTERS = 100
"""The longest text that can be part of a key: escaped, it has at most 600 bytes."""
MOST_ENDS = 90
"""A transaction has at most 100 actions: an entity, its lines, and its claims."""


@dataclass(frozen=True, slots=True)
class PlainField:
    """A field of a written entity."""

    name: str
    python: str
    typescript: str
    is_long: bool
    """True if lines leave it out."""
    changes: bool
    default: str | None
    """The default in Python; None: a value is required."""
    codec: str
    """What reads and writes it in an item, in TypeScript."""

    @property
    def typescript_line(self) -> str:
        mark = "?" if self.typescript.endswith("| undefined") else ""
        return f"readonly {self.name}{mark}: {self.typescript};"

    @property
    def python_line(self) -> str:
        return f"{self.name}: {self.python}" + ("" if self.default is None else f" = {self.default}")


@dataclass(frozen=True, slots=True)
class RefCode:
    """The class of a relationship that can point at several kinds."""

    name: str
    kinds: tuple[str, ...]

    codec: str
    """The name of its codec in TypeScript."""

    @property
    def python_kinds(self) -> str:
        return ", ".join(map(to_python, self.kinds))

    @property
    def typescript_kinds(self) -> str:
        return " | ".join(map(to_python, self.kinds))

    @property
    def codec_kinds(self) -> str:
        return ", ".join(map(to_python, self.kinds))


@dataclass(frozen=True, slots=True)
class ChoiceCode:
    """The type of an attribute that has one of some values."""

    name: str
    values: tuple[str, ...]
    constant: str
    """The name of the list of its values in TypeScript."""

    @property
    def python(self) -> str:
        return break_lines(Brackets(f"{self.name} = Literal[", list(map(to_python, self.values)), "]"), 0)

    @property
    def typescript(self) -> str:
        return ", ".join(map(to_python, self.values))


def list_fields(entity: ProposedEntity, parent: str | None) -> Iterator[PlainField]:
    """Yield the fields of the attributes and relationships. `parent`: the relationship that makes a hierarchy."""
    for name, attribute in entity.attributes.items():
        if attribute.type is not AttributeType.CREATED:
            yield make_attribute_field(entity, name, attribute)
    for relationship in entity.relationships:
        yield make_relationship_field(entity, relationship, is_parent=relationship.name == parent)


def make_attribute_field(entity: ProposedEntity, name: str, attribute: ProposedAttribute) -> PlainField:
    python, typescript, codec = name_types(entity, name, attribute)
    if attribute.optional:
        python, typescript, codec = f"{python} | None", f"{typescript} | undefined", f"optional({codec})"
    default = "None" if attribute.optional else None
    is_long = not is_short(entity, name)
    return PlainField(to_field(name), python, typescript, is_long, attribute.changes, default, codec)


def name_types(entity: ProposedEntity, name: str, attribute: ProposedAttribute) -> tuple[str, str, str]:
    """Return the type in Python and in TypeScript, and the codec of TypeScript."""
    match attribute.type:
        case AttributeType.TEXT:
            return (
                f"Annotated[str, Field(max_length={count_characters(entity, name)})]",
                "string",
                f"text({count_characters(entity, name)})",
            )
        case AttributeType.NUMBER:
            return "WholeNumber", "number", "wholeNumber"
        case AttributeType.FLAG:
            return "bool", "boolean", "flag"
        case AttributeType.DATE:
            return "date", "Day", "day"
        case AttributeType.INSTANT | AttributeType.CREATED:
            return "Moment", "Date", "moment"
        case AttributeType.CHOICE:
            choice = name_choice(entity, name)
            return choice, choice, f"choice({to_camel(f'{entity.entity}_{name}_values')})"


def name_choice(entity: ProposedEntity, name: str) -> str:
    return to_class(entity.entity, name, "value")


def count_characters(entity: ProposedEntity, name: str) -> int:
    attribute = entity.attributes[name]
    in_keys = attribute.unique or any(name in question.by for question in entity.patterns)
    longest = min(max(attribute.bytes * CHARACTERS, LEAST_CHARACTERS), MOST_CHARACTERS)
    return KEY_CHARACTERS if in_keys else longest


def make_relationship_field(
    entity: ProposedEntity, relationship: ProposedRelationship, *, is_parent: bool
) -> PlainField:
    python, typescript, codec = name_end_types(entity, relationship)
    name, default = to_field(relationship.name), None
    if not relationship.is_single:
        python, default = f"Several[{python}]", "()"
        typescript, codec = f"readonly {typescript}[]", f"several({codec})"
    elif relationship.optional or is_parent:
        python, typescript, default, codec = (
            f"{python} | None",
            f"{typescript} | undefined",
            "None",
            f"optional({codec})",
        )
    changes = not is_parent and (relationship.changes or not relationship.is_single)
    return PlainField(name, python, typescript, not relationship.is_single, changes, default, codec)


def name_end_types(entity: ProposedEntity, relationship: ProposedRelationship) -> tuple[str, str, str]:
    """Return the type of one other end in Python and in TypeScript, and the codec of TypeScript."""
    if relationship.has_kinds:
        name = name_ref(entity, relationship)
        return name, name, to_camel(f"{entity.entity}_{relationship.name}_ref")
    name = name_id(relationship.to[0])
    return name, name, f"id({to_camel(f'{relationship.to[0]}_id')})"


def name_ref(entity: ProposedEntity, relationship: ProposedRelationship) -> str:
    return to_class(entity.entity, relationship.name, "ref")


def name_id(kind: str) -> str:
    return "UserId" if kind == USER else to_class(kind, "id")


def list_refs(entity: ProposedEntity) -> list[RefCode]:
    return [
        RefCode(name_ref(entity, relationship), relationship.to, to_camel(f"{entity.entity}_{relationship.name}_ref"))
        for relationship in entity.relationships
        if relationship.has_kinds
    ]


def list_choices(entity: ProposedEntity) -> list[ChoiceCode]:
    choices = ((name, spec.values) for name, spec in entity.attributes.items() if spec.values is not None)
    return [
        ChoiceCode(name_choice(entity, name), values, to_camel(f"{entity.entity}_{name}_values"))
        for name, values in choices
    ]
