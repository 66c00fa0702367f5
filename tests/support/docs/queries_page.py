"""What the reference says of each query: read from its signature, its docstring and its pattern."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel

from ascend.architect.documents.docs import table
from ascend.projections.queries import Queries
from ascend.projections.queries.patterns import PATTERNS

EVERYWHERE = frozenset({"self", "viewer", "cursor", "limit"})
"""Explained once."""


def queries() -> str:
    rows = (row(pattern.query, pattern.name) for pattern in PATTERNS)
    return table(("query", "what", "comes back", "lines a page"), rows)


def row(name: str, what: str) -> tuple[str, ...]:
    signature = inspect.signature(getattr(Queries, name))
    limit = signature.parameters.get("limit")
    lines = "" if limit is None else str(limit.default)
    said = inspect.getdoc(getattr(Queries, name)) or f"{what}."
    return f"`{call(name, signature)}`", " ".join(said.split()), f"`{text(signature.return_annotation)}`", lines


def call(name: str, signature: inspect.Signature) -> str:
    own = (one for one in signature.parameters.values() if one.name not in EVERYWHERE)
    return f"{name}({', '.join(map(argument, own))})"


def argument(one: inspect.Parameter) -> str:
    given = f"{one.name}: {text(one.annotation)}"
    return given.removesuffix(" or None") + "?" if one.default is None else given


def text(annotation: Any) -> str:
    """As it is written, without modules."""
    plain = annotation.__name__ if isinstance(annotation, type) and not get_args(annotation) else str(annotation)
    return re.sub(r"(?:\w+\.)+", "", plain).replace(" | ", " or ")


def lines() -> str:
    """What each class that comes back holds."""
    found = list[type[Any]]()
    for pattern in PATTERNS:
        found += classes(get_type_hints(getattr(Queries, pattern.query))["return"])
    for one in found:  # grows: what they are made of
        hints = get_type_hints(one)
        found += (inner for name in names(one) for inner in classes(hints[name]) if inner not in found)
    shown = sorted(set(found), key=lambda one: one.__name__)
    return table(("class", "holds"), ((f"`{one.__name__}`", ", ".join(map(code, names(one)))) for one in shown))


def classes(hint: Any) -> Iterator[type[Any]]:
    if isinstance(hint, type) and (is_dataclass(hint) or issubclass(hint, BaseModel)):
        yield hint
    for inner in get_args(hint):
        yield from classes(inner)


def names(one: type[Any]) -> list[str]:
    return list(one.model_fields) if issubclass(one, BaseModel) else [field.name for field in fields(one)]


def code(name: str) -> str:
    return f"`{name}`"
