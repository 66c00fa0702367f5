"""A read item of a design, in the words of the written code: its fields, its key properties, and how it is rendered."""

from dataclasses import dataclass

from ascend.architect.review.design import DesignedItem, KeyPlace
from ascend.architect.review.item_sizes import list_attributes, list_relationships
from ascend.architect.review.key_fields import FieldSource, KeyField
from ascend.architect.review.proposal_parts import ProposedEntity
from ascend.architect.review.subsets import Subset
from ascend.architect.review.wording import with_article
from ascend.architect.write.attributes import AttributeCode
from ascend.architect.write.code_lines import wrap, wrap_if
from ascend.architect.write.escaping import capitalize_first
from ascend.architect.write.relationships import RelationshipCode
from ascend.domain.text_keys import NAME_KEY_CHARACTERS

LEVELS = 20
"""The number of levels of a hierarchy. A path of 20 ids takes 740 of the 1,024 bytes that a sort key may have."""


@dataclass(frozen=True)
class FieldCode:
    """A field of a read item, and the expression of its value."""

    name: str
    type: str
    value: str
    optional: bool = False

    @property
    def declaration(self) -> str:
        return f"{self.name}: {self.type} | None = None" if self.optional else f"{self.name}: {self.type}"


@dataclass(frozen=True)
class PropertyCode:
    """A property of a read item that is part of a key."""

    name: str
    type: str
    value: str
    gate: str = ""
    """The line of an `if`: without it, the value is None. Empty if there is always a value."""


@dataclass(frozen=True)
class ItemCode:
    item: DesignedItem
    attributes: tuple[AttributeCode, ...]
    """All attributes of the entity."""
    relationships: tuple[RelationshipCode, ...]
    """All relationships of the entity."""
    id_type: str
    entity: ProposedEntity
    is_path: bool = False
    """True if a function reads the path of one entity from it."""

    @property
    def name(self) -> str:
        return self.item.name

    @property
    def sources(self) -> set[FieldSource]:
        return {field.source for _, place in self.item.places for field in place.fields}

    @property
    def has_path(self) -> bool:
        return self.is_path or FieldSource.PATH in self.sources

    @property
    def about(self) -> str:
        """A sentence about the item."""
        words = self.entity.entity.replace("_", " ")
        what = f"A whole {words}" if self.item.whole else f"{capitalize_first(with_article(words))} in lists"
        ends = f", once for each {' and '.join(self.item.per)}" if self.item.per else ""
        subset = f", if {self.item.subset}" if self.item.subset else ""
        return f"{what}{ends}{subset}."

    @property
    def head(self) -> str:
        """The first line of the class, with its keys."""
        keys = [f'{name}=("{partition}", "{sort}")' for name, partition, sort in self.keys]
        return wrap(f"class {self.name}(", ["ascend.ReadItem", *keys], "):")

    @property
    def per(self) -> list[RelationshipCode]:
        """The relationships of which each item shows one end."""
        return [relationship for relationship in self.relationships if relationship.name in self.item.per]

    @property
    def fields(self) -> list[FieldCode]:
        entity = self.item.entity
        fields = [FieldCode(entity, self.id_type, f"{entity}.id")]
        if self.item.whole:
            fields.append(FieldCode("version", "int", "context.version"))
        for relationship in self.per:
            fields += self.list_end_fields(relationship)
        shown = list_attributes(self.entity, self.item.whole)
        for attribute in self.attributes:
            if attribute.name in shown:
                value = f"{entity}.{attribute.name}"
                fields.append(FieldCode(attribute.name, attribute.stored, value, attribute.spec.optional))
        for relationship in self.relationships:
            if relationship.name not in self.item.per:
                fields += self.list_listed_fields(relationship)
        if self.has_path:
            fields.append(FieldCode("path", f"tuple[{self.id_type}, ...]", f"find_path({entity}, context)"))
        return fields

    def list_end_fields(self, relationship: RelationshipCode) -> list[FieldCode]:
        """Return the fields of the one end that the item shows."""
        name, fields = relationship.name, list[FieldCode]()
        end = f"{name}.{name}" if relationship.ordered else name
        if relationship.single:
            end = f"{self.item.entity}.{name}"
        if self.is_owner(relationship):
            fields.append(FieldCode("user", "ascend.UserId", end))
        elif relationship.has_kinds:
            fields.append(FieldCode(f"{name}_kind", relationship.kind_type, f"{relationship.kind_type}({end}.kind)"))
            fields.append(FieldCode(name, "ascend.Id", f"ascend.Id({end}.id)"))
        else:
            fields.append(FieldCode(name, relationship.type, end))
        if relationship.ordered:
            fields.append(FieldCode(f"{name}_rank", "Rank", f"{name}.rank"))
        return fields

    def is_owner(self, relationship: RelationshipCode) -> bool:
        """Return True if the users at the ends own the partition of the item."""
        return any(
            field.source is FieldSource.USER and field.of == relationship.name
            for _, place in self.item.places
            for field in place.fields
        )

    def list_listed_fields(self, relationship: RelationshipCode) -> list[FieldCode]:
        """Return the fields of a relationship of which the item shows all ends."""
        listed = {known.name for known in list_relationships(relationship.entity, self.item.whole)}
        name, value = relationship.name, f"{self.item.entity}.{relationship.name}"
        if name not in listed:
            return []
        if not relationship.single:
            ends = f"tuple(end.{name} for end in {value})" if relationship.ordered else value
            return [FieldCode(name, f"tuple[{relationship.type}, ...]", ends)]
        optional = relationship.spec.optional
        if not relationship.has_kinds:
            return [FieldCode(name, relationship.type, value, optional)]
        missing = f" if {value} else None" if optional else ""
        kind = f"{relationship.kind_type}({value}.kind){missing}"
        return [
            FieldCode(f"{name}_kind", relationship.kind_type, kind, optional),
            FieldCode(name, "ascend.Id", f"ascend.Id({value}.id){missing}", optional),
        ]

    # Keys

    @property
    def keys(self) -> list[tuple[str, str, str]]:
        """The name of the class parameter, and the two templates, of each place."""
        return [("key" if name == "table" else name, *place.keys) for name, place in self.item.places]

    @property
    def properties(self) -> list[PropertyCode]:
        found: dict[str, PropertyCode] = {}
        for _, place in self.item.places:
            for field in place.fields:
                code = self.make_property(field, place)
                if code is not None:
                    found.setdefault(code.name, code)
        return list(found.values())

    def make_property(self, field: KeyField, place: KeyPlace) -> PropertyCode | None:
        match field.source:
            case FieldSource.ATTRIBUTE:
                attribute = self.get_attribute(field.of)
                type_ = attribute.stored if attribute.is_choice else attribute.key_text
                value = attribute.exact(f"self.{field.of}")
                if attribute.spec.optional:
                    missing = (
                        f"self.{field.of}" if attribute.is_choice else f"None if self.{field.of} is None else {value}"
                    )
                    return PropertyCode(field.name, f"{type_} | None", missing)
                return PropertyCode(field.name, type_, value)
            case FieldSource.ORDER:
                return self.make_order(field, self.get_attribute(field.of))
            case FieldSource.SUBSET:
                type_ = f"Annotated[str, Field(max_length={len(field.of)})] | None"
                conditions = self.list_conditions(place.subset, "self")
                gate = wrap_if("        ", conditions) if conditions else ""
                return PropertyCode(field.name, type_, f'"{field.of}"', gate)
            case FieldSource.PATH:
                return PropertyCode(field.name, "PathText", "path_text(self.path)")
            case _:
                return None

    def make_order(self, field: KeyField, attribute: AttributeCode) -> PropertyCode:
        value = attribute.ordered(f"self.{field.of}")
        if attribute.spec.optional:
            last = "LAST_TEXT" if attribute.is_text else "LAST"
            value = f"{last} if self.{field.of} is None else {value}"
        ordered = f"Annotated[str, Field(max_length={NAME_KEY_CHARACTERS + 1})]"
        return PropertyCode(field.name, ordered if attribute.is_text else attribute.key_text, value)

    def get_attribute(self, name: str) -> AttributeCode:
        return next(attribute for attribute in self.attributes if attribute.name == name)

    def list_conditions(self, subset: Subset, owner: str) -> list[str]:
        """Return the conditions that not every entity meets."""
        found = [
            self.name_condition(f"{owner}.{name}", self.get_attribute(name), values)
            for name, values in subset.conditions
        ]
        return [condition for condition in found if condition != "True"]

    def name_condition(self, value: str, attribute: AttributeCode, values: tuple[str, ...]) -> str:
        if attribute.is_flag:
            if len(set(values)) > 1:
                return f"{value} is not None" if attribute.spec.optional else "True"
            wanted = values[0] == "true"
            if attribute.spec.optional:
                return f"{value} is {wanted}"
            return value if wanted else f"not {value}"
        members = [attribute.member(known) for known in values]
        return f"{value} is {members[0]}" if len(members) == 1 else f"{value} in {{{', '.join(members)}}}"

    # Rendering

    @property
    def steps(self) -> list[str]:
        """The `for` and `if` lines around the item, each one level deeper than the one before."""
        entity, conditions, loops = self.item.entity, list[str](), list[str]()
        if self.item.subset:
            conditions += self.list_conditions(self.item.subset, entity)
        for relationship in self.per:
            if not relationship.single:
                loops.append(f"for {relationship.name} in {entity}.{relationship.name}:")
            elif relationship.spec.optional:
                conditions.append(f"{entity}.{relationship.name} is not None")
        return [wrap_if("    ", conditions).strip(), *loops] if conditions else loops
