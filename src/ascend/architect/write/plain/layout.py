"""Python code in lines, broken as `ruff format` breaks them."""

from collections.abc import Sequence
from typing import NamedTuple

LINE = 120
STEP = 4


class Brackets(NamedTuple):
    """Parts between brackets: the arguments of a call, or the values of a tuple."""

    head: str
    parts: Sequence["Code"]
    tail: str = ")"

    @property
    def flat(self) -> str:
        inner = ", ".join(map(flatten, self.parts))
        return f"{self.head}{inner}{',' if self.is_single_tuple else ''}{self.tail}"

    @property
    def is_single_tuple(self) -> bool:
        return (self.head == "(" or self.head.endswith("=(")) and len(self.parts) == 1


Code = str | Brackets


def make_tuple(parts: Sequence[Code]) -> Brackets:
    return Brackets("(", parts)


def flatten(code: Code) -> str:
    return code if isinstance(code, str) else code.flat


def break_lines(code: Code, indent: int, after: int = 0) -> str:
    """Return the code in one line if it fits behind `indent` blanks and before `after` characters, else a part a line."""
    if isinstance(code, str) or not code.parts or indent + len(code.flat) + after <= LINE:
        return flatten(code)
    inner = indent + STEP
    lines = (f"{' ' * inner}{break_lines(part, inner, 1)}," for part in code.parts)
    return "\n".join((code.head, *lines, f"{' ' * indent}{code.tail}"))


def break_call(head: str, parts: Sequence[Code], tail: str, indent: int) -> str:
    """Return a call, a signature or an import of these parts. The first line is not indented."""
    return break_lines(Brackets(head, parts, tail), indent)


def break_comprehension(head: str, parts: Sequence[str], conditions: Sequence[str], tail: str, indent: int) -> str:
    """Return a comprehension of its element, its loops and its conditions, which all hold. The first line is not indented."""
    where = [f"if {' and '.join(conditions)}"] if conditions else []
    inner = " ".join((*parts, *where))
    if indent + len(head) + len(inner) + len(tail) <= LINE:
        return f"{head}{inner}{tail}"
    lines = [inner]
    if indent + STEP + len(inner) > LINE:
        if where and indent + STEP + len(where[0]) > LINE:
            where = [f"if {conditions[0]}", *(f"and {part}" for part in conditions[1:])]
        lines = [*parts, *where]
    pad = " " * indent
    return "\n".join((head, *(f"{pad}    {line}" for line in lines), f"{pad}{tail}"))
