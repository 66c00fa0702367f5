"""Generate key builders in TypeScript from the key templates and access patterns; they follow typescript/keys.ts.

keys.taskLine({ workspace, task, epoch })          the keys of an item in its table
keys.taskLineGsi1({ …line, epoch })                the keys in an index; null if the item is not in it
patterns.tasksByStatus({ workspace, status, … })   the key condition of a Query
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from typescript_fields import DERIVED_FIELDS, FIXED_VALUES, KEY_ARGUMENTS, OPTIONAL_FIELDS

from ascend.adapters.layout.catalog import build_template
from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.layout.items import COMMIT, ENGINE_ITEMS
from ascend.adapters.layout.template import Template
from ascend.architect.types.stored_items import to_sentence
from ascend.domain.ids import UserId
from ascend.projections.application import Application
from ascend.projections.item import ReadItem
from ascend.projections.key_template import KeyTemplate
from ascend.projections.pattern import Pattern, RequestKind
from ascend.projections.projection import Projection
from ascend.projections.queries.arguments import type_of_field

ENGINE_FIELD_TYPES = {
    "workspace": "WorkspaceId",
    "command": "CommandId",
    "kind": "Kind",
    "position": "number",
}
"""Fields of the engine's keys that are not plain strings."""
EPOCH = {"epoch": "of.epoch"}


def generate_builders(app: Application) -> str:
    """Return the TypeScript of all key builders and of all access patterns."""
    items = [text for owner in app.projections for item in owner.items for text in generate_item_keys(owner, item)]
    engine = map(generate_engine_key, ENGINE_ITEMS)
    keys = ["/** The keys of every item type. */", "export const keys = {", *engine, *items, "};"]
    head = [
        "",
        "/** The key condition of every access pattern, by the name of its query. */",
        "export const patterns = {",
    ]
    patterns = (generate_pattern(app.catalog.owner(pattern), pattern) for pattern in app.catalog.patterns)
    return "\n".join([*keys, *head, *patterns, "};", ""])


# ---- keys ----------------------------------------------------------------------------------------------------------


def generate_engine_key(item: ItemType) -> str:
    fields = item.key.fields
    types = "; ".join(f"{name}: {ENGINE_FIELD_TYPES.get(name, 'string')}" for name in fields)
    values = {name: "slot(of.position)" if name == "position" else f"of.{name}" for name in fields}
    about = f"{to_sentence(item.meaning)} In `{item.table.value}`: `{item.key.pk}`, `{item.key.sk}`."
    parameter = f"of: {{ {types} }}" if fields else ""
    body = f"key({format_template(item.key)}, {format_object(values)})"
    return format_function(to_camel_case(item.name), about, parameter, "Key", body)


def generate_item_keys(owner: Projection, item: type[ReadItem]) -> Iterator[str]:
    """Yield the builders of a read item: for its table, and for each index in which it has keys."""
    name = item.__name__[0].lower() + item.__name__[1:]
    yield generate_item_key(owner, item, item.key, name, ("`views`", "Key", "key"))
    if item.gsi1 is not None:
        yield generate_item_key(owner, item, item.gsi1, f"{name}Gsi1", ("gsi1", "Gsi1Key | null", "gsi1"))
    if item.gsi2 is not None:
        yield generate_item_key(owner, item, item.gsi2, f"{name}Gsi2", ("gsi2", "Gsi2Key | null", "gsi2"))


def generate_item_key(
    owner: Projection, item: type[ReadItem], template: KeyTemplate, name: str, kind: tuple[str, str, str]
) -> str:
    """Return one builder. `kind` holds the place of the keys, the type that is returned, and the helper that makes it."""
    place, returned, helper = kind
    full = build_template(owner, template)
    about = f"`{item.__name__}`, in {place}: `{full.pk}`, `{full.sk}`."
    body = f"{helper}({format_template(full)}, {format_object(list_item_values(item, template))})"
    return format_function(name, about, f"of: {pick_sources(item, template)} & Build", returned, body)


def list_item_values(item: type[ReadItem], template: KeyTemplate) -> dict[str, str]:
    """Return the TypeScript expression of each field of a template."""
    derived = DERIVED_FIELDS.get(item, {})
    values = {
        name: derived[name].expression if name in derived else format_field(item, name) for name in template.fields
    }
    return values | EPOCH


def format_field(item: type[ReadItem], name: str) -> str:
    """Return the TypeScript expression of a field of an item as it stands in keys."""
    return f"of.{name} && userKey(of.{name})" if type_of_field(item, name) is UserId else f"of.{name}"


def pick_sources(item: type[ReadItem], template: KeyTemplate) -> str:
    """Return the type of the fields of an item from which its keys are made, and of those that the caller computes."""
    derived = DERIVED_FIELDS.get(item, {})
    names = (derived[name].sources if name in derived else (name,) for name in template.fields)
    sources = dict.fromkeys(name for group in names for name in group)
    picked = format_pick(item, [name for name in sources if name in item.model_fields])
    computed = [name for name in sources if name not in item.model_fields]
    return " & ".join([picked, *(f"{{ {name}: string | null }}" for name in computed)])


# ---- patterns ------------------------------------------------------------------------------------------------------


def generate_pattern(owner: Projection, pattern: Pattern[Any]) -> str:
    parameter = f"of: {' & '.join(list_parameters(pattern))}"
    values = {name: find_expression(pattern, name) for name in pattern.given}
    name, item = to_camel_case(pattern.query), f"`{pattern.item.__name__}`"
    if pattern.kind is RequestKind.LOG:
        log = Template(COMMIT.key.pk, "")  # any position
        body = f"condition({format_template(log)}, {format_object(values)}, {format_object(list_options(pattern))})"
        return format_function(name, f"{pattern.name}. In `events`.", parameter, "KeyCondition", body)
    template = format_template(build_template(owner, pattern.template))
    filled = f"{template}, {format_object(values | EPOCH)}"
    if pattern.kind is RequestKind.GET:
        return format_function(name, f"{pattern.name}: the key of its {item}.", parameter, "Key", f"key({filled})")
    place = f"gsi{pattern.index}" if pattern.index else "`views`"
    body = f"condition({filled}, {format_object(list_options(pattern))})"
    return format_function(name, f"{pattern.name}: {item} in {place}.", parameter, "KeyCondition", body)


def find_expression(pattern: Pattern[Any], name: str) -> str:
    """Return the TypeScript expression of a field that the pattern gives."""
    fixed = FIXED_VALUES.get(pattern.query, {})
    if name in fixed:
        return json.dumps(str(fixed[name]))
    return KEY_ARGUMENTS[name].expression if is_argument(pattern, name) else format_field(pattern.item, name)


def is_argument(pattern: Pattern[Any], name: str) -> bool:
    """Return True if the caller gives the field in a form of its own."""
    return name not in pattern.item.model_fields and name in KEY_ARGUMENTS


def list_parameters(pattern: Pattern[Any]) -> Iterator[str]:
    """Yield types whose intersection is the type of the builder's parameter."""
    given = [name for name in pattern.given if name not in FIXED_VALUES.get(pattern.query, {})]
    fields = [name for name in given if name in pattern.item.model_fields]
    optional = [name for name in fields if (pattern.query, name) in OPTIONAL_FIELDS]
    yield format_pick(pattern.item, [name for name in fields if name not in optional])
    yield from (f"Partial<{format_pick(pattern.item, [name])}>" for name in optional)
    for name in given:
        if name not in fields:
            yield f"{{ {KEY_ARGUMENTS[name].parameter if is_argument(pattern, name) else f'{name}: string'} }}"
    yield from ["Days"] if pattern.range else []
    yield from [] if pattern.kind is RequestKind.LOG else ["Build"]


def list_options(pattern: Pattern[Any]) -> dict[str, str]:
    """Return the options of `condition` that differ from the default."""
    options = {
        "index": json.dumps(f"gsi{pattern.index}") if pattern.index else "",
        "descending": "true" if pattern.descending else "",
        "days": "of" if pattern.range else "",
    }
    return {name: value for name, value in options.items() if value}


# ---- text ----------------------------------------------------------------------------------------------------------


def format_function(name: str, about: str, parameter: str, returned: str, body: str) -> str:
    return f"/** {about} */\n{name}: ({parameter}): {returned} => {body},"


def format_template(template: Template) -> str:
    return f"{json.dumps(template.pk)}, {json.dumps(template.sk)}"


def format_object(values: Mapping[str, str]) -> str:
    return f"{{ {', '.join(f'{name}: {value}' for name, value in values.items())} }}"


def format_pick(item: type[ReadItem], names: Iterable[str]) -> str:
    return f"Pick<{item.__name__}, {' | '.join(json.dumps(name) for name in names)}>"


def to_camel_case(name: str) -> str:
    first, *others = name.replace("_", " ").split()
    return first + "".join(word.capitalize() for word in others)
