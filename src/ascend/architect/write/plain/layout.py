"""Python code in lines, broken as `ruff format` breaks them."""

from collections.abc import Sequence
from typing import NamedTuple

LINE = 120
STEP = 4


class Group(NamedTuple):
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


Code = str | Group


def make_tuple(parts: Sequence[Code]) -> Group:
    return Group("(", parts)


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
    return break_lines(Group(head, parts, tail), indent)


def break_filter(head: str, conditions: Sequence[str], indent: int) -> str:
    """Return `head[row for row in made if …]` for conditions that all hold. The first line is not indented."""
    if not conditions:
        return f"{head}list(made)"
    loop, where = "row for row in made", f"if {' and '.join(conditions)}"
    inner = f"{loop} {where}"
    if indent + len(head) + len(inner) + 2 <= LINE:
        return f"{head}[{inner}]"
    lines = [inner]
    if indent + STEP + len(inner) > LINE:
        whole = indent + STEP + len(where) <= LINE
        lines = ["row", "for row in made", *([where] if whole else [f"if {conditions[0]}", *(f"and {part}" for part in conditions[1:])])]
    pad = " " * indent
    return "\n".join((f"{head}[", *(f"{pad}    {line}" for line in lines), f"{pad}]"))
