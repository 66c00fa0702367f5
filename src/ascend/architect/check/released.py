"""Rules about what was released: keys and events that were written once are read for ever as they were written.

`released.json` is added to (`python tests/support/schema/released.py`) and never edited:

    items    projection.version → item type → its keys      engine   item type → its keys      events   tag.version → fields
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, cast, get_args

from pydantic import BaseModel, TypeAdapter

from ascend.adapters.layout.item_type import ItemType
from ascend.architect.check.schema import Finding, Released, Rule, Schema

FILE = Path(__file__).with_name("released.json")


def released() -> Released:
    """What was released of Ascend."""
    return TypeAdapter(dict[str, dict[str, object]]).validate_json(FILE.read_bytes())


def shapes(schema: Schema) -> dict[str, dict[str, Any]]:
    """What this schema would release."""
    items: dict[str, Any] = {}
    for one in schema.item_types:
        if one.projection is not None:
            items.setdefault(f"{one.projection.name}.{one.projection.version}", {})[one.name] = keys(one)
    return {
        "items": items,
        "engine": {one.name: keys(one) for one in schema.item_types if one.projection is None},
        "events": {f"{event.tag}.{event.version}": fields(event) for event in schema.events},
    }


def keys(one: ItemType) -> dict[str, list[str]]:
    """Templates by place."""
    templates = {"key": one.key, "gsi1": one.gsi1, "gsi2": one.gsi2}
    return {place: [found.pk, found.sk] for place, found in templates.items() if found is not None}


def fields(model: type[BaseModel]) -> dict[str, str]:
    """By name: the type, with `?` where the field may be left out. Of a model within it, its own fields."""
    found: dict[str, str] = {}
    for name, field in model.model_fields.items():
        optional, type_ = "" if field.is_required() else "?", cast("object", field.annotation)
        if isinstance(type_, type) and issubclass(type_, BaseModel):
            inner = fields(type_)
            found |= {
                f"{name}.{part}": text + (optional if not text.endswith("?") else "") for part, text in inner.items()
            }
        else:
            found[name] = type_text(type_) + optional
    return found


def type_text(type_: Any) -> str:
    """Classes by their names alone: where they are defined may change."""
    arguments = [type_text(one) for one in get_args(type_)]
    if isinstance(type_, UnionType):
        return " | ".join(arguments)
    name = "..." if type_ is Ellipsis else "None" if type_ is NoneType else getattr(type_, "__name__", str(type_))
    return f"{name}[{', '.join(arguments)}]" if arguments else name


# ---- the rules -----------------------------------------------------------------------------------------------------


def changed_keys(schema: Schema) -> Iterator[Finding]:
    """A key template that was released, and is another one now."""
    if schema.released is None:
        return
    now = shapes(schema)
    for group, todo in (
        ("items", "raise the version of the projection: the new items are built beside the old ones"),
        ("engine", "give it back: what lies in tables is found by it; a new form is a new item type"),
    ):
        for name, shape in now[group].items():
            was = schema.released[group].get(name)
            if was is not None and was != shape:
                yield Finding("released keys", name, f"they were {differing(was, shape)}", todo)


def differing(was: Any, now: Mapping[str, Any]) -> str:
    """The parts that changed, as they were and as they are."""
    parts = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    return "; ".join(f"{name} {was.get(name, 'not there')}, and are {now.get(name, 'gone')}" for name in parts)


def changed_events(schema: Schema) -> Iterator[Finding]:
    """An event type that was released, and could no longer be read, or not by those who know the released one."""
    if schema.released is None:
        return
    for name, shape in shapes(schema)["events"].items():
        was: Any = schema.released["events"].get(name, shape)
        for field in {**was, **shape}:
            if was.get(field) != shape.get(field) and not is_addition(field, was, shape):
                said = f"{field} was {was.get(field, 'not there')}, and is {shape.get(field, 'gone')}"
                todo = "give the event a new version and an upcaster; only what may be left out can be added"
                yield Finding("released event", name, said, todo)


def is_addition(field: str, was: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Of a field that may be left out: an event without it is read and written as ever."""
    return field not in was and now[field].endswith("?")


def unrecorded(schema: Schema) -> Iterator[Finding]:
    """A version that is not in the file: nothing would notice a change of it."""
    if schema.released is None:
        return
    for group, now in shapes(schema).items():
        for name in now.keys() - schema.released[group].keys():
            said = "this version is not recorded"
            yield Finding("not released", f"{group} {name}", said, "record it: python tests/support/schema/released.py")


RELEASES: tuple[Rule, ...] = (changed_keys, changed_events, unrecorded)
