"""The function that lists the items of an entity, in Python and in TypeScript."""

from collections.abc import Iterator

from ascend.architect.review.design import TABLE, DesignedItem, Place
from ascend.architect.review.key_fields import FieldSource
from ascend.architect.review.proposal import AttributeType, ProposedRelationship
from ascend.architect.review.subsets import Subset
from ascend.architect.write.escaping import to_python
from ascend.architect.write.plain.entity_code import PlainEntity
from ascend.architect.write.plain.fields import name_end_types
from ascend.architect.write.plain.key_code import (
    PYTHON,
    TYPESCRIPT,
    KeyLanguage,
    list_partition,
    write_membership,
    write_stored_value,
)
from ascend.architect.write.plain.layout import Brackets, Code, break_lines, make_tuple
from ascend.architect.write.plain.names import to_camel, to_field


def write_python_items(code: PlainEntity) -> str:
    """Return the statements that yield the items."""
    return "\n".join(line for item in code.items for line in write_python_item(code, item))


def write_python_item(code: PlainEntity, item: DesignedItem) -> Iterator[str]:
    depth = 1
    for head in list_python_heads(code, item):
        yield f"{'    ' * depth}{head}:"
        depth += 1
    body = Brackets("yield {", list(list_python_parts(code, item)), "}")
    yield f"{'    ' * depth}{break_lines(body, 4 * depth)}"


def list_python_heads(code: PlainEntity, item: DesignedItem) -> list[str]:
    """Return the conditions and loops around an item."""
    conditions = [write_membership(PYTHON, item.subset)] if item.subset else []
    loops: list[str] = []
    for relationship in list_ends(code, item):
        field, each = f"entity.{to_field(relationship.name)}", f"each_{relationship.name}"
        if relationship.is_single:
            conditions += [f"{field} is not None"] if relationship.optional else []
        elif uses_rank(item, relationship):
            loops.append(f"for {each}, {relationship.name}_rank in zip({field}, {field}_rank, strict=True)")
        else:
            loops.append(f"for {each} in {field}")
    return [*([f"if {' and '.join(conditions)}"] if conditions else []), *loops]


def list_ends(code: PlainEntity, item: DesignedItem) -> list[ProposedRelationship]:
    """Return the relationships of which each line shows one end."""
    return [relationship for relationship in code.entity.relationships if relationship.name in item.per]


def uses_rank(item: DesignedItem, relationship: ProposedRelationship) -> bool:
    fields = (field for _, place in item.places for field in place.fields)
    return any(field.source is FieldSource.RANK and field.of == relationship.name for field in fields)


def list_python_parts(code: PlainEntity, item: DesignedItem) -> Iterator[Code]:
    for name, place in item.places:
        partition, sort = list_key_values(PYTHON, code, item, place)
        yield Brackets("**key(", [to_python(name_place(name)), make_tuple(partition), make_tuple(sort)])
    yield "**whole" if item.whole else "**line"
    for relationship in list_shown(code, item):
        each = f"each_{relationship.name}"
        value = f"{each}.model_dump()" if relationship.has_kinds else each
        yield f"{to_python(to_field(relationship.name))}: to_attribute({value})"
    if code.keep_days is not None:
        yield "**expiry"


def name_place(name: str) -> str:
    return "" if name == TABLE else name.upper()


def list_key_values(
    language: KeyLanguage, code: PlainEntity, item: DesignedItem, place: Place
) -> tuple[list[str], list[str]]:
    partition, sort = (
        [write_stored_value(language, code.entity, item, place, field) for field in fields]
        for fields in (place.partition, place.sort)
    )
    return list_partition(place, partition), sort


def list_shown(code: PlainEntity, item: DesignedItem) -> list[ProposedRelationship]:
    """Return the relationships of which a question shows the end that each line stands for."""
    shown = {answer.question.shows for _, answer in code.methods if answer.item == item.name}
    return [
        relationship
        for relationship in list_ends(code, item)
        if relationship.name in shown and not relationship.is_single
    ]


# ---- subsets and claims ----------------------------------------------------------------------------------------------


def write_subset(code: PlainEntity, subset: Subset, language: KeyLanguage) -> str:
    """Return the condition of a subset."""
    return (" and " if language is PYTHON else " && ").join(
        write_condition(code, *condition, language) for condition in subset.conditions
    )


def write_condition(code: PlainEntity, name: str, values: tuple[str, ...], language: KeyLanguage) -> str:
    field = f"entity.{to_field(name)}"
    is_flag = code.entity.attributes[name].type is AttributeType.FLAG
    words = {"true": "True", "false": "False"} if language is PYTHON else {}
    texts = [words.get(value, value) if is_flag else to_python(value) for value in values]
    if language is PYTHON:
        one = f"{field} {'is' if is_flag else '=='} {texts[0]}"
        return one if len(texts) == 1 else f"{field} in ({', '.join(texts)})"
    one = " || ".join(f"{field} === {text}" for text in texts)
    return one if len(texts) == 1 else f"({one})"


# ---- TypeScript ------------------------------------------------------------------------------------------------------


def write_typescript_items(code: PlainEntity) -> str:
    return "\n".join(line for item in code.items for line in write_typescript_item(code, item))


def write_typescript_item(code: PlainEntity, item: DesignedItem) -> Iterator[str]:
    heads = list(list_typescript_heads(code, item))
    for depth, head in enumerate(heads, start=1):
        yield f"{'  ' * depth}{head} {{"
    indent = "  " * (len(heads) + 1)
    yield f"{indent}yield {{"
    yield from (f"{indent}  {part}," for part in list_typescript_parts(code, item))
    yield f"{indent}}};"
    for depth in range(len(heads), 0, -1):
        yield f"{'  ' * depth}}}"


def list_typescript_heads(code: PlainEntity, item: DesignedItem) -> list[str]:
    conditions = [write_membership(TYPESCRIPT, item.subset)] if item.subset else []
    loops: list[str] = []
    for relationship in list_ends(code, item):
        field, each = f"entity.{to_field(relationship.name)}", to_camel(f"each_{relationship.name}")
        if relationship.is_single:
            conditions += [f"{field} !== undefined"] if relationship.optional else []
        elif uses_rank(item, relationship):
            loops.append(f"for (const [{each}, {to_camel(relationship.name)}Rank] of zip({field}, {field}_rank))")
        else:
            loops.append(f"for (const {each} of {field})")
    return [*([f"if ({' && '.join(conditions)})"] if conditions else []), *loops]


def list_typescript_parts(code: PlainEntity, item: DesignedItem) -> Iterator[str]:
    for name, place in item.places:
        partition, sort = list_key_values(TYPESCRIPT, code, item, place)
        yield f"...key({to_python(name_place(name))}, [{', '.join(partition)}], [{', '.join(sort)}])"
    yield "...whole" if item.whole else "...line"
    for relationship in list_shown(code, item):
        yield f"{to_field(relationship.name)}: {name_end_types(code.entity, relationship)[2]}.write({to_camel(f'each_{relationship.name}')})"
    if code.keep_days is not None:
        yield "...expiry"
