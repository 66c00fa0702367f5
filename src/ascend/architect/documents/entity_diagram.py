"""The entity-relationship diagram of an application, from the types of its states."""

import re
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AwareDatetime

from ascend.architect.documents.entities import Reference, list_fields, list_references
from ascend.architect.documents.mermaid import quote_label, render_diagram
from ascend.domain.kernel import WORKSPACE
from ascend.domain.runtime.model import Kind
from ascend.projections.application import Application

TENANT = WORKSPACE.state.__name__
UNSAFE = re.compile(r"\W")
PLAIN_NAMES: dict[object, str] = {AwareDatetime: "datetime", str: "text", int: "number", bool: "flag"}
"""Names for readers who write no Python."""


def render_entity_diagram(app: Application) -> str:
    """Return the diagram: each entity with its key, its references and the fields that it always has, and their lines."""
    references = list_references(app)
    return render_diagram("erDiagram", [*draw_lines(app, references), *draw_entities(app, references)])


def draw_lines(app: Application, references: list[Reference]) -> Iterator[str]:
    """Yield a line from the workspace to each kind, and one for all references of a kind to another of one cardinality."""
    for kind in app.kinds:
        if kind.state is not WORKSPACE.state:
            yield f"{quote_label(TENANT)} ||--o{{ {quote_label(kind.state.__name__)} : holds"
    labels: dict[tuple[str, str, str], list[str]] = {}
    for reference in references:
        line = (reference.source, draw_cardinality(reference), reference.target)
        labels.setdefault(line, []).append(reference.field)
    for (source, cardinality, target), names in labels.items():
        yield f"{quote_label(source)} {cardinality} {quote_label(target)} : {quote_label(', '.join(names))}"


def draw_cardinality(reference: Reference) -> str:
    """Return the ends of the line. Any number of entities may point at one; it points at many, at one, or at none or one."""
    if reference.many:
        return "}o--o{"
    return "}o--||" if reference.always else "}o--o|"


def draw_entities(app: Application, references: list[Reference]) -> Iterator[str]:
    for kind in app.kinds:
        yield f"{quote_label(kind.state.__name__)} {{"
        yield from (f"  {line}" for line in draw_fields(kind, references))
        yield "}"


def draw_fields(kind: Kind, references: list[Reference]) -> Iterator[str]:
    """Yield the field `id`, then the references, then the other fields without a default."""
    pointing = {reference.field for reference in references if reference.source == kind.state.__name__}
    for known in sorted(list_fields(kind), key=lambda known: (known.name != "id", known.name not in pointing)):
        if known.name == "id":
            yield f"{draw_type(known.hint)} id PK"
        elif known.name in pointing:
            yield f"{draw_type(known.hint)} {known.name} FK"
        elif known.always:
            yield f"{draw_type(known.hint)} {known.name}"


def draw_type(hint: object) -> str:
    """Return the type as a name that Mermaid reads: `TaskId`, `UserId[]`."""
    if get_origin(hint) is Annotated:
        return draw_type(get_args(hint)[0])
    parts: tuple[Any, ...] = tuple(part for part in get_args(hint) if part not in {NoneType, Ellipsis})
    if get_origin(hint) in {Union, UnionType}:
        return "_or_".join(dict.fromkeys(draw_type(part) for part in parts))
    if parts:
        return f"{draw_type(parts[0])}[]"
    return PLAIN_NAMES.get(hint) or UNSAFE.sub("_", getattr(hint, "__name__", str(hint)))
