"""The sections of the reference about queries: read from each query's signature, docstring and pattern."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel

from ascend.architect.documents.markdown import render_table
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Pattern
from ascend.projections.queries import Queries

COMMON_PARAMETERS = frozenset({"self", "viewer", "cursor", "limit"})
"""Parameters of most queries. The page explains them once."""


def render_queries() -> str:
    rows = (
        describe_query(pattern.query, pattern.name) if hasattr(Queries, pattern.query) else describe_pattern(pattern)
        for pattern in LIFE_OS.catalog.patterns
    )
    return render_table(("query", "what", "comes back", "lines a page"), rows)


def describe_query(name: str, question: str) -> tuple[str, ...]:
    query = getattr(Queries, name)
    signature = inspect.signature(query)
    limit = signature.parameters.get("limit")
    lines = "" if limit is None else str(limit.default)
    text = " ".join((inspect.getdoc(query) or f"{question}.").split())
    return f"`{format_call(name, signature)}`", text, f"`{format_annotation(signature.return_annotation)}`", lines


def describe_pattern(pattern: Pattern[Any]) -> tuple[str, ...]:
    """Describe a pattern without a query of its own: it is asked with `ask`."""
    returned = "Page" if pattern.index is None else "IndexPage"
    return f"`{pattern.example}`", f"{pattern.name}.", f"`{returned}[{pattern.item.__name__}]`", str(pattern.load.page)


def format_call(name: str, signature: inspect.Signature) -> str:
    parameters = (value for value in signature.parameters.values() if value.name not in COMMON_PARAMETERS)
    return f"{name}({', '.join(map(format_parameter, parameters))})"


def format_parameter(parameter: inspect.Parameter) -> str:
    text = f"{parameter.name}: {format_annotation(parameter.annotation)}"
    return text.removesuffix(" or None") + "?" if parameter.default is None else text


def format_annotation(annotation: Any) -> str:
    """Return the annotation as source, without modules."""
    is_class = isinstance(annotation, type) and not get_args(annotation)
    text = annotation.__name__ if is_class else str(annotation)
    return re.sub(r"(?:\w+\.)+", "", text).replace(" | ", " or ")


def render_lines() -> str:
    """Return a table of the classes that queries return, with their fields."""
    classes = list[type[Any]]()
    for pattern in LIFE_OS.catalog.patterns:
        query = getattr(Queries, pattern.query, None)
        classes += find_classes(pattern.item if query is None else get_type_hints(query)["return"])
    for cls in classes:  # the list grows in the loop
        hints = get_type_hints(cls)
        classes += (inner for name in list_fields(cls) for inner in find_classes(hints[name]) if inner not in classes)
    rows = (
        (f"`{cls.__name__}`", ", ".join(f"`{name}`" for name in list_fields(cls)))
        for cls in sorted(set(classes), key=lambda cls: cls.__name__)
    )
    return render_table(("class", "holds"), rows)


def find_classes(hint: Any) -> Iterator[type[Any]]:
    """Yield the dataclasses and models in a type."""
    if isinstance(hint, type) and (is_dataclass(hint) or issubclass(hint, BaseModel)):
        yield hint
    for inner in get_args(hint):
        yield from find_classes(inner)


def list_fields(cls: type[Any]) -> list[str]:
    return list(cls.model_fields) if issubclass(cls, BaseModel) else [field.name for field in fields(cls)]
