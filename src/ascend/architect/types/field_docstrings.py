"""The docstrings of fields, read from the source code, because Python does not keep them.

pydantic's `use_attribute_docstrings` gives the same texts, but it reads the source of every model when the model is
imported: `import ascend` would take about a fifth longer. This module reads the source only when a schema is generated.
"""

import ast
import inspect
from functools import cache
from itertools import pairwise
from textwrap import dedent

from pydantic import BaseModel


def read_field_docstrings(cls: type[BaseModel]) -> dict[str, str]:
    """Return the docstring of each field by name, including the fields of base classes."""
    texts: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            texts |= read_own_docstrings(base)
    return texts


@cache
def read_own_docstrings(cls: type[BaseModel]) -> dict[str, str]:
    try:
        (definition,) = ast.parse(dedent(inspect.getsource(cls))).body
    except (OSError, SyntaxError, TypeError):  # a class that was not read from a file, or that cannot stand alone
        return {}
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    with_text = ((line, read_text(next_line)) for line, next_line in pairwise(body))
    return {
        line.target.id: text
        for line, text in with_text
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and text
    }


def read_text(line: ast.stmt) -> str:
    """Return the text of a line that is only a string; else an empty text."""
    match line:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return inspect.cleandoc(text)
        case _:
            return ""
