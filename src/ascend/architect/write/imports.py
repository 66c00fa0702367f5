"""The imports of a written module: what its code names and does not define, in the order of a formatter."""

import ast
import re
from collections.abc import Iterable, Mapping

SHORT_LINE = 88
"""The longest line of an import: that of formatters without settings."""
MARK = "<imports>\n"
STANDARD = {
    "AsyncGenerator": "collections.abc",
    "AsyncIterator": "collections.abc",
    "Awaitable": "collections.abc",
    "Mapping": "collections.abc",
    "Callable": "collections.abc",
    "Iterable": "collections.abc",
    "Sequence": "collections.abc",
    "dataclass": "dataclasses",
    "replace": "dataclasses",
    "StrEnum": "enum",
    "partial": "functools",
    "asynccontextmanager": "contextlib",
    "field": "dataclasses",
    "Annotated": "typing",
    "Any": "typing",
    "TypeVar": "typing",
    "ClassVar": "typing",
    "assert_never": "typing",
}
LIBRARIES = {"AfterValidator": "pydantic", "Field": "pydantic"}
TESTING: Mapping[str, str] = dict.fromkeys(
    ("ADA", "HOME", "NOON", "FakeEnvironment", "given", "workspace"), "ascend.testing"
)
"""What only tests import: elsewhere, such a name is a parameter."""
STANDARD_MODULES = {"dt": "datetime as dt", "os": "os"}
LIBRARY_MODULES = {"ascend": "ascend", "pytest": "pytest"}


def add_imports(text: str, own: Mapping[str, str], testing: Mapping[str, str] | None = None) -> str:
    """Return the module with its imports in place of the mark. `own`: the modules of the package, by what they define."""
    head, _, body = text.partition(MARK)
    names = find_free_names(body)
    sections = (
        list_imports(names, STANDARD_MODULES, STANDARD),
        list_imports(names, LIBRARY_MODULES, {**LIBRARIES, **(testing or {})}),
        list_imports(names, {}, own),
    )
    blocks = ["\n".join(section) for section in sections if section]
    code = body.strip("\n")
    gap = "\n\n\n" if re.match("@|class |def |async def ", code) else "\n\n"
    imports = "\n\n" + "\n\n".join(blocks) if blocks else ""
    return tidy(f"{head.rstrip()}{imports}{gap}{code}\n")


def tidy(text: str) -> str:
    """Return the text with two empty lines around what stands at the top, and at most one inside."""
    text = re.sub(r"\n{3,}(?=[ \t])", "\n\n", text)
    text = re.sub(r"\n{4,}", "\n\n\n", text)
    return re.sub(r"\n+(?=\n(?:class |def |async def |@))", keep_decorated, text)


def keep_decorated(match: re.Match[str]) -> str:
    before = match.string[: match.start()].rsplit("\n", 1)[-1]
    return match[0] if before.startswith("@") else "\n\n"


def find_free_names(body: str) -> set[str]:
    """Return the names that the code reads and does not define at its top."""
    tree = ast.parse(body)
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return read - set(find_definitions(tree))


def find_definitions(tree: ast.Module) -> Iterable[str]:
    """Yield the names that a module defines at its top."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def list_imports(names: set[str], modules: Mapping[str, str], known: Mapping[str, str]) -> list[str]:
    lines = sorted(f"import {module}" for name, module in modules.items() if name in names)
    sources: dict[str, list[str]] = {}
    for name in names & known.keys():
        sources.setdefault(known[name], []).append(name)
    return [*lines, *(list_members(module, sorted(sources[module], key=sort_member)) for module in sorted(sources))]


def list_members(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    return (
        line
        if len(line) <= SHORT_LINE
        else "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])
    )


def sort_member(name: str) -> tuple[int, str, str]:
    """Constants come first, then classes, then functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name.lower(), name
