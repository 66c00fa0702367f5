"""The sections of the reference about commands: read from each command's model, docstring and code."""

import inspect
import json
from collections.abc import Mapping
from enum import Enum
from types import ModuleType

from support.docs.appended_events import find_events
from support.docs.value_types import describe_type, load_definitions

from ascend.architect.documents.markdown import render_table
from ascend.domain import links
from ascend.domain.assets import commands as assets
from ascend.domain.comments import commands as comments
from ascend.domain.relations import commands as relations
from ascend.domain.tasks import commands as tasks
from ascend.domain.tasks import dependencies, next_occurrence, schedule, skip_occurrence
from ascend.domain.things import commands as things
from ascend.domain.workspaces import lifecycle, members
from ascend.domain.workspaces.command import Command, EditCommand
from ascend.projections.life_os import LIFE_OS

COMMON_FIELD = "at"
"""A field of every command. The page explains it once."""
SECTIONS: Mapping[str, tuple[ModuleType, ...]] = {
    "workspace": (lifecycle,),
    "members": (members,),
    "thing": (things,),
    "asset": (assets, links),
    "task": (tasks, schedule, skip_occurrence, dependencies, next_occurrence),
    "relation": (relations,),
    "comment": (comments,),
}
"""The sections of the page, and the modules of the domain with their commands."""


def render_others() -> str:
    """Return the commands of all kinds without a section of their own, each kind under its name."""
    modules = {module.__name__ for group in SECTIONS.values() for module in group}
    others = {kind: [c for c in kind.commands if c.__module__ not in modules] for kind in LIFE_OS.kinds}
    sections = (
        "\n\n".join([f"## {kind.state.__name__}", *map(render_command, commands)])
        for kind, commands in others.items()
        if commands
    )
    return "\n\n".join(sections)


def render_section(name: str) -> str:
    """Return the description of each command in the section."""
    modules = {module.__name__ for module in SECTIONS[name]}
    return "\n\n".join(render_command(command) for command in LIFE_OS.commands if command.__module__ in modules)


def render_command(command: type[Command]) -> str:
    """Return a heading, the docstring, the required role and the events, and the fields."""
    heading, text = f"### {command.__name__}", inspect.getdoc(command)
    return "\n\n".join(filter(None, [heading, text, describe_effect(command), render_fields(command)]))


def describe_effect(command: type[Command]) -> str:
    needs = f"Needs the role `{command.needs}`." if command.needs else "Needs no role."
    archived = " Also in an archived workspace." if command.while_archived else ""
    return f"{needs}{archived} Appends {', '.join(f'`{event.__name__}`' for event in find_events(command))}."


def render_fields(command: type[Command]) -> str:
    fields = load_definitions()[command.__name__]["properties"]
    rows = [
        (f"`{name}`", describe_type(schema), describe_default(command, name), schema.get("description", ""))
        for name, schema in fields.items()
        if name != COMMON_FIELD
    ]
    return render_table(("field", "type", "default", ""), rows) if rows else ""


def describe_default(command: type[Command], name: str) -> str:
    field = command.model_fields[name]
    if field.is_required():
        return "required"
    return "unchanged" if issubclass(command, EditCommand) else f"`{format_literal(field.default)}`"


def format_literal(value: object) -> str:
    """Return the value as Python source."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    return json.dumps(value) if isinstance(value, str) else repr(value)
