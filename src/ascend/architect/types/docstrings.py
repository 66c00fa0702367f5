"""What is said of a field in the line below it, read from the source: Python itself forgets it."""

import ast
import inspect
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Any


def of_fields(cls: type[Any]) -> dict[str, str]:
    """By the name of the field, those of base classes included."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("ascend."):
            found |= own(base)
    return found


@cache
def own(cls: type[Any]) -> dict[str, str]:
    (definition,) = ast.parse(dedent(inspect.getsource(cls))).body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    said = ((before, text_of(after)) for before, after in pairwise(body))
    return {
        before.target.id: text
        for before, text in said
        if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name) and text
    }


def text_of(line: ast.stmt) -> str:
    match line:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return inspect.cleandoc(text)
        case _:
            return ""
