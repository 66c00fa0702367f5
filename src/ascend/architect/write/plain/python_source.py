"""Written Python files: their imports are found in what they use, and blank lines are as `ruff format` leaves them."""

import ast
import re
from collections.abc import Iterator, Mapping

from ascend.architect.write.plain.layout import break_call

HERE = "# imports"
"""A line of a template that stands for the imports."""
STANDARD: Mapping[str, str] = {
    "AsyncIterator": "collections.abc", "Awaitable": "collections.abc", "Callable": "collections.abc", "Collection": "collections.abc",
    "Iterable": "collections.abc", "Iterator": "collections.abc", "Mapping": "collections.abc", "Sequence": "collections.abc",
    "Set": "collections.abc", "dataclass": "dataclasses", "date": "datetime", "datetime": "datetime", "timedelta": "datetime",
    "UTC": "datetime", "TYPE_CHECKING": "typing", "Annotated": "typing", "Any": "typing", "ClassVar": "typing", "Generic": "typing",
    "Literal": "typing", "NoReturn": "typing", "Protocol": "typing", "Self": "typing", "TypeVar": "typing", "TypedDict": "typing",
    "Unpack": "typing", "TypeAlias": "typing", "cast": "typing", "Path": "pathlib", "UUID": "uuid",
    "Random": "random", "partial": "functools", "suppress": "contextlib", "get_args": "typing",
}  # fmt: skip
MODULES = frozenset(
    {
        "asyncio",
        "base64",
        "binascii",
        "hashlib",
        "json",
        "os",
        "random",
        "re",
        "secrets",
        "shutil",
        "subprocess",
        "time",
        "unicodedata",
    }
)
OTHERS: Mapping[str, str] = {
    "AfterValidator": "pydantic", "AwareDatetime": "pydantic", "BaseModel": "pydantic", "ConfigDict": "pydantic", "Field": "pydantic",
    "GetCoreSchemaHandler": "pydantic", "CoreSchema": "pydantic_core", "PydanticCustomError": "pydantic_core",
    "ValidationError": "pydantic", "core_schema": "pydantic_core", "ClientError": "botocore.exceptions", "AioSession": "aiobotocore.session",
    "pytest": "", "run_process": "anyio",
}  # fmt: skip
ONLY_TYPES: Mapping[str, str] = {
    "DynamoDBClient": "types_aiobotocore_dynamodb",
    **dict.fromkeys(
        ("AttributeValueTypeDef", "ConditionCheckTypeDef", "QueryInputTypeDef", "TransactWriteItemTypeDef"),
        "types_aiobotocore_dynamodb.type_defs",
    ),
}
START = ("class ", "def ", "async def ", "@")


def finish_python(text: str, own: Mapping[str, str]) -> str:
    """Return the file with its imports and blank lines in order. `own`: the names that the written package defines."""
    return set_blank_lines(text.replace(HERE, "\n".join(list_imports(text, own)), 1))


# ---- imports ---------------------------------------------------------------------------------------------------------


def list_imports(text: str, own: Mapping[str, str]) -> Iterator[str]:
    tree = ast.parse(text)
    used = find_used(tree) - find_defined(tree)
    yield from (f"import {name}" for name in sorted(MODULES & used))
    types = {name: ONLY_TYPES[name] for name in ONLY_TYPES.keys() & used}
    standard = used | ({"TYPE_CHECKING"} if types else set())
    yield from write_from({name: STANDARD[name] for name in STANDARD.keys() & standard})
    yield ""
    if "pytest" in used:
        yield "import pytest"
    yield from write_from({name: OTHERS[name] for name in (OTHERS.keys() & used) - {"pytest"}})
    yield ""
    yield from write_from({name: own[name] for name in own.keys() & used})
    if types:
        yield from ("", "if TYPE_CHECKING:", *(f"    {line}" for line in write_from(types)))


def write_from(names: Mapping[str, str]) -> Iterator[str]:
    for module in sorted(set(names.values())):
        given = sorted((name for name in names if names[name] == module), key=rank_name)
        yield break_import(module, given)


def break_import(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    return line if len(line) <= 120 else break_call(f"from {module} import (", names, ")", 0)  # noqa: PLR2004 - the length of a line


def rank_name(name: str) -> tuple[int, str]:
    """Constants come first, then classes, then functions."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2), name


def find_used(tree: ast.AST) -> set[str]:
    """Return the names that the code uses, also in quoted annotations."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    quoted = {word for node in ast.walk(tree) for text in list_quoted(node) for word in re.findall(r"\w+", text)}
    return names | quoted


def list_quoted(node: ast.AST) -> Iterator[str]:
    for name in ("annotation", "returns"):
        part = getattr(node, name, None)
        if isinstance(part, ast.expr):
            yield from (
                each.value for each in ast.walk(part) if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )
    if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Subscript):
        yield from (
            part.value
            for part in ast.walk(node.value)
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        )
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "cast"
        and isinstance(node.args[0], ast.Constant)
    ):
        yield str(node.args[0].value)


def find_defined(tree: ast.Module) -> set[str]:
    """Return the names that the file defines itself: as a whole, or as a variable of a function."""
    nodes = list(ast.walk(tree))
    defined = {
        node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    }
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return defined | stored | {node.arg for node in nodes if isinstance(node, ast.arg)}


# ---- blank lines -----------------------------------------------------------------------------------------------------


def set_blank_lines(text: str) -> str:
    lines: list[str] = []
    blanks = 0
    for line in text.split("\n"):
        if not line.strip():
            blanks += 1
            continue
        lines += [""] * count_blanks(lines, line, blanks)
        lines.append(line.rstrip())
        blanks = 0
    return "\n".join(lines) + "\n"


def count_blanks(lines: list[str], line: str, blanks: int) -> int:
    """Return the number of blank lines before the line."""
    if not lines or lines[-1].startswith("@"):
        return 0
    last = lines[-1]
    if line[0] != " ":
        outside = last[0] != " " and not line.startswith(START)
        return min(blanks, 1) if outside or (last.startswith(")") and line[0] in ")]}") or line[0] in ")]}" else 2
    return 0 if last.endswith((":", "(", "[", "{")) else min(blanks, 1)
