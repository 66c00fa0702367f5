"""Lines of Python as a formatter writes them: in one line if they fit, otherwise one part a line."""

from collections.abc import Iterable

LINE = 120
"""The longest line of written code. The written `pyproject.toml` says so, too."""


def wrap(head: str, parts: Iterable[str], tail: str) -> str:
    """Return `head`, the parts and `tail`. `head` ends with the opening bracket, `tail` begins with the closing one."""
    parts = tuple(parts)
    line = f"{head}{', '.join(parts)}{tail}"
    if len(line) <= LINE:
        return line
    indent = " " * (len(head) - len(head.lstrip()))
    return "\n".join([head, *(f"{indent}    {part}," for part in parts), f"{indent}{tail}"])


def wrap_union(head: str, names: Iterable[str]) -> str:
    """Return `head` and the union of the types."""
    names = tuple(names)
    line = f"{head}{' | '.join(names)}"
    if len(line) <= LINE:
        return line
    inside = f"    {' | '.join(names)}"
    lines = [inside] if len(inside) <= LINE else [f"    {names[0]}", *(f"    | {name}" for name in names[1:])]
    return "\n".join([f"{head}(", *lines, ")"])


def wrap_tuple(head: str, parts: Iterable[str], tail: str = ")") -> str:
    """Return `head`, which ends with the opening bracket, and a tuple of the parts."""
    parts = tuple(parts)
    return (
        f"{head}{parts[0]},{tail}" if len(parts) == 1 and len(head) + len(parts[0]) < LINE else wrap(head, parts, tail)
    )


def wrap_comprehension(head: str, parts: Iterable[str], tail: str) -> str:
    """Return a comprehension: its element, its `for`s and its `if`, each in a line of its own if one line is too short."""
    parts = tuple(parts)
    line = f"{head}{' '.join(parts)}{tail}"
    if len(line) <= LINE:
        return line
    indent = " " * (len(head) - len(head.lstrip()))
    inside = f"{indent}    {' '.join(parts)}"
    lines = [inside] if len(inside) <= LINE else [split_conditions(f"{indent}    {part}", indent) for part in parts]
    return "\n".join([head, *lines, f"{indent}{tail}"])


def split_conditions(line: str, indent: str) -> str:
    return line if len(line) <= LINE else line.replace(" and ", f"\n{indent}    and ")


def wrap_if(indent: str, conditions: Iterable[str]) -> str:
    """Return the line of an `if`, whose conditions all hold."""
    first, *others = conditions
    line = f"{indent}if {' and '.join([first, *others])}:"
    if len(line) <= LINE:
        return line
    if not others and first.endswith("}"):
        head, _, members = first.removesuffix("}").partition("{")
        return wrap(f"{indent}if {head}{{", members.split(", "), "}:")
    lines = [f"{indent}    {first}", *(f"{indent}    and {other}" for other in others)]
    return "\n".join([f"{indent}if (", *lines, f"{indent}):"])
