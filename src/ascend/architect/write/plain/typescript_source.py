"""Written TypeScript files: their imports are found in what they use."""

import re
from collections.abc import Iterator, Mapping

from ascend.architect.write.escaping import escape_unprintable
from ascend.architect.write.templates import ENVIRONMENT

HERE = "// imports"
SKIPPED = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", re.DOTALL)
"""Comments and literals."""
NAME = re.compile(r"(?<!\w)(?<!(?<!\.\.)\.)(\w+)\b(?!\??:)")
"""A name that is no member of something, and no name of a property."""


def to_jsdoc(text: str) -> str:
    """Return text for the inside of a comment. It does not end the comment."""
    return "".join(map(escape_unprintable, text)).replace("*/", "*\\/")


ENVIRONMENT.filters["jsdoc"] = to_jsdoc


def finish_typescript(text: str, own: Mapping[str, tuple[str, bool]]) -> str:
    """Return the file with its imports. `own`: the module of each name, and if it is a type."""
    imports = "\n".join(list_imports(text, own))
    return set_blank_lines(text.replace(HERE, imports, 1))


def list_imports(text: str, own: Mapping[str, tuple[str, bool]]) -> Iterator[str]:
    code = SKIPPED.sub(" ", text)
    defined = set(re.findall(r"\b(?:const|interface|type|class|function\*?)\s+(\w+)", code))
    used = (set(NAME.findall(code)) & own.keys()) - defined
    for module in sorted({own[name][0] for name in used}, key=lambda module: (module.startswith("."), module)):
        names = sorted((name for name in used if own[name][0] == module), key=str.lower)
        if all(own[name][1] for name in names):
            yield f'import type {{ {", ".join(names)} }} from "{module}";'
        else:
            yield f'import {{ {", ".join(f"type {name}" if own[name][1] else name for name in names)} }} from "{module}";'


def set_blank_lines(text: str) -> str:
    """Return the text without blank lines at the beginning and the end of blocks, and never two in a row."""
    lines: list[str] = []
    for line in text.split("\n"):
        if line.strip() or (lines and lines[-1].strip() and not lines[-1].rstrip().endswith("{")):
            if line.strip().startswith("}") and lines and not lines[-1].strip():
                lines.pop()
            lines.append(line.rstrip())
    return "\n".join(lines).strip("\n") + "\n"
