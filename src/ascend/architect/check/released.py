"""Rules about released shapes: keys and events that were written once must stay readable for ever.

`make generate` adds the shapes of new versions to `released.json`, and never changes one that is there. At a release there
is nothing to do: the file already holds everything that is released. Only an entry that was in no release yet may be
deleted and generated again, after a change of a new event or projection. It holds:

    items    projection.version → item type → its keys
    engine   item type → its keys
    events   tag.version → its fields
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, cast, get_args

from pydantic import BaseModel, TypeAdapter

from ascend.adapters.layout.item_type import ItemType
from ascend.architect.check.schema import Finding, ReleasedShapes, Rule, Schema

RELEASED_FILE = Path(__file__).with_name("released.json")


def read_released() -> ReleasedShapes:
    """Return the shapes of Ascend that were released."""
    return TypeAdapter(dict[str, dict[str, object]]).validate_json(RELEASED_FILE.read_bytes())


def compute_shapes(schema: Schema) -> dict[str, dict[str, Any]]:
    """Return the shapes of this schema, in the form of `released.json`."""
    items: dict[str, Any] = {}
    for item in schema.item_types:
        if item.projection is not None:
            items.setdefault(f"{item.projection.name}.{item.projection.version}", {})[item.name] = list_templates(item)
    return {
        "items": items,
        "engine": {item.name: list_templates(item) for item in schema.item_types if item.projection is None},
        "events": {f"{event.tag}.{event.version}": list_fields(event) for event in schema.events},
    }


def list_templates(item: ItemType) -> dict[str, list[str]]:
    """Return the key templates of an item type by place."""
    templates = {"key": item.key, "gsi1": item.gsi1, "gsi2": item.gsi2}
    return {place: [template.pk, template.sk] for place, template in templates.items() if template is not None}


def list_fields(model: type[BaseModel]) -> dict[str, str]:
    """Return the type of each field by name, with `?` where the field is optional.

    The fields of a nested model are listed as `outer.inner`.
    """
    fields: dict[str, str] = {}
    for name, field in model.model_fields.items():
        optional, type_ = "" if field.is_required() else "?", cast("object", field.annotation)
        if isinstance(type_, type) and issubclass(type_, BaseModel):
            for inner, text in list_fields(type_).items():
                fields[f"{name}.{inner}"] = text if text.endswith("?") else text + optional
        else:
            fields[name] = format_type(type_) + optional
    return fields


def format_type(type_: Any) -> str:
    """Return a type as text. Classes go by their names alone, because their modules may change."""
    arguments = [format_type(argument) for argument in get_args(type_)]
    if isinstance(type_, UnionType):
        return " | ".join(arguments)
    name = "..." if type_ is Ellipsis else "None" if type_ is NoneType else getattr(type_, "__name__", str(type_))
    return f"{name}[{', '.join(arguments)}]" if arguments else name


# ---- the rules -----------------------------------------------------------------------------------------------------


def find_changed_keys(schema: Schema) -> Iterator[Finding]:
    """Find key templates that differ from the released ones."""
    if schema.released is None:
        return
    shapes = compute_shapes(schema)
    for group, todo in (
        ("items", "raise the version of the projection: the new items are built beside the old ones"),
        ("engine", "restore it, because stored items are found by it; a new form needs a new item type"),
    ):
        for name, shape in shapes[group].items():
            before = schema.released[group].get(name)
            if before is not None and before != shape:
                yield Finding("released keys", name, f"they were {describe_changes(before, shape)}", todo)


def describe_changes(before: Any, now: Mapping[str, Any]) -> str:
    """Return the parts that changed, with their old and new values."""
    parts = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    return "; ".join(f"{name} {before.get(name, 'absent')}, and are {now.get(name, 'absent')}" for name in parts)


def find_changed_events(schema: Schema) -> Iterator[Finding]:
    """Find released event types whose events can no longer be read, or that released processes cannot read."""
    if schema.released is None:
        return
    for name, shape in compute_shapes(schema)["events"].items():
        before: Any = schema.released["events"].get(name, shape)
        for field in {**before, **shape}:
            if before.get(field) != shape.get(field) and not is_addition(field, before, shape):
                problem = f"{field} was {before.get(field, 'absent')}, and is {shape.get(field, 'absent')}"
                todo = "give the event a new version and an upcaster; only optional fields can be added"
                yield Finding("released event", name, problem, todo)


def is_addition(field: str, before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Return True for a new optional field: an event without the field is read and written as before."""
    return field not in before and now[field].endswith("?")


def find_unrecorded(schema: Schema) -> Iterator[Finding]:
    """Find versions that `released.json` does not hold: no rule would notice a change of them."""
    if schema.released is None:
        return
    for group, shapes in compute_shapes(schema).items():
        for name in shapes.keys() - schema.released[group].keys():
            todo = "record it: make generate"
            yield Finding("not released", f"{group} {name}", "this version is not recorded", todo)


RELEASE_RULES: tuple[Rule, ...] = (find_changed_keys, find_changed_events, find_unrecorded)
