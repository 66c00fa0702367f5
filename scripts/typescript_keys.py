"""Key builders in TypeScript, from the templates and access patterns of the schema: text to stand behind typescript/keys.ts.

keys.taskLine({ workspace, task, epoch })          the keys of an item, as its table holds it
keys.taskLineGsi1({ …line, epoch })                in an index; null: it is not there
patterns.tasksByStatus({ workspace, status, … })   what says which items a Query reads
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from typescript_fields import DERIVED, FIXED, GIVEN, MAY_LACK

from ascend.adapters.layout.catalog import build_template
from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.layout.items import COMMIT, ENGINE_ITEMS
from ascend.adapters.layout.template import Template
from ascend.architect.types.stored_items import sentence
from ascend.projections.catalog import PROJECTIONS
from ascend.projections.item import KeyTemplate, ReadItem
from ascend.projections.pattern import Pattern, RequestKind
from ascend.projections.projection import Projection
from ascend.projections.queries.patterns import PATTERNS

ENGINE_FIELDS = {"workspace": "WorkspaceId", "command": "CommandId", "kind": "RequestKind", "position": "number"}
"""All others are text."""


EPOCH = {"epoch": "of.epoch"}


def builders() -> str:
    items = [text for owner in PROJECTIONS for item in owner.items for text in of_item(owner, item)]
    keys = ["/** Keys of every item type. */", "export const keys = {", *map(of_engine, ENGINE_ITEMS), *items, "};"]
    asked = map(of_pattern, PATTERNS)
    return "\n".join(
        [*keys, "", "/** Every access pattern, by its query. */", "export const patterns = {", *asked, "};", ""]
    )


def of_engine(one: ItemType) -> str:
    fields = one.key.fields
    typed = "; ".join(f"{name}: {ENGINE_FIELDS.get(name, 'string')}" for name in fields)
    values = {name: "slot(of.position)" if name == "position" else f"of.{name}" for name in fields}
    about = f"{sentence(one.meaning)} In `{one.table.value}`: `{one.key.pk}`, `{one.key.sk}`."
    parameter = f"of: {{ {typed} }}" if fields else ""
    return function(camel(one.name), about, parameter, "Key", f"key({template(one.key)}, {literal(values)})")


def of_item(owner: Projection, item: type[ReadItem]) -> Iterable[str]:
    name = item.__name__[0].lower() + item.__name__[1:]
    yield key_function(owner, item, item.key, name, "`views`", "Key", "key")
    if item.gsi1 is not None:
        yield key_function(owner, item, item.gsi1, f"{name}Gsi1", "gsi1", "Gsi1Key | null", "gsi1")
    if item.gsi2 is not None:
        yield key_function(owner, item, item.gsi2, f"{name}Gsi2", "gsi2", "Gsi2Key | null", "gsi2")


def key_function(
    owner: Projection, item: type[ReadItem], made: KeyTemplate, name: str, where: str, returned: str, helper: str
) -> str:
    full = build_template(owner, made)
    about = f"`{item.__name__}`, in {where}: `{full.pk}`, `{full.sk}`."
    body = f"{helper}({template(full)}, {literal(item_values(item, made))})"
    return function(name, about, f"of: {taken(item, made)} & Build", returned, body)


def item_values(item: type[ReadItem], made: KeyTemplate) -> dict[str, str]:
    derived = DERIVED.get(item, {})
    values = {name: f"of.{name}" if name in item.model_fields else derived[name].expression for name in made.fields}
    return values | EPOCH


def taken(item: type[ReadItem], made: KeyTemplate) -> str:
    derived = DERIVED.get(item, {})
    needed = [one for name in made.fields for one in ((name,) if name in item.model_fields else derived[name].sources)]
    return picked(item, dict.fromkeys(needed))


def of_pattern(pattern: Pattern[Any]) -> str:
    parameter = f"of: {' & '.join(parameters(pattern))}"
    values = {name: asked_as(pattern, name) for name in pattern.given}
    name, item = camel(pattern.query), f"`{pattern.item.__name__}`"
    if pattern.kind is RequestKind.LOG:
        log = Template(COMMIT.key.pk, "")  # any position
        body = f"condition({template(log)}, {literal(values)}, {literal(how(pattern))})"
        return function(name, f"{pattern.name}. In `events`.", parameter, "KeyCondition", body)
    filled = f"{template(build_template(pattern.projection, pattern.template))}, {literal(values | EPOCH)}"
    if pattern.kind is RequestKind.GET:
        return function(name, f"{pattern.name}: the key of its {item}.", parameter, "Key", f"key({filled})")
    where = f"gsi{pattern.index}" if pattern.index else "`views`"
    body = f"condition({filled}, {literal(how(pattern))})"
    return function(name, f"{pattern.name}: {item} in {where}.", parameter, "KeyCondition", body)


def asked_as(pattern: Pattern[Any], name: str) -> str:
    fixed = FIXED.get(pattern.query, {})
    if name in fixed:
        return json.dumps(str(fixed[name]))
    return f"of.{name}" if name in pattern.item.model_fields else GIVEN[name].expression


def parameters(pattern: Pattern[Any]) -> Iterable[str]:
    """The types that together are what the caller says."""
    said = [name for name in pattern.given if name not in FIXED.get(pattern.query, {})]
    fields = [name for name in said if name in pattern.item.model_fields]
    lacking = [name for name in fields if (pattern.query, name) in MAY_LACK]
    yield picked(pattern.item, [name for name in fields if name not in lacking])
    yield from (f"Partial<{picked(pattern.item, [name])}>" for name in lacking)
    yield from (f"{{ {GIVEN[name].parameter} }}" for name in said if name not in fields)
    yield from ["Days"] if pattern.range else []
    yield from [] if pattern.kind is RequestKind.LOG else ["Build"]


def how(pattern: Pattern[Any]) -> dict[str, str]:
    said = {
        "index": json.dumps(f"gsi{pattern.index}") if pattern.index else "",
        "descending": "true" if pattern.descending else "",
        "days": "of" if pattern.range else "",
    }
    return {name: value for name, value in said.items() if value}


def function(name: str, about: str, parameter: str, returned: str, body: str) -> str:
    return f"/** {about} */\n{name}: ({parameter}): {returned} => {body},"


def template(made: Template) -> str:
    return f"{json.dumps(made.pk)}, {json.dumps(made.sk)}"


def literal(values: Mapping[str, str]) -> str:
    return f"{{ {', '.join(f'{name}: {value}' for name, value in values.items())} }}"


def picked(item: type[ReadItem], names: Iterable[str]) -> str:
    return f"Pick<{item.__name__}, {' | '.join(json.dumps(name) for name in names)}>"


def camel(name: str) -> str:
    first, *others = name.replace("_", " ").split()
    return first + "".join(word.capitalize() for word in others)
